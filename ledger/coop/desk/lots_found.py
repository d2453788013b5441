"""What a desk is told of the lots behind its codes: product, maker, use-by, and who answers for them now.

Of another organisation nothing is told but what its public entries say: that it received some of the lot.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.desk.check import CheckedLot, Expected, Holder
from ledger.coop.goods.shipping import SENT
from ledger.coop.tables import ShipmentRow
from ledger.trace.derived.registers import find_statements
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.stock import read_holdings
from ledger.trace.events.flows import MoveKind
from ledger.trace.events.statements import OrganisationRegistered, ProductRegistered
from ledger.trace.identifiers import lot_code_of
from ledger.trace.tables import TraceMove, lot_key

_AT_ONCE = 5_000


def describe_lots(session: Session, actor: Actor, rows: Sequence[LotRow]) -> dict[str, CheckedLot]:
    """Each lot as somebody of the actor's organisation may know it."""
    if not rows:
        return {}
    products = find_statements(session, ProductRegistered, {row.product for row in rows if row.product})
    coming = _coming(session, actor, rows)
    receivers = _receivers(session, rows)
    chains = {row.chain_id for row in rows} | {chain for found in receivers.values() for chain in found}
    names = {
        code: filed.statement.name
        for code, filed in find_statements(session, OrganisationRegistered, chains).items()
    }
    holdings = read_holdings(session, actor.organisation, rows)
    found: dict[str, CheckedLot] = {}
    for row in rows:
        product = products.get(row.product or "")
        others = tuple(
            names.get(chain, chain) for chain in receivers.get(row.lot, ()) if chain != actor.organisation
        )
        holder = _holder(
            is_ours=(holdings[row.lot].quantity or 0) > 0, is_coming=bool(coming.get(row.lot)), others=others
        )
        found[row.lot] = CheckedLot(
            lot=row.lot,
            code=lot_code_of(row.lot),
            product="" if product is None else product.statement.name,
            maker=names.get(row.chain_id, row.chain_id),
            expires_on=row.expires_on,
            sealed_index=row.sealed_index,
            recalled_index=row.recalled_index,
            holder=holder,
            holders=others if holder is Holder.OTHERS else (),
            expected=coming.get(row.lot, ()),
        )
    return found


def _holder(*, is_ours: bool, is_coming: bool, others: tuple[str, ...]) -> Holder:
    """What a desk wants to know first: is it to be received, is it here, did somebody else take it in."""
    if is_coming:
        return Holder.COMING
    if is_ours:
        return Holder.OURS
    return Holder.OTHERS if others else Holder.MAKER


def _coming(session: Session, actor: Actor, rows: Iterable[LotRow]) -> dict[str, tuple[Expected, ...]]:
    found: dict[str, tuple[Expected, ...]] = {}
    names = [row.lot for row in rows]
    for start in range(0, len(names), _AT_ONCE):
        query = (
            select(ShipmentRow.lot, ShipmentRow.code, ShipmentRow.quantity, ShipmentRow.uom)
            .where(ShipmentRow.to_organisation == actor.organisation, ShipmentRow.state == SENT)
            .where(ShipmentRow.lot.in_(names[start : start + _AT_ONCE]))
            .order_by(ShipmentRow.sent_index)
        )
        for lot, code, quantity, uom in session.execute(query):
            found[lot] = (*found.get(lot, ()), Expected(code, quantity, uom))
    return found


def _receivers(session: Session, rows: Iterable[LotRow]) -> dict[str, tuple[str, ...]]:
    """The organisations that signed for some of each lot, other than who made it."""
    by_key = {lot_key(row.lot): row for row in rows}
    keys, found = list(by_key), dict[str, tuple[str, ...]]()
    for start in range(0, len(keys), _AT_ONCE):
        query = (
            select(TraceMove.lot, TraceMove.chain_id)
            .where(TraceMove.lot.in_(keys[start : start + _AT_ONCE]), TraceMove.kind == MoveKind.RECEIVED)
            .distinct()
            .order_by(TraceMove.chain_id)
        )
        for key, chain_id in session.execute(query):
            row = by_key[key]
            if chain_id != row.chain_id:
                found[row.lot] = (*found.get(row.lot, ()), chain_id)
    return found
