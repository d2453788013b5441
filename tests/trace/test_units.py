"""Numbers, dates and quantities: strict there and back, careful with what people type."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trace import units
from ledger.trace.errors import MalformedNumberError

amounts = st.decimals(-(10**9) + 1, 10**9 - 1, places=3)
days = st.dates()


@given(amounts)
def test_a_decimal_is_read_back(amount):
    assert units.parse_decimal(units.format_decimal(amount)) == amount


@given(amounts)
def test_a_vietnamese_number_is_read_back_by_machine_and_by_hand(amount):
    text = units.format_number(amount)
    assert units.parse_number(text) == amount
    assert units.read_number(text) == amount
    assert units.read_number(f" {text.replace('.', '')} ") == amount


@given(st.text(alphabet="0123456789.,-", max_size=9))
def test_a_text_is_a_number_in_one_spelling_or_refused(text):
    for parse, format_ in (
        (units.parse_decimal, units.format_decimal),
        (units.parse_number, units.format_number),
    ):
        try:
            amount = parse(text)
        except MalformedNumberError:
            continue
        assert format_(amount) == text


@given(amounts)
def test_a_json_number_is_exact(amount):
    number = units.format_json_number(amount)
    assert units.parse_json_number(number) == amount
    assert isinstance(number, int) == (amount == amount.to_integral_value())


@given(days)
def test_a_date_is_read_back(day):
    text = units.format_date(day)
    assert units.parse_date(text) == day
    assert units.read_date(text) == day
    assert units.read_date(day.isoformat()) == day


@given(amounts, st.sampled_from(sorted(units.UNITS)))
def test_a_quantity_is_read_back(amount, unit):
    quantity = units.Quantity(units.normalise(amount), unit)
    assert units.parse_quantity(units.format_quantity(quantity)) == quantity


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("1E+3", "1.000"),
        ("1234.50", "1.234,5"),
        ("-0.001", "-0,001"),
        ("1000000", "1.000.000"),
    ],
)
def test_numbers_are_written_as_in_vietnam(amount, text):
    assert units.format_number(Decimal(amount)) == text
    assert units.format_weight(Decimal(amount)) == f"{text} kg"


@pytest.mark.parametrize("text", ["", "01", "1.0", "1.", ".5", "-0", "1e3", "NaN", "+1", "１", "1\n"])
def test_another_spelling_of_a_decimal_is_refused(text):
    with pytest.raises(MalformedNumberError):
        units.parse_decimal(text)


@pytest.mark.parametrize("text", ["1234", "1.23,4", "1,50", "1.234.5", "-0", "1,", "1234,5"])
def test_another_spelling_of_a_vietnamese_number_is_refused(text):
    with pytest.raises(MalformedNumberError):
        units.parse_number(text)


def test_a_point_before_a_fraction_is_refused_never_guessed():
    with pytest.raises(MalformedNumberError) as caught:
        units.read_number("12.5")
    assert caught.value.sentence == "“12.5” chưa rõ: phần lẻ viết sau dấu phẩy, ví dụ 12,5."
    assert units.read_number("12.500") == 12500
    assert units.read_number("12,50") == Decimal("12.5")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mười", "dấu chấm"),
        ("1.000.000.000", "quá lớn"),
        ("1,2345", "3 chữ số"),
        ("1..2", "dấu chấm"),
        ("", "dấu chấm"),
    ],
)
def test_a_number_that_cannot_be_is_told_why(text, told):
    with pytest.raises(MalformedNumberError) as caught:
        units.read_number(text)
    assert told in caught.value.sentence
    assert caught.value.text == text


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("2 tạ", "kg", "200"),
        ("1,5 sào", "m2", "540"),
        ("1 mẫu", "m2", "3600"),
        ("0,25 ha", "m2", "2500"),
        ("500 g", "kg", "0.5"),
        ("3 lạng", "kg", "0.3"),
        ("2 yến", "kg", "20"),
        ("1,2 tấn", "kg", "1200"),
        ("0,5 kg", "g", "500"),
        ("10 Lít", "l", "10"),
        ("2m³", "l", "2000"),
        ("1 sào (Bắc Bộ)", "m2", "360"),
        ("12", "kg", "12"),
        ("2 ta\u0323", "kg", "200"),
    ],
)
def test_people_measure_in_their_own_units(text, unit, amount):
    assert units.read_quantity(text, unit) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "unit", "told"),
    [
        ("2 sào", "kg", "tạ"),
        ("2 thùng", "kg", "tấn"),
        ("nhiều", "kg", "Số chưa đúng"),
        ("999.999.999 tấn", "kg", "lớn"),
    ],
)
def test_a_quantity_in_another_measure_is_told_which_ones_fit(text, unit, told):
    with pytest.raises(MalformedNumberError) as caught:
        units.read_quantity(text, unit)
    assert told in caught.value.sentence


@pytest.mark.parametrize("text", ["1 thúng", "kg", "1"])
def test_a_quantity_without_a_known_unit_is_refused(text):
    with pytest.raises(MalformedNumberError):
        units.parse_quantity(text)


def test_quantities_have_a_base_amount():
    assert units.Quantity(Decimal("1.5"), "sao_bb").base_amount == 540
    assert units.Quantity(Decimal(250), "g").base_amount == Decimal("0.25")


@pytest.mark.parametrize("text", ["5/11/2026", "05-11-2026", "05.11.2026", "2026-11-05", " 05/11/2026 "])
def test_a_date_is_read_however_it_was_written(text):
    assert units.read_date(text) == date(2026, 11, 5)


@pytest.mark.parametrize(
    "text", ["", "31/02/2026", "11/2026", "05/11/26", "2026-13-01", "29/02/2025", "00/01/2026"]
)
def test_a_day_that_does_not_exist_is_told_how_to_write_one(text):
    for read in (units.read_date, units.parse_date):
        with pytest.raises(MalformedNumberError) as caught:
            read(text)
        assert "05/11/2026" in caught.value.sentence


def test_the_day_in_vietnam_begins_seven_hours_earlier():
    assert units.local_day(datetime(2026, 11, 4, 17, 0, tzinfo=UTC)) == date(2026, 11, 5)
    assert units.local_day(datetime(2026, 11, 4, 16, 59, tzinfo=UTC)) == date(2026, 11, 4)


@pytest.mark.parametrize("amount", ["1E12", "0.0001", "-1E12"])
def test_an_amount_that_a_double_may_not_hold_is_refused(amount):
    with pytest.raises(MalformedNumberError):
        units.format_json_number(Decimal(amount))


def test_a_number_without_end_is_refused():
    with pytest.raises(MalformedNumberError):
        units.format_decimal(Decimal("NaN"))


# -- what people say -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "unit", "amount"),
    [
        ("2 sào Trung Bộ", "m2", "1000"),
        ("1 mẫu (Trung Bộ)", "m2", "5000"),
        ("1,5 công", "m2", "1500"),
        ("3 bình 16", "l", "48"),
        ("2 bình 25 lít", "l", "50"),
        ("1 phuy", "l", "200"),
        ("250 ml", "l", "0.25"),
        ("7 lạng", "kg", "0.7"),
    ],
)
def test_measures_of_field_and_sprayer_are_converted_exactly(typed, unit, amount):
    assert units.read_quantity(typed, unit) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("hôm nay", "2026-11-22"),
        ("Hôm Qua", "2026-11-21"),
        ("hôm kia", "2026-11-20"),
        ("5/11", "2026-11-05"),
        ("25/12", "2025-12-25"),
        ("29/2", "2024-02-29"),
        ("5-11-26", "2026-11-05"),
        ("5.11.2026", "2026-11-05"),
        ("051126", "2026-11-05"),
        ("05112026", "2026-11-05"),
        ("ngày 5 tháng 11 năm 2025", "2025-11-05"),
        ("5 tháng 11", "2026-11-05"),
        ("2026-11-05", "2026-11-05"),
    ],
)
def test_a_day_is_read_as_people_say_it(typed, day):
    assert units.read_day(typed, date(2026, 11, 22)).isoformat() == day


@pytest.mark.parametrize("typed", ["31/2", "32/1/26", "mai", "1/13", "", "123"])
def test_a_day_that_is_none_is_refused(typed):
    with pytest.raises(MalformedNumberError):
        units.read_day(typed, date(2026, 11, 22))


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)))
def test_a_day_without_its_year_is_the_last_such_day(today):
    found = units.read_day(f"{today.day}/{today.month}", today)
    assert found == today


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1,5 sào", ("1,5", "sao_bb")),
        ("2 bình 16 lít", ("2", "binh_16")),
        ("12", ("12", None)),
        ("nửa", ("nửa", None)),
    ],
)
def test_a_quantity_is_split_into_its_number_and_its_unit(text, parts):
    assert units.split_quantity(text) == parts


def test_a_number_may_be_said_in_units_of_its_kind_only():
    assert [unit.code for unit in units.units_like("kg")] == ["kg", "g", "lang", "yen", "ta", "tan"]
    assert units.units_like("con") == ()
