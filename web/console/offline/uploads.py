"""Photos sent ahead of their form, in pieces, each from where it broke off (docs/offline.md)."""

import hashlib

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from ledger.coop.devices.uploads import Upload, add_piece, find_done, find_upload, keep_done, received
from ledger.coop.errors import PhotoError
from web.console.blueprint import console
from web.console.photo_tickets import make_source_ticket, read_ticket
from web.console.photos import keep_waiting
from web.console.session import actor
from web.state import current

UPLOADS = "uploads"
"""The folder of unfinished files below the data folder."""
MAX_DIGITS = 9


@console.route("/tep", methods=["GET", "POST"])
def upload() -> ResponseReturnValue:
    """How much of a file is here, or its ticket; ``POST`` brings the piece that begins at ``tu``.

    ``sha256`` and ``size`` name the file. Raises ``PhotoError`` for what is no photo.
    """
    found = find_upload(
        current().config.data / UPLOADS, actor(), request.args.get("sha256", ""), _number("size")
    )
    ticket = find_done(found)
    if ticket is not None and read_ticket(ticket) is not None:
        return jsonify({"ticket": ticket})
    if request.method != "POST":
        return _so_far(found)
    whole = add_piece(found, _number("tu"), request.get_data(cache=False))
    return _so_far(found) if whole is None else _take_in(found, whole)


def _take_in(found: Upload, whole: bytes) -> Response:
    try:
        photo = keep_waiting(whole)
    except PhotoError:
        found.path.unlink(missing_ok=True)
        raise
    ticket = make_source_ticket(photo, hashlib.sha256(whole).digest(), len(whole))
    keep_done(found, ticket)
    return jsonify({"ticket": ticket})


def _so_far(found: Upload) -> Response:
    return jsonify({"received": received(found)})


def _number(name: str) -> int:
    text = request.args.get(name, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else -1
