"""What an EPCIS event does to lots: which it uses, makes, ships, receives, removes or only names. Pure.

Read from the event alone (EPCIS 2.0 §7.4). Quantities are exact: mass in kilograms (``KGM``), things without
a unit of measure counted as ``EA`` (EPCIS 2.0 §7.3.3.3.1); other units stay as captured.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Any

from ledger.trace.errors import EpcisError, Problem
from ledger.trace.events.sealed import sealed_pointers
from ledger.trace.units import parse_json_number

KILOGRAM = "KGM"
EACH = "EA"
MAX_QUANTITY = Decimal(10) ** 12
"""Quantities lie below this: a million million kilograms, stamps or head."""
CORRECTS = "sogoc:corrects"
"""Member of an error declaration: the log index of the entry that it takes back."""

_KILOGRAMS = {"KGM": Decimal(1), "GRM": Decimal("0.001"), "TNE": Decimal(1000), "MGM": Decimal("0.000001")}
_THOUSANDTH = Decimal("0.001")
_CLASS_LISTS = ("quantityList", "inputQuantityList", "outputQuantityList", "childQuantityList")
_QUANTITIES = tuple(f"/{key}/" for key in _CLASS_LISTS)
_ITEM_LISTS = ("epcList", "inputEPCList", "outputEPCList", "childEPCs")


class MoveKind(StrEnum):
    """Why a quantity came into an organisation's hands or left them."""

    MADE = "made"
    USED = "used"
    SHIPPED = "shipped"
    RECEIVED = "received"
    RETURNED = "returned"
    """What was shipped comes back to who shipped it (CBV §7.2, disposition ``returned``)."""
    REMOVED = "removed"


INCOMING = frozenset({MoveKind.MADE, MoveKind.RECEIVED, MoveKind.RETURNED})


_NEW = frozenset({MoveKind.MADE, MoveKind.RECEIVED})


@dataclass(frozen=True, slots=True)
class Amount:
    """Some of a lot; ``quantity`` and ``uom`` are both ``None`` when it is not stated or sealed."""

    lot: str
    quantity: Decimal | None
    uom: str | None


@dataclass(frozen=True, slots=True)
class Flow:
    """What one event does to lots. ``named`` are all lots and items it speaks of, each once.

    ``inputs`` and ``outputs`` are lots (classes) that a making event uses and makes; ``item_inputs`` and
    ``item_outputs`` the same for serialised items. ``handed`` is what is shipped, received or removed, also
    where the quantity is sealed; ``moves`` are all quantities that come and go.
    """

    named: tuple[str, ...]
    inputs: tuple[Amount, ...]
    outputs: tuple[Amount, ...]
    item_inputs: tuple[str, ...]
    item_outputs: tuple[str, ...]
    handed: tuple[tuple[MoveKind, Amount], ...]
    moves: tuple[tuple[MoveKind, Amount], ...]
    is_error: bool
    """Whether it is an error declaration (EPCIS 2.0 §7.4.1.4): it repeats what did not happen so."""
    corrects: int | None
    is_complete: bool
    """Whether every quantity is there: none is sealed and erased."""

    @property
    def taken(self) -> tuple[str, ...]:
        """The lots of which a quantity leaves (used, shipped or removed), or what was shipped comes back."""
        return tuple(dict.fromkeys(amount.lot for kind, amount in self.moves if kind not in _NEW))


def read_flow(event: Mapping[str, Any]) -> Flow:
    """What ``event`` (checked against the EPCIS schema) does to lots.

    Raises ``EpcisError`` for quantities of 10^12 or more.
    """
    inputs, outputs = _amounts(event, "inputQuantityList"), _amounts(event, "outputQuantityList")
    here = _amounts(event, "quantityList")
    if event["type"] == "ObjectEvent" and event.get("action") == "ADD":
        outputs = here
    made = (
        *((MoveKind.USED, amount) for amount in inputs),
        *((MoveKind.MADE, amount) for amount in outputs),
    )
    handed = _handed(event, here)
    return Flow(
        named=named_by(event),
        inputs=inputs,
        outputs=outputs,
        item_inputs=tuple(event.get("inputEPCList", ())),
        item_outputs=tuple(event.get("outputEPCList", ())),
        handed=handed,
        moves=tuple((kind, amount) for kind, amount in (*made, *handed) if amount.quantity),
        is_error="errorDeclaration" in event,
        corrects=_corrects(event),
        is_complete=not any(pointer.startswith(_QUANTITIES) for pointer in sealed_pointers(event)),
    )


def named_by(event: Mapping[str, Any]) -> tuple[str, ...]:
    """All lots and items that the event (checked against the EPCIS schema) speaks of, each once."""
    names: dict[str, None] = {}
    for key in _CLASS_LISTS:
        for element in event.get(key, ()):
            names[element["epcClass"]] = None
    for key in _ITEM_LISTS:
        names.update(dict.fromkeys(event.get(key, ())))
    if "parentID" in event:
        names[event["parentID"]] = None
    return tuple(names)


def sum_amounts(amounts: Iterable[Amount]) -> tuple[Amount, ...]:
    """One amount for each lot and unit, in the order of their first."""
    totals: dict[tuple[str, str | None], Decimal | None] = {}
    for amount in amounts:
        known = totals.get((amount.lot, amount.uom))
        if known is None or amount.quantity is None:
            totals.setdefault((amount.lot, amount.uom), amount.quantity)
        else:
            totals[amount.lot, amount.uom] = known + amount.quantity
    return tuple(Amount(lot, quantity, uom) for (lot, uom), quantity in totals.items())


def _corrects(event: Mapping[str, Any]) -> int | None:
    index = event.get(CORRECTS)
    return index if "errorDeclaration" in event and type(index) is int and index >= 0 else None


_HANDED = {
    ("DELETE", None): MoveKind.REMOVED,
    ("OBSERVE", "shipping"): MoveKind.SHIPPED,
    ("OBSERVE", "receiving"): MoveKind.RECEIVED,
}


def _handed(event: Mapping[str, Any], here: tuple[Amount, ...]) -> tuple[tuple[MoveKind, Amount], ...]:
    if event["type"] != "ObjectEvent":
        return ()
    action = str(event.get("action"))
    kind = _HANDED.get((action, None if action == "DELETE" else event.get("bizStep")))
    if kind is MoveKind.RECEIVED and event.get("disposition") == "returned":
        kind = MoveKind.RETURNED
    return () if kind is None else tuple((kind, amount) for amount in here)


def _amounts(event: Mapping[str, Any], key: str) -> tuple[Amount, ...]:
    elements = event.get(key)
    if not elements:
        return ()
    amounts = [_amount(element, key, at) for at, element in enumerate(elements)]
    return sum_amounts(amounts) if len(amounts) > 1 else tuple(amounts)


def _amount(element: Mapping[str, Any], key: str, at: int) -> Amount:
    lot, number, uom = element["epcClass"], element.get("quantity"), element.get("uom")
    if number is None:
        return Amount(lot, None, None)
    quantity = parse_json_number(number)
    if uom in _KILOGRAMS:
        quantity, uom = quantity * _KILOGRAMS[uom], KILOGRAM
    if not 0 <= quantity < MAX_QUANTITY:
        raise EpcisError((Problem(f"/{key}/{at}/quantity", "Số lượng phải từ 0 đến dưới 10¹²."),))
    # The tables count thousandths; what other systems measure finer is rounded, half to even.
    return Amount(lot, quantity.quantize(_THOUSANDTH, ROUND_HALF_EVEN), uom or EACH)
