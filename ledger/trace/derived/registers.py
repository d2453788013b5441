"""Statements in force, for those who work with them: the latest about each subject."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ledger.trace.derived.store import find_product_of_gtin
from ledger.trace.events.statements import Statement
from ledger.trace.tables import TraceRegister

S = TypeVar("S", bound=Statement)


@dataclass(frozen=True, slots=True)
class Filed(Generic[S]):
    """A statement, the index of its entry, and the organisation that made it."""

    statement: S
    index: int
    chain_id: str


def find_statement(session: Session, kind: type[S], subject: str) -> Filed[S] | None:
    """The statement in force about one subject."""
    return find_statements(session, kind, (subject,)).get(subject)


def find_statements(session: Session, kind: type[S], subjects: Iterable[str]) -> dict[str, Filed[S]]:
    """The statements in force about several subjects."""
    return _latest(session, kind, select(TraceRegister).where(TraceRegister.subject.in_(list(subjects))))


def statements_of(session: Session, kind: type[S], chain_id: str) -> tuple[Filed[S], ...]:
    """Every statement of one kind in force by one organisation, in the order of their subjects."""
    found = _latest(session, kind, select(TraceRegister).where(TraceRegister.chain_id == chain_id))
    return tuple(found[subject] for subject in sorted(found))


def product_of_gtin(session: Session, gtin: str) -> str | None:
    """The product registered under a GTIN of 14 digits."""
    return find_product_of_gtin(session, None, gtin)


def _latest(session: Session, kind: type[S], rows: Select[Any]) -> dict[str, Filed[S]]:
    wanted = rows.where(TraceRegister.kind == kind.register).subquery()
    newest = (
        select(wanted.c.subject, func.max(wanted.c.index).label("index")).group_by(wanted.c.subject)
    ).subquery()
    found = session.execute(
        select(wanted.c.subject, wanted.c.index, wanted.c.chain_id, wanted.c.body).join(
            newest, (newest.c.subject == wanted.c.subject) & (newest.c.index == wanted.c.index)
        )
    )
    return {subject: Filed(kind.parse(body), index, chain_id) for subject, index, chain_id, body in found}
