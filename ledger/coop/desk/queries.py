"""The checks that an organisation keeps. What another one checked is not found."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor, check_may
from ledger.coop.desk.check import Check, CheckedLot
from ledger.coop.desk.checking import DESK
from ledger.coop.desk.lots_found import describe_lots
from ledger.coop.desk.result_files import MAX_RESULT_BYTES, codes_in, parse_result_file
from ledger.coop.desk.tables import DeskCheckRow
from ledger.coop.errors import NotFoundError
from ledger.trace.derived.store import read_lots

MAX_LISTED = 50


@dataclass(frozen=True, slots=True)
class CheckCard:
    """A kept check: when, and how many codes of each colour."""

    id: str
    checked_at: datetime
    codes: int
    good: int
    caution: int
    bad: int


@dataclass(frozen=True, slots=True)
class KeptResult:
    """A kept check opened again: ``check`` has the verdicts of then, and where its lots are now."""

    card: CheckCard
    check: Check


def list_checks(session: Session, actor: Actor, *, limit: int = MAX_LISTED) -> tuple[CheckCard, ...]:
    """The organisation's checks, newest first. Raises ``NotAllowedError``."""
    check_may(actor, DESK)
    columns = (DeskCheckRow.id, DeskCheckRow.checked_at, DeskCheckRow.codes)
    rows = session.execute(
        select(*columns, DeskCheckRow.good, DeskCheckRow.caution, DeskCheckRow.bad)
        .where(DeskCheckRow.organisation == actor.organisation)
        .order_by(DeskCheckRow.checked_at.desc(), DeskCheckRow.id)
        .limit(min(limit, MAX_LISTED))
    )
    return tuple(CheckCard(*row) for row in rows)


def read_check_file(session: Session, actor: Actor, check_id: str) -> bytes:
    """The signed result of a check (docs/spec/check-result.md). Raises ``NotFoundError``."""
    return _open(_find(session, actor, check_id))


def read_check(session: Session, actor: Actor, check_id: str) -> KeptResult:
    """A check as it was signed. Raises ``NotFoundError``, ``NotAllowedError``."""
    row = _find(session, actor, check_id)
    file = parse_result_file(_open(row))
    names = [lot["lot"] for lot in file.results["lots"]]
    lots: Mapping[str, CheckedLot] = describe_lots(session, actor, list(read_lots(session, names).values()))
    card = CheckCard(row.id, row.checked_at, row.codes, row.good, row.caution, row.bad)
    return KeptResult(card, Check(row.checked_at, file.checkpoint, tuple(codes_in(file.results)), lots))


def _find(session: Session, actor: Actor, check_id: str) -> DeskCheckRow:
    check_may(actor, DESK)
    row = session.get(DeskCheckRow, check_id)
    if row is None or row.organisation != actor.organisation:
        raise NotFoundError("phiếu kiểm", check_id[:40])
    return row


def _open(row: DeskCheckRow) -> bytes:
    return zlib.decompressobj().decompress(row.file, MAX_RESULT_BYTES)
