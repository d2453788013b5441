"""Scratch codes: which stamps have one, and the day on which each was first told. Nothing about by whom."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.paper.print_specs import parse_spec
from ledger.coop.scans.scan_tables import ScratchUseRow
from ledger.coop.stamp_codes import PURPOSE
from ledger.coop.tables import PrintJobRow
from ledger.log.sealed_secrets import find_secret
from signing.scratch_codes import ScratchCodec
from signing.vault import Vault


@dataclass(frozen=True, slots=True)
class ScratchUse:
    """When a scratch code was first told. ``is_first``: it was now."""

    first_on: date
    is_first: bool


def open_scratch_codec(session: Session, vault: Vault) -> ScratchCodec | None:
    """The codec of this system's scratch codes; ``None`` when no stamp was ever reserved."""
    secret = find_secret(session, vault, PURPOSE)
    return None if secret is None else ScratchCodec.from_secret(secret)


def has_scratch_code(session: Session, job_id: str) -> bool:
    """Whether the stamps of a print job have a code under foil."""
    spec = session.scalar(select(PrintJobRow.spec).where(PrintJobRow.id == job_id))
    return spec is not None and parse_spec(spec).has_secret


def find_scratch_use(session: Session, number: int) -> ScratchUse | None:
    """When a stamp's scratch code was first told; ``None`` while it was not."""
    row = session.get(ScratchUseRow, number)
    return None if row is None else ScratchUse(row.first_on, is_first=False)


def use_scratch_code(session: Session, number: int, today: date) -> ScratchUse:
    """Keep that the right scratch code of a stamp was told, in a writing transaction. The caller checked it.

    Of several at once one is the first: writing transactions are alone.
    """
    used = find_scratch_use(session, number)
    if used is not None:
        return used
    session.add(ScratchUseRow(number=number, first_on=today))
    return ScratchUse(today, is_first=True)
