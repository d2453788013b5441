"""The lots an organisation may touch: those it made, and those it received."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import bindparam, event, func, select
from sqlalchemy.orm import Session

from ledger.coop.actors import Actor
from ledger.coop.errors import LotStateError, NotFoundError
from ledger.coop.tables import PLACE_OF_SEASON, PRODUCT_OF_SEASON, PlaceRow, ProductRow, SeasonRow
from ledger.trace.derived.lot_memory import LETS_WAIT
from ledger.trace.derived.rows import LotRow
from ledger.trace.derived.stock import read_holdings
from ledger.trace.derived.store import read_lots
from ledger.trace.events.flows import MoveKind
from ledger.trace.identifiers import lot_code_of
from ledger.trace.sectors.templates import Template, template
from ledger.trace.tables import LotKind, TraceMove, lot_key


@dataclass(frozen=True, slots=True)
class OwnLot:
    """A lot in the organisation's hands. ``quantity`` is what was made, in ``uom`` (``EA`` for pieces)."""

    lot: str
    chain_id: str
    product: str | None
    kind: LotKind
    created_at: datetime
    quantity: Decimal | None
    uom: str | None
    net_per_pack: Decimal | None
    sealed_index: int | None
    recalled_index: int | None
    expires_on: date | None

    @property
    def code(self) -> str:
        """The lot's code, as people say it."""
        return lot_code_of(self.lot)

    @property
    def packs(self) -> int | None:
        """How many packs were made; ``None`` when the lot is not packs."""
        return int(self.quantity) if self.kind is LotKind.PACK and self.quantity is not None else None


@dataclass(frozen=True, slots=True)
class SeasonInHand:
    """An open season: its lot, its product's code, its place's URI, and the template it follows."""

    lot: str
    product: str
    place: str
    sector: Template


_SEASON_ROWS = "ledger.coop season rows"
_SEASON = (
    select(
        SeasonRow.code,
        SeasonRow.closed_on,
        SeasonRow.product,
        PlaceRow.uri.label("place_uri"),
        ProductRow.template,
    )
    .join(PlaceRow, PLACE_OF_SEASON)
    .join(ProductRow, PRODUCT_OF_SEASON)
    .where(SeasonRow.lot == bindparam("lot"), SeasonRow.organisation == bindparam("org"))
    # It reads the books alone, so what waits to be written about lots may go on waiting.
    .execution_options(**{LETS_WAIT: True})
)


def find_own_lot(session: Session, actor: Actor, lot: str) -> OwnLot:
    """A lot that the actor's organisation made. Raises ``NotFoundError``."""
    row = read_lots(session, (lot,)).get(lot)
    if row is None or row.chain_id != actor.organisation or row.kind == LotKind.WITHDRAWN:
        raise NotFoundError("lô", lot_code_of(lot))
    return _own(row)


def find_held_lots(session: Session, actor: Actor, lots: Iterable[str]) -> tuple[OwnLot, ...]:
    """Lots that the actor's organisation made or received, each once. Raises ``NotFoundError``."""
    names = tuple(dict.fromkeys(lots))
    rows = read_lots(session, names)
    held = []
    for name in names:
        row = rows.get(name)
        if row is None or row.kind == LotKind.WITHDRAWN or not _is_held(session, actor, row):
            raise NotFoundError("lô", lot_code_of(name))
        held.append(_own(row))
    return tuple(held)


def find_held_lot(session: Session, actor: Actor, lot: str) -> OwnLot:
    """A lot that the actor's organisation made or received. Raises ``NotFoundError``."""
    return find_held_lots(session, actor, (lot,))[0]


def find_season(session: Session, actor: Actor, lot: str) -> SeasonInHand | None:
    """The open season whose lot this is; ``None`` for what is no season of the actor's organisation.

    Raises ``LotStateError`` when it is closed.
    """
    row = _season_row(session, actor.organisation, lot)
    if row is None:
        return None
    if row.closed_on is not None:
        sentence = f"Vụ {row.code} đã kết thúc. Hãy mở vụ mới để ghi tiếp."
        raise LotStateError("season is closed", lot=lot, sentence=sentence)
    return SeasonInHand(lot, row.product, row.place_uri, template(row.template))


def find_open_season(session: Session, actor: Actor, lot: str) -> SeasonInHand:
    """A season of the organisation's that is not closed. Raises ``NotFoundError``, ``LotStateError``."""
    season = find_season(session, actor, lot)
    if season is None:
        raise NotFoundError("vụ", lot_code_of(lot))
    return season


def available(session: Session, actor: Actor, lot: OwnLot) -> Decimal | None:
    """How much of the lot the organisation has left, in the lot's unit; ``None`` if it was never weighed."""
    row = read_lots(session, (lot.lot,))[lot.lot]
    return read_holdings(session, actor.organisation, (row,))[lot.lot].quantity


def template_of(session: Session, lot: OwnLot) -> Template:
    """The template of the lot's product. Raises ``LotStateError`` for a lot of an unknown product."""
    found = session.scalar(select(ProductRow.template).where(ProductRow.uri == lot.product))
    if found is None:
        sentence = f"Lô {lot.code} chưa gắn với sản phẩm nào. Hãy chọn lô khác."
        raise LotStateError("no product", lot=lot.lot, sentence=sentence)
    return template(found)


def _season_row(session: Session, organisation: str, lot: str) -> Any:
    """The columns of ``_SEASON``. Every step of a diary asks for them: they are read once for many.

    Nothing but the ORM changes seasons, places and products, so what was read holds until its next flush.
    """
    session.flush()
    known = session.info.get(_SEASON_ROWS)
    if known is None:
        known = session.info[_SEASON_ROWS] = {}
        event.listen(session, "after_flush", partial(_forget, known))
    key = (organisation, lot)
    if key not in known:
        asked = {"lot": lot, "org": organisation}
        known[key] = session.connection().execute(_SEASON, asked).one_or_none()
    return known[key]


def _forget(known: dict[Any, Any], *_: Any) -> None:
    known.clear()


def _is_held(session: Session, actor: Actor, row: LotRow) -> bool:
    if row.chain_id == actor.organisation:
        return True
    came = select(func.sum(TraceMove.delta)).where(
        TraceMove.lot == lot_key(row.lot),
        TraceMove.chain_id == actor.organisation,
        TraceMove.kind == MoveKind.RECEIVED,
    )
    return (session.scalar(came) or 0) > 0


def _own(row: LotRow) -> OwnLot:
    return OwnLot(
        lot=row.lot,
        chain_id=row.chain_id,
        product=row.product,
        kind=LotKind(row.kind),
        created_at=row.created_at,
        quantity=row.quantity,
        uom=row.uom,
        net_per_pack=row.net_g,
        sealed_index=row.sealed_index,
        recalled_index=row.recalled_index,
        expires_on=row.expires_on,
    )
