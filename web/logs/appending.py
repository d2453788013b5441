"""``POST /log/notes``: take in an event that a cooperative's device or program signed, answer with its proof.

The signature is the right to write: it says who speaks, and no browser adds it by itself. So there is no
session and no form token here, and a page of another site gains nothing by sending a note it found.
"""

import orjson
from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from ledger.coop.signed_events import accept_signed_event
from ledger.log.entries import POLICY_ENTRY_BYTES
from ledger.log.groups import Expected
from ledger.log.proofs import format_proof
from ledger.log.unit import MAX_IDEMPOTENCY_KEY, Receipt, Unit
from ledger.trace.signed_events import append_signed_event, expect_signed_events
from web.errors import WebError
from web.security import client_address, signed_body
from web.state import current

blueprint = Blueprint("log_notes", __name__, url_prefix="/log")

KEY_HEADER = "Idempotency-Key"
_OWN = "note:"
"""Put before the sender's keys, so that they cannot meet those of our own use cases."""


@blueprint.post("/notes", strict_slashes=True)
@signed_body
def append() -> Response:
    """Append the event note in the body (``text/plain``, at most 8 KiB).

    201 with index, entry and proof; 200 with the same for a repeat, which is known by ``Idempotency-Key`` or,
    without one, by the note's text. What is refused counts against the sender's address.
    """
    state = current()
    state.refused_notes.check(client_address())
    try:
        return _append(_read_body(), _idempotency_key())
    except Exception:
        state.refused_notes.take(client_address())
        raise


def _append(note: bytes, idempotency_key: str | None) -> Response:
    ledger = current().ledger
    signed = accept_signed_event(note, ledger.origin)

    def through(unit: Unit, _chain_id: str, _note: bytes, key: str) -> Receipt:
        return append_signed_event(unit, signed, idempotency_key=key)

    written = ledger.append(
        signed.chain_id,
        note,
        idempotency_key=idempotency_key,
        through=through,
        expected=Expected(expect_signed_events, signed),
    )
    receipt, proof = written.result, written.proofs[0]
    response = Response(status=200 if receipt.repeated else 201, content_type="application/json")
    response.set_data(
        orjson.dumps(
            {
                "index": receipt.index,
                "chain": receipt.chain_id,
                "seq": receipt.seq,
                "repeated": receipt.repeated,
                "entry": receipt.entry.decode(),
                "proof": format_proof(proof).decode(),
            }
        )
    )
    response.headers["Location"] = f"/log/proof/{receipt.index}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _read_body() -> bytes:
    if request.mimetype != "text/plain":
        raise UnsupportedMediaType
    if (request.content_length or 0) > POLICY_ENTRY_BYTES:
        raise RequestEntityTooLarge
    return request.get_data(cache=False)


def _idempotency_key() -> str | None:
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return None
    longest = MAX_IDEMPOTENCY_KEY - len(_OWN)
    if not (0 < len(key) <= longest and key.isascii() and key.isprintable()):
        raise WebError(
            f"malformed {KEY_HEADER}", sentence=f"{KEY_HEADER} phải có 1 đến {longest} ký tự ASCII in được."
        )
    return _OWN + key
