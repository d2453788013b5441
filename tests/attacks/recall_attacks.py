"""What a neighbour may try with goods held back and recalls; each attack makes first what it is after."""

from collections.abc import Callable
from typing import Any

from ledger.coop.holds.hold_tables import HoldRow
from ledger.coop.holds.holding import HoldLot, LiftHold, hold_lot
from ledger.coop.recalls.cases import CloseRecall, NoteTold
from ledger.coop.recalls.drills import EndDrill, StartDrill, start_drill
from ledger.coop.recalls.recall_tables import RecallRow, RecallToldRow
from ledger.coop.recalls.recalls import Recall, recall
from ledger.trace.derived.store import read_lots

RECALL_TABLES = (HoldRow, RecallRow, RecallToldRow)


def _held(victim: Any) -> str:
    lot: str = victim.world.run(hold_lot, HoldLot(victim.sealed, "chờ mẫu")).lot
    return lot


def _recalled(victim: Any) -> str:
    lot: str = victim.sealed
    if victim.world.read(read_lots, (lot,))[lot].recalled_index is None:
        victim.world.run(recall, Recall(lot, "x", "x", "x", "x", "x"))
    return lot


def _own_recalled(victim: Any) -> str:
    lot: str = victim.world.run(recall, Recall(victim.own_raw, "x", "x", "x", "x", "x"), victim.thief).lots[0]
    return lot


def _drill(victim: Any) -> str:
    drill: str = victim.world.run(start_drill, StartDrill(victim.sealed)).id
    return drill


RECALL_ATTACKS: dict[str, list[Callable[[Any], Any]]] = {
    "hold_lot": [lambda v: HoldLot(v.sealed, "trộm")],
    "lift_hold": [lambda v: LiftHold(_held(v), "trộm")],
    "note_told": [
        lambda v: NoteTold(_recalled(v), v.shipment, "phone"),
        lambda v: NoteTold(_own_recalled(v), v.shipment, "phone"),
    ],
    "end_recall": [lambda v: CloseRecall(_recalled(v), v.world.today, "trộm")],
    "start_drill": [lambda v: StartDrill(v.sealed)],
    "end_drill": [lambda v: EndDrill(_drill(v), "trộm")],
}
