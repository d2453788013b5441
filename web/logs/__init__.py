"""The log for machines (C2SP tlog-tiles, tlog-proof): checkpoint, tiles, entry bundles, proofs, key.

Everything here is public, the same for everyone, and may be read by pages of any site. A tile of a given
width never changes, so it may be kept for ever; what depends on the newest checkpoint may be kept a moment.
"""

import re

from flask import Blueprint, Response

from ledger.log.proofs import format_proof
from ledger.log.queries import read_entry, read_entry_bundle, read_tile
from ledger.log.tiles import Tile
from web.errors import UnknownPageError
from web.state import current

blueprint = Blueprint("logs", __name__, url_prefix="/log")

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOR_EVER = "public, max-age=31536000, immutable"
A_MOMENT = "public, max-age=2, stale-if-error=86400"
AN_HOUR = "public, max-age=3600"

_INDEX = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)


@blueprint.get("/checkpoint", strict_slashes=True)
def checkpoint() -> Response:
    """The newest checkpoint, a signed note (C2SP tlog-checkpoint)."""
    return _answer(current().ledger.checkpoint(), TEXT, A_MOMENT)


@blueprint.get("/vkey", strict_slashes=True)
def verifier_key() -> Response:
    """The log's verifier key, one line (C2SP signed-note)."""
    return _answer(f"{current().ledger.vkey.format()}\n".encode(), TEXT, AN_HOUR)


@blueprint.get("/tile/<path:place>", strict_slashes=True)
def tile(place: str) -> Response:
    """``tile/<L>/<N>[.p/<W>]`` or ``tile/entries/<N>[.p/<W>]``, in its one spelling (C2SP tlog-tiles)."""
    wanted = Tile.parse(f"tile/{place}")
    read = current().ledger.read
    if wanted.level is None:
        data = read(read_entry_bundle, wanted.number, wanted.width)
    else:
        data = read(read_tile, wanted.level, wanted.number, wanted.width)
    return _answer(data, BYTES, FOR_EVER)


@blueprint.get("/proof/<index>", strict_slashes=True)
def proof(index: str) -> Response:
    """The proof file of an entry under the newest checkpoint (C2SP tlog-proof)."""
    if _INDEX.fullmatch(index) is None:
        raise UnknownPageError("not an index")
    ledger = current().ledger
    ledger.read(read_entry, int(index))
    response = _answer(format_proof(ledger.prove(int(index))), TEXT, A_MOMENT)
    response.headers["Content-Disposition"] = f'inline; filename="{index}.tlog-proof"'
    return response


def _answer(data: bytes, content_type: str, cache: str) -> Response:
    response = Response(data, content_type=content_type)
    response.headers["Cache-Control"] = cache
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
