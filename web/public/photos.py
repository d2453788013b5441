"""Photos by the digest of their bytes, and small copies for slow networks.

An address names its content, so it may be kept for ever; bytes that no longer fit their name are not served.
"""

import hashlib
import io
import os
import re
import tempfile
from pathlib import Path

from flask import Blueprint, Response
from PIL import Image

from ledger.trace.digests import parse_digest
from ledger.trace.events.statements import FileDigest
from web.errors import UnknownPageError
from web.state import current

blueprint = Blueprint("photos", __name__, url_prefix="/photo")

SIDES_PX = (192, 480)
"""Longest sides of the copies: for a step of the journey, and for the product."""
FOR_EVER = "public, max-age=31536000, immutable"

_NAME = re.compile(r"([0-9a-f]{64})(?:-([0-9]{3}))?\.webp", re.ASCII)
_QUALITY = 72


@blueprint.get("/<name>")
def photo(name: str) -> Response:
    """``<sha-256 in hex>.webp``, or ``<sha-256>-<side>.webp`` for a copy of that longest side in pixels."""
    response = Response(photo_data(current().photos, name), content_type="image/webp")
    response.headers["Cache-Control"] = FOR_EVER
    return response


def photo_data(store: Path, name: str) -> bytes:
    """The bytes of a photo, or of its copy, by its file name. Raises ``UnknownPageError``."""
    match = _NAME.fullmatch(name)
    if match is None or (match[2] is not None and int(match[2]) not in SIDES_PX):
        raise UnknownPageError("no photo name")
    original = _read(store, match[1])
    return original if match[2] is None else _copy(store, match[1], int(match[2]), original)


def photo_path(file: FileDigest, side_px: int | None = None) -> str:
    """The address of a photo, or of its copy; a template filter."""
    side = "" if side_px is None else f"-{side_px}"
    return f"/photo/{parse_digest(file.digest).hex()}{side}.webp"


def _place(store: Path, digest: str) -> Path:
    return store / digest[:2] / f"{digest}.webp"


def _read(store: Path, digest: str) -> bytes:
    try:
        data = _place(store, digest).read_bytes()
    except OSError as error:
        raise UnknownPageError("no such photo") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise UnknownPageError("the photo's bytes are not those of its name")
    return data


def _copy(store: Path, digest: str, side_px: int, original: bytes) -> bytes:
    """The copy, kept beside the originals; it can be made again at any time."""
    place = _place(store / f"copies-{side_px}", digest)
    if place.is_file():
        return place.read_bytes()
    with Image.open(io.BytesIO(original), formats=("WEBP",)) as image:
        small = image.convert("RGB")
    small.thumbnail((side_px, side_px))
    out = io.BytesIO()
    small.save(out, "WEBP", quality=_QUALITY, method=4)
    _keep(place, out.getvalue())
    return out.getvalue()


def _keep(place: Path, data: bytes) -> None:
    """Write the file whole or not at all; a store that takes nothing is no reason to show nothing."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=place.parent, suffix=".part")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(draft).replace(place)
    except OSError:
        return
