"""Digital Links: what a path names, its one spelling, and how a foreign parser reads it."""

import biip
import pytest
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from hypothesis import given
from hypothesis import strategies as st

from ledger.trace.errors import MalformedIdentifierError
from ledger.trace.gs1.digital_links import (
    MAX_PATH,
    Element,
    check_attributes,
    format_path,
    make_link,
    read_path,
    readings,
)
from tests.support.resolving import GTIN, gtin

SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
values = st.text(SET_82, min_size=1, max_size=20).filter(lambda text: text not in {".", ".."})
gtins = st.integers(1, 10**10 - 1).map(lambda number: gtin(f"089{number:010}"))
links = st.builds(
    lambda key, found: make_link([Element("01", key), *(Element(ai, text) for ai, text in found)]),
    gtins,
    st.fixed_dictionaries({}, optional={"22": values, "10": values, "21": values}).map(
        lambda found: [(ai, found[ai]) for ai in ("22", "10", "21") if ai in found]
    ),
)


@given(links)
def test_a_link_has_one_path_and_is_read_from_it(link):
    assert read_path(format_path(link)) == link
    assert format_path(read_path(format_path(link) + "/")) == format_path(link)


@given(links)
def test_a_foreign_parser_reads_every_path_as_we_do(link):
    parsed = GS1DigitalLinkURI.parse("https://example.vn" + format_path(link))
    assert [(each.ai.ai, each.value) for each in parsed.element_strings] == [
        (each.ai, each.value) for each in (link.key, *link.qualifiers)
    ]
    assert parsed.as_uri(domain="example.vn") == "https://example.vn" + format_path(link)


@pytest.mark.parametrize(
    "path",
    [
        f"/01/{GTIN}/21/7/10/A",
        f"/01/{GTIN}/10/A/10/B",
        f"/01/{GTIN}/235/A/10/B",
        f"/01/{GTIN}/10",
        f"/01/{GTIN}/99/A",
    ],
)
def test_the_foreign_parser_refuses_what_we_refuse(path):
    with pytest.raises(MalformedIdentifierError):
        read_path(path)
    with pytest.raises(biip.ParseError):
        GS1DigitalLinkURI.parse("https://example.vn" + path)


@pytest.mark.parametrize("key", ["01", "00", "414"])
def test_of_a_wrong_check_digit_the_foreign_parser_makes_no_number(key):
    body = {"01": "0893850597419", "00": "10893850500000000", "414": "893500100000"}[key]
    for value, is_right in ((gtin(body), True), (body + str((int(gtin(body)[-1]) + 1) % 10), False)):
        (found,) = GS1DigitalLinkURI.parse(f"https://example.vn/{key}/{value}").element_strings
        assert any((found.gtin, found.sscc, found.gln)) is is_right
        if is_right:
            assert read_path(f"/{key}/{value}").key.value == value
        else:
            with pytest.raises(MalformedIdentifierError):
                read_path(f"/{key}/{value}")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/01",
        "/01/",
        f"01/{GTIN}",
        f"/01/{GTIN}//",
        f"/01/{GTIN}/10/",
        f"/01//10/A/{GTIN}",
        f"/01/{GTIN}/foo",
        f"/01/{GTIN}/10/A/foo",
        f"/01/{GTIN}/10/%",
        f"/01/{GTIN}/10/%FF",
        f"/01/{GTIN}/10/%00",
        f"/01/{GTIN}/10/A%0D%0AB",
        f"/01/{GTIN}/10/..",
        f"/01/{GTIN}/10/%2E",
        f"/01/{GTIN}/10/{'A' * 21}",
        f"/01/{GTIN}/10/{'%41' * MAX_PATH}",
        f"/01/{GTIN}/17/261112",
        f"/01/{GTIN}/gtin/A",
        f"/gtin/{GTIN}",
        f"/02/{GTIN}",
        "/415/8935001000000",
    ],
)
def test_what_is_no_digital_link_is_refused(path):
    with pytest.raises(MalformedIdentifierError) as caught:
        read_path(path)
    assert caught.value.sentence


@pytest.mark.parametrize("digits", ["9521234543213", "614141000036", "96385074"])
def test_a_shorter_gtin_stands_for_the_one_of_14_digits(digits):
    assert read_path(f"/01/{digits}").key.value == digits.zfill(14)


def test_a_third_parties_serial_stands_alone():
    assert read_path(f"/01/{GTIN}/235/A%2FB").qualifier("235") == "A/B"


def test_a_payment_slip_needs_its_reference():
    key = gtin("893500100000")
    assert format_path(read_path(f"/415/{key}/8020/HD-7")) == f"/415/{key}/8020/HD-7"


@pytest.mark.parametrize(
    ("decoded", "paths"),
    [
        (f"/01/{GTIN}", [""]),
        (f"/01/{GTIN}/10/A/B", ["/10/A%2FB"]),
        (f"/01/{GTIN}/10/A/B/21/7", ["/10/A%2FB/21/7", "/10/A%2FB%2F21%2F7"]),
        (f"/01/{GTIN}/10/A/21/7", ["/10/A/21/7", "/10/A%2F21%2F7"]),
        (f"/01/{GTIN}/foo", []),
        ("/01", []),
        (f"/01/{GTIN}x/10/A", []),
    ],
)
def test_a_decoded_path_may_be_read_in_several_ways(decoded, paths):
    assert [format_path(link) for link in readings(decoded)] == [f"/01/{GTIN}{path}" for path in paths]


def test_the_decoded_path_of_another_key_is_read_in_one_way():
    key = gtin("893500100000")
    assert [format_path(link) for link in readings(f"/414/{key}/254/A")] == [f"/414/{key}/254/A"]
    assert list(readings(f"/414/{key}/254")) == []


@given(links)
def test_among_the_readings_of_a_decoded_path_is_the_right_one(link):
    decoded = "".join(f"/{each.ai}/{each.value}" for each in (link.key, *link.qualifiers))
    assert link in list(readings(decoded))


@given(st.text(max_size=60))
def test_any_text_is_a_link_or_refused(text):
    list(readings("/01/" + text))
    try:
        link = read_path("/01/" + text)
    except MalformedIdentifierError:
        return
    assert read_path(format_path(link)) == link


def test_attributes_in_the_query_are_checked_and_other_keys_left_alone():
    found = check_attributes([("17", "261231"), ("3103", "000189"), ("utm", "x"), ("linkType", "all")])
    assert found == (Element("17", "261231"), Element("3103", "000189"))


@pytest.mark.parametrize(
    "pairs", [[("17", "261332")], [("9999", "1")], [("21", "7")], [("17", "261231")] * 41]
)
def test_wrong_attributes_are_refused(pairs):
    with pytest.raises(MalformedIdentifierError):
        check_attributes(pairs)
