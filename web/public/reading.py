"""What the ledger answers about a scanned stamp or a lot, read in one snapshot. Nothing here knows a page."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from ledger.coop.scans.scan_counts import Tally
from ledger.coop.scans.scratch import has_scratch_code
from ledger.coop.stamps.stamp_ranges import find_range
from ledger.log.checkpoints import parse_checkpoint_note
from ledger.log.errors import LogError, MalformedCheckpointError
from ledger.log.publication import read_timestamps
from ledger.log.queries import read_head
from ledger.trace.bundles.seals import names_a_seal, read_seals
from ledger.trace.derived.registers import find_statement
from ledger.trace.errors import UnknownLotError
from ledger.trace.events.statements import OrganisationRegistered
from ledger.trace.identifiers import Identifier
from ledger.trace.passports.passport import Passport
from ledger.trace.passports.verdicts import Verdict, stamp_verdict
from ledger.trace.queries import (
    CheckedPassport,
    StampStatus,
    find_lot,
    log_key_of,
    passport_of,
    stamp_status,
)
from web.public.witnessing import Outsiders


@dataclass(frozen=True, slots=True)
class Scan:
    """One stamp: whether its number was ever given out, to whom, and what the log says of it since.

    ``counted_for`` is the organisation in whose books its scans are counted. ``seals`` are the leaf hashes
    of its lot's seals, for what its paper may say of them.
    """

    is_known: bool
    organisation: str | None
    status: StampStatus
    log_size: int
    counted_for: str | None = None
    has_scratch_code: bool = False
    seals: tuple[bytes, ...] = ()

    def is_swapped(self, seal_short: str) -> bool:
        """Whether the stamp is on a lot none of whose seals has these six characters."""
        return self.status.lot is not None and not names_a_seal(seal_short, self.seals)

    def group(self, tally: Tally, *, is_swapped: bool = False) -> "StampGroup":
        """What the stamp, scanned like that, has in common with others whose page is the same."""
        return StampGroup(
            self.is_known,
            self.organisation,
            self.status.integrity.ok,
            self.status.lot,
            self.status.voided_on,
            self.has_scratch_code,
            tally.is_often,
            tally.is_often and tally.provinces > 0,
            self.status.void_reason,
            is_swapped,
        )


class StampGroup(NamedTuple):
    """Stamps of one lot, or of one organisation, in one state: their pages differ in the code only."""

    is_known: bool
    organisation: str | None
    is_intact: bool
    lot: str | None
    voided_on: date | None
    has_scratch_code: bool
    is_seen_often: bool
    has_provinces: bool
    void_reason: str | None
    is_swapped: bool = False


class Answer(NamedTuple):
    """What a page tells. ``passport`` is there when a lot is; two equal answers make equal pages.

    ``vkey`` is the log's key under which the lot's bundle verifies.
    """

    verdict: Verdict
    passport: Passport | None
    organisation_name: str | None = None
    outsiders: Outsiders | None = None
    vkey: str | None = None


def scan_stamp(session: Session, number: int) -> Scan:
    """What is known of a stamp number. Raises nothing for a number that was never given out."""
    found = find_range(session, number)
    status = stamp_status(session, number)
    organisation = status.organisation or (None if found is None else found.organisation)
    # The log outranks the working books: what it activated or voided was given out, whatever they say.
    is_in_log = status.activated_index is not None or status.voided_index is not None
    is_known = found is not None or is_in_log or not status.integrity.ok
    size, seals = read_head(session).size, _seals_of(session, status.lot)
    if found is None:
        return Scan(is_known, organisation, status, size, seals=seals)
    has_code = has_scratch_code(session, found.job_id)
    return Scan(is_known, organisation, status, size, found.organisation, has_code, seals)


def _seals_of(session: Session, lot: str | None) -> tuple[bytes, ...]:
    """What the paper is held against; none where a table names a seal that is not there."""
    try:
        return () if lot is None else read_seals(session, lot)
    except LogError:
        return ()


def answer_stamp(session: Session, group: StampGroup, today: date) -> Answer:
    """The answer to every stamp of a group."""
    checked = None if group.lot is None else _passport(session, group.lot, today)
    if not group.is_intact:
        return Answer(Verdict.TAMPERED, None if checked is None else checked.passport)
    verdict = stamp_verdict(
        is_known=group.is_known,
        is_voided=group.voided_on is not None,
        is_activated=group.lot is not None,
        lot=Verdict.UNKNOWN if checked is None else checked.verdict,
        is_seen_often=group.is_seen_often,
    )
    if verdict in _WITHOUT_GOODS:
        return Answer(verdict, None, _name_of(session, group.organisation))
    if checked is None:
        return Answer(verdict, None)
    # A recall is never hidden by what somebody printed or mistyped.
    if group.is_swapped and verdict is not Verdict.RECALLED:
        verdict = Verdict.TAMPERED
    return _answer(session, verdict, checked)


_WITHOUT_GOODS = frozenset({Verdict.UNKNOWN, Verdict.NOT_ACTIVATED, Verdict.VOIDED})
"""A stamp that vouches for nothing shows no goods that somebody could take it for."""


def answer_lot(session: Session, lot: str, today: date) -> Answer:
    """The answer to a lot's own address. Raises ``UnknownLotError``."""
    checked = passport_of(session, lot, today)
    return _answer(session, checked.verdict, checked)


def _answer(session: Session, verdict: Verdict, checked: CheckedPassport) -> Answer:
    vkey = log_key_of(session, checked.checkpoint).format()
    return Answer(verdict, checked.passport, None, _outsiders(session, checked.checkpoint), vkey)


def name_lot(session: Session, identifier: Identifier) -> str:
    """The identifier under which a lot was made, whichever of its names was asked for.

    Raises ``UnknownLotError``.
    """
    return find_lot(session, identifier).lot


def _passport(session: Session, lot: str, today: date) -> CheckedPassport | None:
    try:
        return passport_of(session, lot, today)
    except UnknownLotError:
        return None


def _outsiders(session: Session, note: bytes) -> Outsiders | None:
    """What others left on the checkpoint, ``None`` where only the log signed: then it says nothing new."""
    try:
        checkpoint, parsed = parse_checkpoint_note(note)
    except MalformedCheckpointError:
        return None
    stamps = read_timestamps(session, checkpoint.size)
    is_cosigned = any(line.name != checkpoint.origin for line in parsed.signatures)
    return Outsiders(note, stamps) if stamps or is_cosigned else None


def _name_of(session: Session, organisation: str | None) -> str | None:
    if organisation is None:
        return None
    filed = find_statement(session, OrganisationRegistered, organisation)
    return None if filed is None else filed.statement.name
