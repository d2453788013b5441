"""The company prefix that GS1 gave a cooperative: from it come the SSCCs of its cartons and pallets.

No prefix is ever invented, and no SSCC given twice (GS1 General Specifications §2.2.1).
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import MANAGEMENT, Actor
from ledger.coop.errors import AlreadyExistsError, CommandError, Problem
from ledger.coop.paper.carton_codes import PREFIX_LENGTHS, check_company_prefix, sscc_capacity, sscc_number
from ledger.coop.paper.print_tables import CompanyPrefixRow
from ledger.coop.use_cases import Command, use_case
from ledger.log.unit import Unit


@dataclass(frozen=True, slots=True)
class SavePrefix(Command):
    """The prefix on the certificate of GS1: 6 to 12 digits."""

    prefix: str


@dataclass(frozen=True, slots=True)
class CompanyPrefix:
    """A prefix, and how many SSCCs can still be made of it."""

    prefix: str
    left: int


@use_case(MANAGEMENT)
def save_prefix(unit: Unit, actor: Actor, command: SavePrefix) -> CompanyPrefix:
    """Use this prefix for the labels of cartons and pallets from now on.

    Raises ``CommandError``, and ``AlreadyExistsError`` for a prefix in which another's numbers would lie.
    """
    prefix = check_company_prefix(command.prefix)
    for other in unit.session.scalars(select(CompanyPrefixRow)):
        is_same = other.prefix == prefix and other.organisation == actor.organisation
        if not is_same and (other.prefix.startswith(prefix) or prefix.startswith(other.prefix)):
            raise AlreadyExistsError("mã doanh nghiệp GS1", prefix)
    row = unit.session.get(CompanyPrefixRow, prefix)
    if row is None:
        row = CompanyPrefixRow(prefix=prefix, organisation=actor.organisation, given=0, filed_at=unit.now)
        unit.session.add(row)
    row.filed_at = unit.now
    unit.session.flush()
    return _prefix(row)


def find_prefix(session: Session, organisation: str) -> CompanyPrefix | None:
    """The prefix the organisation uses; ``None`` when it has none of GS1."""
    row = _row(session, organisation)
    return None if row is None else _prefix(row)


def take_ssccs(session: Session, organisation: str, count: int) -> int | None:
    """The first of ``count`` consecutive SSCC numbers (17 digits); ``None`` without a prefix.

    The transaction is alone, so none is given twice. Raises ``CommandError`` when fewer are left.
    """
    row = _row(session, organisation)
    if row is None:
        return None
    # A job's numbers follow one another, so it does not cross into the next extension digit.
    part = sscc_capacity(row.prefix) // 10
    first = row.given if row.given % part + count <= part else (row.given // part + 1) * part
    if count > part or first + count > part * 10:
        sentence = f"Mã doanh nghiệp {row.prefix} đã hết số SSCC. Hãy xin GS1 Việt Nam cấp thêm mã."
        raise CommandError(Problem("count", sentence))
    row.given = first + count
    return sscc_number(row.prefix, first)


def prefix_of(session: Session, number: int) -> str:
    """The company prefix in an SSCC that was given out here (its 17 digits as a number).

    No prefix on file begins with another and none is ever taken off, so this never changes. Raises
    ``LookupError`` for a number of nobody here.
    """
    digits = f"{number:017}"[1:]
    starts = [digits[:length] for length in PREFIX_LENGTHS]
    prefix = session.scalar(select(CompanyPrefixRow.prefix).where(CompanyPrefixRow.prefix.in_(starts)))
    if prefix is None:
        raise LookupError(number)
    return prefix


def _row(session: Session, organisation: str) -> CompanyPrefixRow | None:
    return session.scalar(
        select(CompanyPrefixRow)
        .where(CompanyPrefixRow.organisation == organisation)
        .order_by(CompanyPrefixRow.filed_at.desc(), CompanyPrefixRow.prefix)
        .limit(1)
    )


def _prefix(row: CompanyPrefixRow) -> CompanyPrefix:
    return CompanyPrefix(row.prefix, sscc_capacity(row.prefix) - row.given)
