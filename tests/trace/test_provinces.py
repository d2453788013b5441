import pytest

from ledger.trace.provinces import SEATS, distance_km, is_province
from ledger.trace.sectors.reference import PROVINCES


def test_every_province_has_a_seat_and_every_seat_a_province():
    assert set(SEATS) == {province.code for province in PROVINCES}


def test_every_seat_is_in_the_country():
    assert all(8.5 < latitude < 23.5 and 102 < longitude < 110 for latitude, longitude in SEATS.values())


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [("01", "79", 1140), ("01", "31", 90), ("79", "75", 20), ("46", "48", 80), ("01", "01", 0)],
)
def test_distances_are_those_on_the_map(one, other, kilometres):
    assert distance_km(one, other) == pytest.approx(kilometres, abs=15)
    assert distance_km(other, one) == distance_km(one, other)


@pytest.mark.parametrize("code", ["", "1", "02", "001", "HN", "79 "])
def test_what_is_no_province_of_today_is_told(code):
    assert not is_province(code)
    with pytest.raises(KeyError):
        distance_km("01", code)
