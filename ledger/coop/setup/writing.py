"""A plan into the books and the log: table by table, what many rows need read and written at once.

Nothing is checked again here but what the writing itself finds out: a lot code that the next number meets.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from ledger.coop.actors import Actor
from ledger.coop.errors import CoopError, SheetError
from ledger.coop.field.harvesting import Gathered, write_harvest
from ledger.coop.field.intake import write_intake
from ledger.coop.field.seasons import Opening, season_lot, write_opening
from ledger.coop.lot_codes import new_lot
from ledger.coop.registers.members import NewMember, write_members
from ledger.coop.registers.places import NewPlace, write_place
from ledger.coop.registers.products import RegisterProduct, lot_id, next_numbers, register_product
from ledger.coop.setup.planning import Plan, PlannedRow, problems_of
from ledger.coop.setup.progress import tell
from ledger.coop.setup.reading import TableRow
from ledger.coop.setup.register_rows import NewStock
from ledger.coop.setup.work_rows import NewGoods
from ledger.coop.supplies.catalogue import save_supply
from ledger.coop.supplies.entering import write_purchases
from ledger.coop.supplies.purchases import check_purchase
from ledger.log.unit import Unit
from ledger.trace.derived.lot_memory import LotMemory
from ledger.trace.derived.store import read_lots, remember_lots
from ledger.trace.errors import TraceError
from ledger.trace.identifiers import lot_code, season_code

M = TypeVar("M")


def write_plan(unit: Unit, actor: Actor, plan: Plan) -> None:
    """Write every row of a plan that holds. Raises ``SheetError``."""
    writer = _Writer(unit, actor, plan)
    writer.write_registers()
    writer.write_seasons()
    writer.write_stock()
    writer.write_goods()


class _Writer:
    """Writes a plan, and tells how many of its rows are written."""

    def __init__(self, unit: Unit, actor: Actor, plan: Plan) -> None:
        self._unit = unit
        self._actor = actor
        self._plan = plan
        self._done = 0
        self._seasons: dict[int, str] = {}

    def write_registers(self) -> None:
        """Members, products and places."""
        members = self._rows_of(NewMember)
        write_members(self._unit, self._actor, [new for _, new in members])
        for _ in members:
            self._tell()
        for row, command in self._rows_of(RegisterProduct):
            with self._writing(row):
                register_product(self._unit, self._actor, command)
        for row, place in self._rows_of(NewPlace):
            with self._writing(row):
                write_place(self._unit, self._actor, place)
        self._unit.session.flush()

    def write_seasons(self) -> None:
        """Seasons, each with the next code of its series."""
        unit, rows = self._unit, self._rows_of(Opening)
        wanted = [(opening.product.code, opening.series) for _, opening in rows]
        numbers = next_numbers(unit.session, self._actor.organisation, wanted)
        self._expect(
            season_lot(unit.id_base, opening.product, season_code(opening.command.started_on, number))
            for (_, opening), number in zip(rows, numbers, strict=True)
        )
        for (row, opening), number in zip(rows, numbers, strict=True):
            with self._writing(row):
                season = write_opening(unit, self._actor, opening, number)
                self._seasons[row.number] = season.lot
        unit.session.flush()

    def write_stock(self) -> None:
        """Supplies that are new, and what there is of each."""
        rows = self._rows_of(NewStock)
        ids = {key: known for key, (known, _) in self._plan.books.supplies.items()}
        purchases = []
        for row, stock in rows:
            with self._writing(row):
                if stock.key not in ids and stock.new is not None:
                    ids[stock.key] = save_supply(self._unit, self._actor, stock.new).id
                purchase = check_purchase(stock.bought, self._plan.day)
                purchases.append(replace(purchase, supply=ids[stock.key]))
        if purchases:
            write_purchases(self._unit, self._actor, purchases)

    def write_goods(self) -> None:
        """Lots on hand, each with the code that people chose, or the next of its product and day."""
        rows = self._rows_of(NewGoods)
        for (row, goods), lot in zip(rows, self._lots(rows), strict=True):
            with self._writing(row):
                if not isinstance(goods.what, Gathered):
                    write_intake(self._unit, self._actor, goods.what, lot)
                elif goods.season is not None:
                    season = goods.season.lot or self._seasons[goods.season.row or 0]
                    write_harvest(self._unit, self._actor, goods.what, season, lot)
        self._unit.session.flush()

    def _lots(self, rows: Sequence[tuple[TableRow, NewGoods]]) -> list[str]:
        """A lot for each row: one that nothing names yet, nor an earlier row."""
        unit, unnamed = self._unit, [goods for _, goods in rows if goods.lot is None]
        wanted = [(goods.product.code, f"{goods.what.command.done_on:%y%m%d}") for goods in unnamed]
        numbers = next_numbers(unit.session, self._actor.organisation, wanted)
        named = [
            lot_id(unit.id_base, goods.product, lot_code(goods.what.command.done_on, number))
            for goods, number in zip(unnamed, numbers, strict=True)
        ]
        chosen = {goods.lot for _, goods in rows if goods.lot is not None}
        self._expect([*named, *chosen])
        unit.session.flush()  # ``new_lot`` asks for the counters
        taken = chosen | read_lots(unit.session, named).keys()
        found = iter(named)
        lots = []
        for _, goods in rows:
            lot = goods.lot or next(found)
            while goods.lot is None and lot in taken:  # somebody chose that very code
                lot = new_lot(unit.session, unit.id_base, goods.product, goods.what.command.done_on)
            taken.add(lot)
            lots.append(lot)
        return lots

    def _expect(self, lots: Iterator[str] | Sequence[str]) -> None:
        remember_lots(self._unit.session, LotMemory.of(self._unit), lots)

    def _rows_of(self, kind: type[M]) -> list[tuple[TableRow, M]]:
        rows: Sequence[PlannedRow] = self._plan.rows
        return [(planned.row, planned.made) for planned in rows if isinstance(planned.made, kind)]

    @contextmanager
    def _writing(self, row: TableRow) -> Iterator[None]:
        try:
            yield
        except (CoopError, TraceError) as error:
            raise SheetError("a row met another", problems=tuple(problems_of(row, error))) from error
        self._tell()

    def _tell(self) -> None:
        self._done += 1
        tell(self._done, len(self._plan.rows))
