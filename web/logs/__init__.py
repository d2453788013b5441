"""The log for machines (C2SP tlog-tiles, tlog-proof): checkpoint, tiles, entry bundles, proofs, key.

Everything here is public, the same for everyone, and may be read by pages of any site. A tile of a given
width never changes, so it may be kept for ever; what depends on the newest checkpoint may be kept a moment.
Each answer has an entity tag, so that asking again for what is known costs a header (RFC 9110 §13).
"""

import gzip
import re
from hashlib import blake2b

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from ledger.log.checkpoints import parse_checkpoint_note
from ledger.log.consistency import format_consistency, prove_extension
from ledger.log.log_keys import format_log_keys
from ledger.log.proofs import format_proof
from ledger.log.proven_queries import read_log_key_history
from ledger.log.publication import prove_published
from ledger.log.queries import StoredTiles, read_entry, read_entry_bundle, read_tile
from ledger.log.tiles import Tile, TileReader
from web.compression import MIN_BYTES, takes_gzip
from web.errors import UnknownPageError
from web.state import current

blueprint = Blueprint("logs", __name__, url_prefix="/log")

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
JSON = "application/json"
FOR_EVER = "public, max-age=31536000, immutable"
A_MOMENT = "public, max-age=2"
"""C2SP tlog-tiles: nothing but a few seconds for what is mutable, also when the server is gone."""
AN_HOUR = "public, max-age=3600"

_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)
_LEVEL = 6


@blueprint.get("/checkpoint", strict_slashes=True)
def checkpoint() -> Response:
    """The newest checkpoint, a signed note (C2SP tlog-checkpoint)."""
    return _answer(current().shown_checkpoint, TEXT, A_MOMENT)


@blueprint.get("/vkey", strict_slashes=True)
def verifier_key() -> Response:
    """The log's verifier keys that are valid now (C2SP signed-note), a line each, the oldest first."""
    return _answer(current().ledger.read(format_log_keys), TEXT, AN_HOUR)


@blueprint.get("/keys", strict_slashes=True)
def key_history() -> Response:
    """How the log's keys followed one another, proven (docs/spec/log-keys.md)."""
    return _answer(current().ledger.read(read_log_key_history), JSON, AN_HOUR, may_zip=True)


@blueprint.get("/tile/<path:place>", strict_slashes=True)
def tile(place: str) -> Response:
    """``tile/<L>/<N>[.p/<W>]`` or ``tile/entries/<N>[.p/<W>]``, in its one spelling (C2SP tlog-tiles).

    A tile is also had at every width it ever had, however wide it has become: whoever holds an older
    checkpoint asks for that.
    """
    wanted = Tile.parse(f"tile/{place}")
    read = current().ledger.read
    if wanted.level is None:
        return _answer(read(read_entry_bundle, wanted.number, wanted.width), BYTES, FOR_EVER, may_zip=True)
    # Hashes do not get smaller by compressing.
    return _answer(read(read_tile, wanted.level, wanted.number, wanted.width), BYTES, FOR_EVER)


@blueprint.get("/proof/<index>", strict_slashes=True)
def proof(index: str) -> Response:
    """The proof file of an entry under the best checkpoint that contains it (C2SP tlog-proof)."""
    number = _parse(index)
    read = current().ledger.read
    read(read_entry, number)
    response = _answer(format_proof(read(prove_published, number)), TEXT, A_MOMENT)
    response.headers["Content-Disposition"] = f'inline; filename="{number}.tlog-proof"'
    return response


@blueprint.get("/consistency/<old_size>", strict_slashes=True)
def consistency(old_size: str) -> Response:
    """That the newest checkpoint's tree begins with that of ``old_size`` (docs/spec/consistency.md)."""
    number, newest = _parse(old_size), current().shown_checkpoint
    if number > parse_checkpoint_note(newest)[0].size:
        raise UnknownPageError("the log was never that large")
    return _answer(current().ledger.read(_prove_consistency, number, newest), TEXT, A_MOMENT)


@blueprint.after_request
def open_to_all(response: Response) -> Response:
    """Pages of any site may read all of this, also that something is not there (Fetch standard, CORS)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
        response.headers["Access-Control-Allow-Headers"] = "Cache-Control, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _prove_consistency(session: Session, old_size: int, newest: bytes) -> bytes:
    return format_consistency(prove_extension(old_size, newest, TileReader(StoredTiles(session))))


def _parse(number: str) -> int:
    if _NUMBER.fullmatch(number) is None:
        raise UnknownPageError("not a number in its one spelling")
    return int(number)


def _answer(data: bytes, content_type: str, cache: str, *, may_zip: bool = False) -> Response:
    """The data, compressed if it may be and the asker takes it so; or word that the asker has it already."""
    tag = blake2b(data, digest_size=12).hexdigest()
    is_zipped = may_zip and len(data) >= MIN_BYTES and takes_gzip(request.headers.get("Accept-Encoding", ""))
    response = Response(gzip.compress(data, _LEVEL, mtime=0) if is_zipped else data)
    response.headers["Content-Type"] = content_type
    if is_zipped:
        response.headers["Content-Encoding"] = "gzip"
    if may_zip:
        response.vary.add("Accept-Encoding")
    # Two representations, two strong tags (RFC 9110 §8.8.3.3).
    response.set_etag(f"{tag}-gzip" if is_zipped else tag)
    response.headers["Cache-Control"] = cache
    response.make_conditional(request)
    return response
