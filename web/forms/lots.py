"""The question which lots to take from, and how much of each: a line a lot, blank lines are left alone. Pure.

What “Lấy hết” means stands in the form itself, so that the form sent twice says the same twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ledger.coop.errors import CommandError, Problem
from ledger.coop.goods.processing import Portion
from ledger.coop.goods.store_choice import FromStore
from ledger.trace.errors import MalformedNumberError
from ledger.trace.identifiers import lot_code_of
from ledger.trace.units import read_number
from web.formats import type_number
from web.forms.inputs import Option
from web.forms.typed import Typed
from web.languages import _, translate

INPUTS, OUTPUTS = "inputs", "outputs"
"""The questions beside which problems stand."""
STORE = "inputs-store"
"""Where a lot is taken from that lies in several stores: the place's code, a space, the lot."""
NO_STORE = "-"
"""In place of a code: what stands in no store."""
LOT, AMOUNT, LEFT, ALL = "inputs-lot", "inputs-amount", "inputs-left", "inputs-all"
"""Columns of the lines: the lot, how much is typed, how much was left; and the lots that are taken whole."""
PRODUCT, MADE = "outputs-product", "outputs-amount"
"""Columns of what came out."""


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot that can be taken from: what people call it, and how much is left in its unit.

    ``stores`` are where it lies, if in several places; ``store`` is the one chosen. ``promise``: what of
    it is put aside for orders.
    """

    lot: str
    title: str
    sub: str
    left: Decimal
    unit: str
    amount: str = ""
    is_all: bool = False
    stores: tuple[Option, ...] = ()
    store: str = ""
    promise: str = ""

    @property
    def left_typed(self) -> str:
        """What is left as one would type it: ``320,5``."""
        return type_number(self.left)

    @property
    def taken(self) -> str:
        """How much is taken, as typed."""
        return self.left_typed if self.is_all else self.amount


def fill_lines(lines: Iterable[LotLine], typed: Typed) -> tuple[LotLine, ...]:
    """The lines with what was typed on them; none is taken by itself any more."""
    amounts = {lot: amount for lot, amount, _ in _lines(typed)}
    every, chosen = set(typed.all(ALL)), {one.lot: store_value(one) for one in read_stores(typed)}
    return tuple(
        replace(
            line,
            amount=amounts.get(line.lot, ""),
            is_all=line.lot in every,
            store=chosen.get(line.lot, ""),
        )
        for line in lines
    )


def read_stores(typed: Typed) -> tuple[FromStore, ...]:
    """From which store which lot is taken, where somebody chose one."""
    chosen = (text.partition(" ") for text in typed.all(STORE))
    return tuple(FromStore(lot, None if place == NO_STORE else place) for place, _, lot in chosen)


def store_value(one: FromStore) -> str:
    """What is sent for a store that was chosen for a lot."""
    return f"{one.place or NO_STORE} {one.lot}"


def read_portions(typed: Typed) -> tuple[Portion, ...]:
    """How much of which lot. Raises ``CommandError`` beside the question ``inputs``."""
    return tuple(portion for portion, _ in _read_lines(typed))


def read_supplies(typed: Typed) -> tuple[tuple[Portion, ...], tuple[Portion, ...]]:
    """The lots of which somebody typed how much, and those ticked, with all that was left of them.

    Raises ``CommandError`` beside the question ``inputs``.
    """
    lines = _read_lines(typed)
    said = tuple(portion for portion, is_ticked in lines if not is_ticked)
    return said, tuple(portion for portion, is_ticked in lines if is_ticked)


def read_outputs(typed: Typed) -> tuple[tuple[str | None, Decimal], ...]:
    """Which products came out, and how much of each. Raises ``CommandError`` beside ``outputs``."""
    outputs: list[tuple[str | None, Decimal]] = []
    problems: list[Problem] = []
    for product, text in zip(*(_column(typed, name) for name in (PRODUCT, MADE)), strict=False):
        if not text:
            continue
        try:
            outputs.append((product or None, read_number(text)))
        except MalformedNumberError as error:
            problems.append(Problem(OUTPUTS, error.sentence))
    if not outputs and not problems:
        problems.append(Problem(OUTPUTS, _("Chưa ghi lượng ra. Hãy cân rồi ghi vào.")))
    if problems:
        raise CommandError(*problems)
    return tuple(outputs)


def _read_lines(typed: Typed) -> Sequence[tuple[Portion, bool]]:
    """How much of which lot, and whether the lot was ticked. Raises ``CommandError``."""
    every = set(typed.all(ALL))
    portions: list[tuple[Portion, bool]] = []
    problems: list[Problem] = []
    for lot, amount, left in _lines(typed):
        text = left if lot in every else amount
        if not text:
            continue
        try:
            portions.append(((lot, read_number(text)), lot in every))
        except MalformedNumberError as error:
            problems.append(
                Problem(
                    INPUTS,
                    _(
                        "Lô %(lot_code)s: %(sentence)s",
                        lot_code=lot_code_of(lot),
                        sentence=translate(error.sentence),
                    ),
                )
            )
    if not portions and not problems:
        sentence = _("Chưa chọn lô nào. Hãy đánh dấu một lô, hoặc ghi lấy bao nhiêu.")
        problems.append(Problem(INPUTS, sentence))
    if problems:
        raise CommandError(*problems)
    return portions


def _lines(typed: Typed) -> Iterable[tuple[str, str, str]]:
    """The lines as they were sent; a column that was cut short ends the table."""
    return zip(*(_column(typed, name) for name in (LOT, AMOUNT, LEFT)), strict=False)


def _column(typed: Typed, name: str) -> Sequence[str]:
    return [text.strip() for text in typed.values.get(name, ())]
