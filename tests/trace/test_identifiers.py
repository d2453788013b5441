"""Identifiers: one spelling each, there and back, and nothing that only looks like one."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trace import identifiers as ids
from ledger.trace.errors import MalformedIdentifierError

BASE, ORG = "http://127.0.0.1:8000", "K7QM2X9T4D"
GTIN = "09521234543213"
LOT = f"{BASE}/{ORG}/class/NHO.261112-1"
GS1_LOT = f"https://id.gs1.org/01/{GTIN}/10/261112-1"

bases = st.sampled_from([BASE, "https://so.htx.example.vn", "https://a"])
organisations = st.integers(0, 2**32).map(lambda seed: ids.new_organisation_code(random.Random(seed)))
short_codes = st.from_regex(r"[A-Z0-9][A-Z0-9_-]{0,19}", fullmatch=True)
codes = st.from_regex(r"[A-Z0-9][A-Z0-9_-]{0,39}", fullmatch=True)
elements = st.from_regex(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}", fullmatch=True).filter(
    lambda text: text not in {".", ".."}
)
own = st.builds(
    ids.OwnIdentifier,
    bases,
    organisations,
    st.sampled_from([kind for kind in ids.Kind if kind not in {ids.Kind.LOT, ids.Kind.PRODUCT}]),
    codes,
)
products = st.builds(ids.OwnIdentifier, bases, organisations, st.just(ids.Kind.PRODUCT), short_codes)
lots = st.builds(
    lambda base, organisation, product, lot: ids.OwnIdentifier(
        base, organisation, ids.Kind.LOT, f"{product}.{lot}"
    ),
    bases,
    organisations,
    short_codes,
    short_codes,
)
gs1 = st.builds(ids.Gs1Identifier, st.just(GTIN), elements, st.none() | elements)
identifiers = st.one_of(own, products, lots, gs1)


@given(identifiers)
def test_an_identifier_is_read_back_from_its_uri(identifier):
    assert ids.parse_identifier(ids.format_identifier(identifier)) == identifier


@given(identifiers)
def test_an_identifier_is_found_by_its_path(identifier):
    base = identifier.id_base if isinstance(identifier, ids.OwnIdentifier) else BASE
    assert ids.identifier_from_path(ids.path_of(identifier), base) == identifier


@given(st.text(max_size=60))
def test_any_text_is_an_identifier_in_one_spelling_or_refused(text):
    try:
        identifier = ids.parse_identifier(text)
    except MalformedIdentifierError:
        return
    assert ids.format_identifier(identifier) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "K7QM2X9T4D",
        f"{LOT}/",
        f"{BASE}/{ORG}/class/NHO",
        f"{BASE}/{ORG}/class/NHO.",
        f"{BASE}/{ORG}/class/.261112-1",
        f"{BASE}/{ORG}/class/nho.261112-1",
        f"{BASE}/{ORG}/class/NHO.261112-1.2",
        f"{BASE}/{ORG}/class/NHO.{'1' * 21}",
        f"{BASE}/{ORG}/farm/A1",
        f"{BASE}/{ORG}/loc/A1 ",
        f"{BASE}/{ORG}/loc/Vườn",
        f"{BASE}/{ORG}/loc/",
        f"{BASE}/sub/{ORG}/loc/A1",
        f"{BASE}/7KQM2X9T4D/loc/A1",
        f"{BASE}/K7QM2X9T4/loc/A1",
        f"{BASE}/K7QM2X9T4U/loc/A1",
        f"ftp://host/{ORG}/loc/A1",
        f"HTTP://127.0.0.1:8000/{ORG}/loc/A1",
        f"https://Host/{ORG}/loc/A1",
        f"https://host:0/{ORG}/loc/A1",
        "https://id.gs1.org/01/9521234543213/10/A",
        f"https://id.gs1.org/01/{GTIN}",
        f"https://id.gs1.org/01/{GTIN}/10/",
        f"https://id.gs1.org/01/{GTIN}/10/A%2f",
        f"https://id.gs1.org/01/{GTIN}/10/%41",
        f"https://id.gs1.org/01/{GTIN}/10/%FF",
        f"https://id.gs1.org/01/{GTIN}/10/..",
        f"https://id.gs1.org/01/{GTIN}/21/A/10/B",
        f"https://id.gs1.org/01/{GTIN}/10/A/21",
        f"https://id.gs1.org/01/{GTIN}/10/A/22/B",
        f"https://id.gs1.org/01/{GTIN}/10/{'A' * 21}",
        "https://id.gs1.org/414/9521234543213",
        "https://id.txng.example.vn/HTX0123/class/CF-NHAN.CF2611A",
        f"{BASE}/{ORG}/loc/" + "A" * 600,
    ],
)
def test_what_only_looks_like_an_identifier_is_refused(text):
    with pytest.raises(MalformedIdentifierError):
        ids.parse_identifier(text)


def test_each_kind_of_thing_has_its_uri():
    assert ids.lot_uri(BASE, ORG, "NHO", "261112-1") == LOT
    assert ids.gs1_lot_uri("9521234543213", "261112-1") == GS1_LOT
    assert ids.place_uri(BASE, ORG, "A1") == f"{BASE}/{ORG}/loc/A1"
    assert ids.product_uri(BASE, ORG, "NHO") == f"{BASE}/{ORG}/product/NHO"
    assert ids.transaction_uri(BASE, ORG, "PX-1") == f"{BASE}/{ORG}/bt/PX-1"
    assert ids.certificate_uri(BASE, ORG, "VG-1") == f"{BASE}/{ORG}/cert/VG-1"
    assert ids.transformation_uri(BASE, ORG, "T-1") == f"{BASE}/{ORG}/xform/T-1"
    assert ids.party_uri(BASE, ORG) == f"{BASE}/{ORG}/sd/{ORG}"


def test_a_lot_with_a_gtin_is_found_by_the_digits_on_any_bar_code():
    for digits in ("9521234543213", GTIN):
        found = ids.identifier_from_path(f"/01/{digits}/10/261112-1", BASE)
        assert ids.format_identifier(found) == GS1_LOT
    item = ids.identifier_from_path(f"/01/{GTIN}/10/A%2FB/21/7", BASE)
    assert item == ids.Gs1Identifier(GTIN, "A/B", "7")


@pytest.mark.parametrize(
    "path", ["", "/", f"/{ORG}/class", f"/x/{ORG}/class/A.B", "/01/1/10/A", "/" + "a" * 600]
)
def test_a_path_that_names_nothing_is_refused(path):
    with pytest.raises(MalformedIdentifierError):
        ids.identifier_from_path(path, BASE)


def test_people_call_a_lot_by_its_own_code():
    assert ids.lot_code_of(LOT) == "261112-1"
    assert ids.lot_code_of(GS1_LOT) == "261112-1"
    assert ids.lot_code_of("https://id.txng.example.vn/HTX0123/class/CF-NHAN.CF2611A") == "CF-NHAN.CF2611A"
    assert ids.lot_code_of("urn:epc:class:lgtin:4012345.012345.998877") == "4012345.012345.998877"
    assert ids.lot_code_of(f"{BASE}/{ORG}/loc/A1") == f"{BASE}/{ORG}/loc/A1"


def test_an_identifier_tells_its_organisation_product_and_lot():
    found = ids.parse_identifier(LOT)
    assert (found.organisation, found.product_code, found.lot_code) == (ORG, "NHO", "261112-1")
    place = ids.parse_identifier(f"{BASE}/{ORG}/loc/A1")
    assert (place.product_code, place.lot_code) == (None, None)
    assert ids.organisation_of(LOT) == ORG
    assert ids.organisation_of(GS1_LOT) is None
    assert ids.organisation_of("nowhere") is None


def test_a_season_is_known_by_its_code():
    day = date(2026, 11, 12)
    assert (ids.lot_code(day, 1), ids.season_code(day, 1)) == ("261112-1", "V261112-1")
    assert ids.is_season(ids.lot_uri(BASE, ORG, "NHO", ids.season_code(day, 1)))
    assert not ids.is_season(LOT)
    assert not ids.is_season(ids.lot_uri(BASE, ORG, "VAI", "VAI-1"))
    assert not ids.is_season(GS1_LOT)
    assert not ids.is_season(f"{BASE}/{ORG}/loc/V261112-1")
    assert not ids.is_season("V261112-1")


@given(st.integers(0, 2**64))
def test_organisation_codes_start_with_a_letter_and_leave_out_what_is_misread(seed):
    code = ids.new_organisation_code(random.Random(seed))
    assert ids.is_organisation_code(code)
    assert len(code) == 10
    assert code[0].isalpha()
    assert not set(code) & set("ILOU")


def test_event_ids_are_random_uuids_of_version_4():
    event_id = ids.new_event_id(random.Random(7))
    assert event_id.startswith("urn:uuid:")
    assert event_id[23] == "4"
    assert event_id != ids.new_event_id(random.Random(8))


def test_a_code_at_the_limit_passes_and_one_beyond_is_told_why():
    ids.check_code("A" * 40)
    ids.check_code("A" * 20, short=True)
    for code, short in (("A" * 41, False), ("A" * 21, True), ("a", False), ("-A", False), ("A\n", False)):
        with pytest.raises(MalformedIdentifierError) as caught:
            ids.check_code(code, short=short)
        assert "chữ in hoa" in caught.value.sentence
        assert caught.value.text == code


def test_a_gtin_of_13_digits_stands_in_no_identifier():
    with pytest.raises(MalformedIdentifierError):
        ids.format_identifier(ids.Gs1Identifier("9521234543213", "A"))
