"""Whose goods are in a lot, and how much of it is each household's: exact, however often lots were mixed.

The share of a lot in another is its part of all that went in, whatever was lost on the way
(``ledger.trace.passports.balance``); households' shares are the sums over what they harvested.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.lots import find_held_lot
from ledger.coop.registers.members import list_members
from ledger.coop.registers.organisations import find_organisation
from ledger.coop.tables import MemberRow, WorkRow
from ledger.trace.derived.store import read_lots
from ledger.trace.events.sealed import Disclosure
from ledger.trace.genealogy import LotNode, trace_back
from ledger.trace.identifiers import lot_code_of
from ledger.trace.passports.balance import Consumption, grouped, shares
from ledger.trace.sealed_fields.disclosures import open_rows
from ledger.trace.tables import LotKind
from signing.vault import Vault

_HOUSEHOLD = "/sogoc:fields/household"
_MAX_ASKED = 500
_UNKNOWN = "Không rõ hộ"


@dataclass(frozen=True, slots=True)
class HouseholdShare:
    """A household's part of a lot: ``member_id`` is ``None`` for other organisations and for nobody named.

    ``quantity`` is that part of what the lot weighed (or counted) when it was made, to three decimals.
    """

    member_id: str | None
    name: str
    lots: tuple[str, ...]
    share: Fraction
    quantity: Decimal | None

    @property
    def lot_codes(self) -> tuple[str, ...]:
        """The codes of their harvests in it."""
        return tuple(map(lot_code_of, self.lots))


@dataclass(frozen=True, slots=True)
class LotShares:
    """The households in a lot, the largest part first; not ``is_measured`` where an input was not weighed."""

    parts: tuple[HouseholdShare, ...]
    is_measured: bool


def lot_shares(session: Session, vault: Vault, actor: Actor, lot: str) -> LotShares:
    """Whose goods are in a lot that the organisation holds. Raises ``NotFoundError``."""
    own = find_held_lot(session, actor, lot)
    found = trace_back(session, lot)
    consumed = (
        Consumption(edge.child, edge.parent, edge.quantity, edge.uom)
        for edge in found.edges
        if edge.quantity is not None
    )
    shared = shares(lot, consumed)
    nodes = {node.lot: node for node in found.lots if node.lot in shared.parts}
    owners = _owners(session, vault, actor, nodes)
    names = _names(session, vault, actor, owners.values())
    by_owner = grouped(shared, owners)
    parts = [
        HouseholdShare(
            member_id=owner if len(owner) == _ID_LENGTH else None,
            name=names[owner],
            lots=tuple(sorted(name for name, whose in owners.items() if whose == owner)),
            share=part,
            quantity=None if own.quantity is None else _rounded(part, own.quantity),
        )
        for owner, part in by_owner.parts.items()
    ]
    return LotShares(tuple(sorted(parts, key=lambda item: (-item.share, item.name))), shared.is_measured)


def household_codes(session: Session, vault: Vault, actor: Actor, lots: Iterable[str]) -> Mapping[str, str]:
    """The code of the household that harvested each of these lots, where the books say one: ``TV01``."""
    rows = read_lots(session, tuple(lots))
    nodes = {
        name: LotNode(name, row.kind, row.chain_id, row.created_index, None, None)
        for name, row in rows.items()
        if row.kind == LotKind.RAW and row.chain_id == actor.organisation
    }
    owners = _owners(session, vault, actor, nodes)
    codes = session.execute(
        select(MemberRow.id, MemberRow.code).where(
            MemberRow.organisation == actor.organisation, MemberRow.id.in_(set(owners.values()))
        )
    )
    by_id = {row.id: row.code for row in codes}
    return {name: by_id[owner] for name, owner in owners.items() if owner in by_id}


_ID_LENGTH = 36
"""Members have UUIDs, organisations codes of ten."""


def _owners(session: Session, vault: Vault, actor: Actor, nodes: Mapping[str, LotNode]) -> dict[str, str]:
    """By harvest: the id of the household it is of, the code of another organisation, or nothing."""
    owners = {
        name: "" if node.chain_id == actor.organisation else node.chain_id for name, node in nodes.items()
    }
    own = {node.created_index: name for name, node in nodes.items() if node.chain_id == actor.organisation}
    indexes = sorted(own)
    for at in range(0, len(indexes), _MAX_ASKED):
        part = indexes[at : at + _MAX_ASKED]
        work = session.execute(
            select(WorkRow.index, WorkRow.member_id).where(
                WorkRow.index.in_(part), WorkRow.organisation == actor.organisation
            )
        )
        owners |= {own[index]: member for index, member in work if member is not None}
        for index, opened in open_rows(session, vault, part).items():
            said = opened.get(_HOUSEHOLD)
            if isinstance(said, Disclosure) and isinstance(said.value, str):
                owners[own[index]] = said.value
    return owners


def _names(session: Session, vault: Vault, actor: Actor, owners: Iterable[str]) -> dict[str, str]:
    asked = set(owners)
    names = {"": _UNKNOWN}
    if any(len(owner) == _ID_LENGTH for owner in asked):
        members = list_members(session, vault, actor.organisation)
        names |= {item.id: f"{item.name or 'Hộ đã xóa tên'} ({item.code})" for item in members}
    for owner in asked - names.keys():
        names[owner] = _UNKNOWN if len(owner) == _ID_LENGTH else find_organisation(session, owner).name
    return names


def _rounded(part: Fraction, quantity: Decimal) -> Decimal:
    """That part of the quantity, to a whole thousandth, half to even."""
    return Decimal(round(part * Fraction(quantity) * 1000)).scaleb(-3)
