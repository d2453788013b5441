"""Making the file that discloses one sealed field, and telling how private the field is."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from ledger.log.checkpoints import parse_checkpoint_note
from ledger.log.log_keys import read_log_keys
from ledger.log.proven_queries import prove_with_keys
from ledger.trace.errors import UnknownTemplateError
from ledger.trace.events.sealed import FIELDS, parse_pointer
from ledger.trace.sealed_fields.disclosure_file import DisclosureFile, format_disclosure_file
from ledger.trace.sealed_fields.disclosures import find_disclosure
from ledger.trace.sectors.templates import COMMON_FIELDS, Field, Step, template
from signing.vault import Vault

PARTNER, PRIVATE, PERSON = "partner", "private", "person"
"""Who a sealed value is for, from many to few: partners, the own office, those who keep people's data."""

_RECEIVERS = ("to_party", "by_party", "buyer")


def disclosure_file(session: Session, vault: Vault, index: int, pointer: str) -> bytes:
    """The file that discloses the field at ``pointer`` of the event at ``index`` (docs/spec/disclosure.md).

    Raises ``NoSuchEntryError``, ``SealedFieldError``, ``ErasedError``, ``WrongDisclosureError``.
    """
    disclosure = find_disclosure(session, vault, index, pointer)
    proven = prove_with_keys(session, index)
    size = parse_checkpoint_note(proven.checkpoint)[0].size
    log_key = read_log_keys(session, size)[0]
    return format_disclosure_file(
        DisclosureFile(log_key, proven.checkpoint, proven.entries, index, disclosure)
    )


def audience(event: Mapping[str, Any], pointer: str) -> str:
    """For whom the sealed value at ``pointer`` is: ``partner``, ``private`` or ``person``.

    What the event's template does not know counts as private.
    """
    step = _step(event)
    asked = None if step is None else _field(step, pointer)
    if asked is None:
        return PRIVATE
    if asked.ref in {"member", "user"}:
        return PERSON
    return PARTNER if asked.visibility == PARTNER else PRIVATE


def _step(event: Mapping[str, Any]) -> Step | None:
    try:
        return template(str(event.get("sogoc:template"))).step(str(event.get("sogoc:step")))
    except UnknownTemplateError:
        return None


def _field(step: Step, pointer: str) -> Field | None:
    """The field whose value stands at ``pointer``, or the one because of which it was sealed."""
    tokens = parse_pointer(pointer)
    if tokens[0] == FIELDS and len(tokens) > 1:
        return step.field(tokens[1]) or COMMON_FIELDS.get(tokens[1])
    if tokens[0] == "quantityList":
        return step.field("quantity")
    if tokens[0] == "destinationList":
        return next((found for key in _RECEIVERS if (found := step.field(key)) is not None), None)
    return None
