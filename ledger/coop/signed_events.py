"""What a cooperative's device or program signed itself: held to the same profile as an imported event.

Nothing can be sealed behind the author's back, so what would be sealed is refused.
"""

from ledger.coop.exchange.profile import seal_rules
from ledger.trace.errors import SignedEventError
from ledger.trace.signed_events import SignedEvent, read_signed_event


def accept_signed_event(note: bytes, origin: str) -> SignedEvent:
    """``read_signed_event``, for an event that holds nothing about people and no trading partner.

    Raises ``SignedEventError`` for one that does, and what ``read_signed_event`` raises.
    """
    signed = read_signed_event(note, origin)
    rules = seal_rules(signed.event_note.body, signed.chain_id)
    if rules:
        places = ", ".join(rule.pointer for rule in rules)
        raise SignedEventError(
            f"not public: {places}", sentence=f"Sự kiện có thông tin không được công khai ở: {places}."
        )
    return signed
