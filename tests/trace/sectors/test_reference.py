"""Reference data: provinces, inputs, and what the law asks."""

import pytest

from ledger.trace.events.statements import ProductRegistered
from ledger.trace.sectors import reference


def test_provinces_and_communes_have_their_codes():
    assert len(reference.PROVINCES) == 34
    assert len({province.code for province in reference.PROVINCES}) == 34
    assert reference.province_name("24") == "Bắc Ninh"
    assert reference.province_name("99") is None
    assert len(reference.communes("20")) == 65
    assert reference.communes("01") == ()
    assert all(len(unit.code) == 5 for units in reference.COMMUNES.values() for unit in units)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Gramoxone (paraquat 200 g/l)", "Paraquat"),
        ("CHLORPYRIFOS ETHYL 480EC", "Chlorpyrifos-ethyl"),
        ("2,4-D 80WP", "2,4-D"),
        ("parathion-methyl", "Parathion-methyl"),
    ],
)
def test_a_banned_ingredient_is_found_in_what_people_write(text, name):
    assert reference.banned_ingredient(text) == name


@pytest.mark.parametrize("text", ["", "Abamectin 1.8EC", "12,4-D5", "glyphosates", "NPK 16-16-8"])
def test_what_only_resembles_a_banned_ingredient_is_left_alone(text):
    assert reference.banned_ingredient(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Cloramphenicol 10%", "Chloramphenicol"),
        ("cám có SALBUTAMOL", "Salbutamol"),
        ("xanh malachite", "Malachite green"),
        ("Oxytetracyclin", None),
        ("Cám lợn thịt", None),
    ],
)
def test_a_substance_banned_from_animals_is_found_in_what_people_write(text, name):
    assert reference.banned_drug(text) == name


def test_an_ingredient_of_the_reference_list_is_known_by_either_of_its_names():
    for text in ("abamectin", "Đồng oxyclorua", "copper oxychloride 50%", "Trichoderma viride", "BPMC"):
        assert reference.is_listed(text), text
    assert not reference.is_listed("nước lã")


def test_the_longest_usual_interval_of_a_mixture_counts():
    assert reference.usual_interval("Abamectin 3.6EC") == (7, 7)
    assert reference.usual_interval("abamectin + mancozeb") == (7, 14)
    assert reference.usual_interval("bacillus thuringiensis") == (0, 3)
    assert reference.usual_interval("nước lã") is None


def test_lists_to_choose_from_are_filled():
    assert len(reference.PESTICIDES) > 20
    assert len(reference.FERTILISERS) > 10
    assert "pig" in reference.VACCINES
    assert "Cám vịt đẻ" in reference.FEEDS


def test_what_a_scan_must_show_is_known_with_its_article():
    least = reference.LEGAL_SETS["nd37_23_7_consumer_min"]
    assert [field.code for field in least.fields] == [
        "name",
        "image",
        "producer",
        "address",
        "origin",
        "brand_lot_serial",
        "expiry",
    ]
    assert all(field.legal_ref for field in least.fields)
    assert ProductRegistered.__dataclass_fields__["origin"]
