from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask

from web import formats


def test_a_date_is_written_day_month_year():
    assert formats.format_date(date(2026, 5, 2)) == "02/05/2026"


def test_a_moment_is_read_on_the_clock_of_viet_nam():
    moment = datetime(2026, 5, 11, 17, 5, tzinfo=UTC)
    assert formats.format_date(moment) == "12/05/2026"
    assert formats.format_moment(moment) == "00:05 ngày 12/05/2026"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234.5"), "1.234,5\u00a0kg"),
        (Decimal("1234.500"), "1.234,5\u00a0kg"),
        (Decimal(0), "0\u00a0kg"),
        (Decimal("1E+3"), "1.000\u00a0kg"),
        (Decimal("0.050"), "0,05\u00a0kg"),
        (Decimal(100), "100\u00a0kg"),
    ],
)
def test_a_weight_has_a_decimal_comma_and_no_idle_zeros(value, text):
    assert formats.format_weight_kg(value) == text


@pytest.mark.parametrize(
    ("grams", "text"), [(500, "500\u00a0g"), (999, "999\u00a0g"), (1000, "1\u00a0kg"), (1500, "1,5\u00a0kg")]
)
def test_a_pack_is_weighed_in_grams_below_a_kilogram(grams, text):
    assert formats.format_net_g(Decimal(grams)) == text


def test_counts_and_money_are_grouped_by_thousands():
    assert formats.format_number(12_345_678) == "12.345.678"
    assert formats.format_money(5_000_000) == "5.000.000\u00a0đ"


def test_quantities_carry_an_everyday_unit():
    assert formats.format_quantity(Decimal("320.5"), "KGM") == "320,5\u00a0kg"
    assert formats.format_quantity(Decimal(240), None) == "240\u00a0gói"
    assert formats.format_quantity(Decimal(240), "EA") == "240\u00a0gói"
    assert formats.format_quantity(Decimal(2), "XYZ") == "2\u00a0XYZ"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(1), "100\u00a0%"),
        (Fraction(0), "0\u00a0%"),
        (Fraction(1, 3), "33\u00a0%"),
        (Fraction(1, 1000), "dưới 1\u00a0%"),
        (Fraction(999, 1000), "99\u00a0%"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_or_to_everything(share, text):
    assert formats.format_share(share) == text


def test_an_area_turns_into_hectares():
    assert formats.format_area_m2(Decimal(3600)) == "3.600\u00a0m²"
    assert formats.format_area_m2(Decimal(25_000)) == "2,5\u00a0ha"


def test_a_code_is_grouped_as_it_is_printed():
    assert formats.format_code("0123456789ABC") == "0123\u00a04567\u00a089AB\u00a0C"


def test_every_formatter_is_a_filter():
    app = Flask("web")
    formats.register(app)
    assert formats.FILTERS.items() <= app.jinja_env.filters.items()
