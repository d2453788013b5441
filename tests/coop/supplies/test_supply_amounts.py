from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.coop.supplies.allotting import SupplyLot, allot
from ledger.coop.supplies.amounts import KEPT_IN, UNITS, amount_used, format_amount, read_amount
from ledger.trace.errors import MalformedNumberError
from ledger.trace.sectors.templates import template

SPRAY = template("fruit_nho").step("pest_control")
DAY = date(2026, 11, 12)
CAME = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "unit", "amount"),
    [
        ("1,5", "kg", "1.5"),
        ("2 tạ", "kg", "200"),
        ("500 ml", "l", "0.5"),
        ("20 x 100 ml", "l", "2"),
        ("20 chai × 100ml", "l", "2"),
        ("12 bao", "bao", "12"),
        ("3 LÍT", "ml", "3000"),
    ],
)
def test_amounts_are_read_as_people_write_them(typed, unit, amount):
    assert read_amount(typed, unit) == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["", "0", "-1", "nhiều", "10 gói", "1.5", "9.999.999.999", "0,0004 g", "2 x"]
)
def test_what_is_no_amount_of_kilograms_is_refused_with_a_sentence(typed):
    with pytest.raises(MalformedNumberError) as caught:
        read_amount(typed, "kg")
    assert caught.value.sentence


@pytest.mark.parametrize(
    ("dose", "more", "litres"),
    [
        ("200 ml", {}, "0.2"),
        ("20 ml/16 lít", {"volume_l": "32"}, "0.04"),
        ("20ml/bình 16 lít", {"volume_l": "32"}, "0.04"),
        ("15 ml cho 10 lít nước", {"volume_l": "100"}, "0.15"),
        ("0,5 ml/con", {"heads": "100"}, "0.05"),
        ("20 ml/16 lít", {}, None),
        ("20 ml/0 lít", {"volume_l": "32"}, None),
        ("500 ml/ha", {"volume_l": "32"}, None),
        ("1 chai", {}, None),
        ("vừa đủ", {}, None),
        ("1.5 ml", {}, None),
    ],
)
def test_a_dose_in_words_says_how_much_was_used(dose, more, litres):
    used = amount_used(SPRAY, {"dose": dose, **more}, "l")
    assert used == (None if litres is None else Decimal(litres))


def test_a_dose_in_kilograms_is_turned_into_the_unit_of_the_supply():
    step = template("fruit_nho").step("fertilising")
    assert amount_used(step, {"dose": "5"}, "g") == 5000
    assert amount_used(step, {"dose": "5"}, "bao") is None
    assert amount_used(step, {}, "kg") is None


@given(st.decimals("0.001", "999999", places=3), st.sampled_from(KEPT_IN))
def test_what_is_written_is_read_back(amount, unit):
    assert read_amount(format_amount(amount, unit), unit) == amount
    assert UNITS[unit].factor > 0


def lot(name, left, expires_on=None, code=""):
    return SupplyLot(name, code, expires_on, Decimal(left), CAME)


def test_what_expires_first_is_taken_first_and_a_named_lot_before_all():
    lots = [lot("c", 5), lot("b", 5, date(2027, 5, 1), "B7"), lot("a", 5, date(2027, 1, 1))]
    taken = allot(lots, Decimal(7), DAY)
    assert [(one.id, part) for one, part in taken.taken] == [("a", 5), ("b", 2)]
    named = allot(lots, Decimal(7), DAY, named=" b7 ")
    assert [(one.id, part) for one, part in named.taken] == [("b", 5), ("a", 2)]


def test_what_is_past_its_day_is_taken_last():
    lots = [lot("old", 5, date(2026, 11, 11)), lot("last day", 5, DAY), lot("new", 5)]
    taken = allot(lots, Decimal(12), DAY)
    assert [(one.id, part) for one, part in taken.taken] == [("last day", 5), ("new", 5), ("old", 2)]


@given(st.lists(st.integers(-5, 20), max_size=6), st.integers(1, 60))
def test_no_lot_gives_more_than_it_has_and_nothing_is_lost(lefts, amount):
    lots = [lot(str(number), left) for number, left in enumerate(lefts)]
    allotted = allot(lots, Decimal(amount), DAY)
    assert all(0 < part <= one.left for one, part in allotted.taken)
    assert sum(part for _, part in allotted.taken) + allotted.short == amount
    assert allotted.short == max(amount - sum(left for left in lefts if left > 0), 0)
