"""Application identifiers: our table is the dictionary's, and values are held to it."""

import re

import pytest

from ledger.trace.errors import MalformedIdentifierError
from ledger.trace.gs1.application_identifiers import (
    APPLICATION_IDENTIFIERS,
    PRIMARY_KEYS,
    check_value,
    is_value,
)
from ledger.trace.gs1.gtins import check_digit
from ledger.trace.gs1.value_checks import CHECKS, UNLISTED

LINTERS = {
    "csum": "check_digit", "csumalpha": "check_pair", "gcppos1": "prefix", "gcppos2": "prefix_second",
    "yymmd0": "date_or_month", "yymmdd": "date", "yyyymmdd": "long_date", "hhmi": "hour_minute", "hh": "hour",
    "mi": "minute", "ss": "second", "pcenc": "percent_coded", "latitude": "latitude",
    "longitude": "longitude", "yesno": "yes_no", "hyphen": "minus", "importeridx": "importer_index",
    "iso5218": "sex",
    "posinseqslash": "position_in_sequence", "winding": "winding", "pieceoftotal": "piece_of_total",
    "iban": "iban", "nozeroprefix": "no_leading_zero", "hasnondigit": "not_all_digits", "zero": "zero",
    "nonzero": "not_zero",
}  # fmt: skip
LISTS = {
    "iso4217", "iso3166", "iso3166999", "iso3166alpha2", "mediatype", "packagetype", "couponcode",
    "couponposoffer",
}  # fmt: skip


def dictionary_rows(shared_data):
    """(AI, flags, specification, attributes) of every AI in GS1's syntax dictionary."""
    text = (shared_data / "gs1" / "gs1-syntax-dictionary.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if not words:
            continue
        flags = words.pop(1) if re.fullmatch(r"[*?]+", words[1]) else ""
        attributes = [word for word in words if re.match(r"(?:req|ex|dlpkey)\b", word)]
        parts = [word for word in words[1:] if word not in attributes]
        first, _, last = words[0].partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield f"{number:0{len(first)}}", flags, parts, attributes


def test_the_table_says_what_gs1s_dictionary_says(shared_data):
    rows = list(dictionary_rows(shared_data))
    assert [ai for ai, *_ in rows] == list(APPLICATION_IDENTIFIERS)
    for ai, flags, parts, attributes in rows:
        known = APPLICATION_IDENTIFIERS[ai]
        assert known.is_attribute is ("?" in flags), ai
        keys = [word.partition("=")[2] for word in attributes if word.startswith("dlpkey")]
        said = tuple(tuple(way.split(",")) for way in keys[0].split("|") if way) if keys else None
        assert known.qualifiers == said, ai
        assert len(known.parts) == len(parts), ai
        for part, text in zip(known.parts, parts, strict=True):
            optional, spread, longest, linters = re.fullmatch(
                r"(\[?)[NXYZ](\.\.)?(\d+)\]?((?:,\w+)*)", text
            ).groups()
            assert (part.is_optional, part.longest) == (bool(optional), int(longest)), ai
            assert part.shortest == (1 if spread else int(longest)), ai
            checks = [word for word in linters.split(",") if word and word not in LISTS]
            assert part.checks == tuple(LINTERS[word] for word in checks), ai


def test_a_rule_is_there_for_every_check_but_the_lists_of_others():
    assert set(LINTERS.values()) == set(CHECKS)
    assert not UNLISTED & set(CHECKS)


def test_the_primary_keys_are_gs1s():
    assert PRIMARY_KEYS == (
        "00", "01", "253", "255", "401", "402", "414", "415", "417", "8003", "8004", "8006", "8010", "8013",
        "8017", "8018",
    )  # fmt: skip


SSCC = "10893850500000000" + check_digit("10893850500000000")
GLN = "893850500000" + check_digit("893850500000")


@pytest.mark.parametrize(
    ("ai", "value"),
    [
        ("00", SSCC),
        ("01", "09521234543213"),
        ("10", "A/B-1"),
        ("11", "261100"),
        ("17", "240229"),
        ("253", GLN + "abc"),
        ("253", GLN),
        ("3103", "000189"),
        ("3922", "1234"),
        ("414", GLN),
        ("4309", "12345678901234567890"),
        ("4324", "2611122359"),
        ("4330", "000012-"),
        ("7003", "2611120800"),
        ("7007", "261101261130"),
        ("7258", "1/2"),
        ("8006", "09521234543213" + "0203"),
        ("8007", "GB82WEST12345698765432"),
        ("8008", "26111208"),
        ("8013", "1987654Ad4X4bL5ttr2310c2K"),
        ("8011", "0"),
        ("8030", "-_aZ09"),
        ("4300", "100%25"),
    ],
)
def test_a_value_of_the_right_form_is_taken(ai, value):
    check_value(ai, value)


@pytest.mark.parametrize(
    ("ai", "value"),
    [
        ("00", SSCC[:-1] + str((int(SSCC[-1]) + 1) % 10)),
        ("00", SSCC[:-1]),
        ("01", "09521234543214"),
        ("01", "9521234543213"),
        ("10", ""),
        ("10", "A" * 21),
        ("10", "Lô 1"),
        ("10", "a b"),
        ("11", "261301"),
        ("17", "230229"),
        ("7003", "2611122460"),
        ("17", "26111"),
        ("253", GLN[:-1] + "A"),
        ("3103", "00018"),
        ("4309", "99999999991234567890"),
        ("4321", "2"),
        ("4330", "000012+"),
        ("7258", "3/2"),
        ("8001", "00001234512310"),
        ("8003", "1" + GLN),
        ("8004", "abc"),
        ("8006", "095212345432130302"),
        ("8007", "GB82WEST12345698765433"),
        ("8010", "1234abc"),
        ("8011", "01"),
        ("8013", "1987654Ad4X4bL5ttr2310c2L"),
        ("8013", "2K"),
        ("4300", "100%2"),
        ("7250", "00001212"),
        ("7250", "20261332"),
        ("8008", "2611122560"),
        ("9999", "1"),
    ],
)
def test_a_value_of_another_form_is_refused(ai, value):
    assert not is_value(ai, value)
    with pytest.raises(MalformedIdentifierError) as caught:
        check_value(ai, value)
    assert caught.value.sentence
