"""Symbols from tables are the symbols that qrcode draws, module by module."""

import pytest
import qrcode
from hypothesis import given
from hypothesis import strategies as st
from qrcode import util

from labels import PayloadCharacterError, PayloadTooLongError
from labels.qr import (
    Segments,
    Symbol,
    SymbolEncoder,
    job_encoder,
    make_symbol,
    sample_payloads,
    segments_of,
    smallest_version,
    stamp_encoder,
    strongest_level,
)
from labels.qr_mask import best_mask, penalty_scorer
from labels.qr_tables import LEVELS, MASKS, VERSIONS, data_bits, row_stride
from tests.labels.printed import make_stamps

ALPHANUMERIC = "".join(map(chr, util.ALPHA_NUM))
payloads = st.text(alphabet=[chr(code) for code in range(0x20, 0x7F)], min_size=1, max_size=60)


def oracle(payload: str, version: int, level: str, mask: int) -> list[list[bool]]:
    """The modules that qrcode draws for the same segments."""
    code = qrcode.QRCode(version=version, error_correction=LEVELS[level], mask_pattern=mask)
    segments = segments_of(payload)
    if segments.head:
        code.add_data(util.QRData(payload[: segments.head].encode(), mode=util.MODE_8BIT_BYTE))
    if segments.tail:
        code.add_data(util.QRData(payload[segments.head :].encode(), mode=util.MODE_ALPHA_NUM))
    code.make(fit=False)
    return code.modules


def drawn(payload: str, version: int, level: str, mask: int) -> Symbol:
    encoder = SymbolEncoder(segments_of(payload), version, level, mask)
    return Symbol(version, level, mask, encoder.draw(payload))


def assert_same_modules(symbol: Symbol, modules: list[list[bool]]) -> None:
    assert list(symbol.rows()) == ["".join("1" if dark else "0" for dark in row) for row in modules]


def longest(version: int, level: str) -> int:
    """Most alphanumeric characters of a version and level."""
    length = 1
    while Segments(0, length + 1).bits <= data_bits(version, level):
        length += 1
    return length


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_level_and_mask_equals_qrcode(version, level):
    full = longest(version, level)
    for mask in MASKS:
        length = 1 + (7919 * (mask + 1)) % full
        payload = "".join(ALPHANUMERIC[(mask + 11 * index) % 45] for index in range(length))
        assert_same_modules(drawn(payload, version, level, mask), oracle(payload, version, level, mask))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_symbol_filled_to_its_last_bit_equals_qrcode(version, level):
    payload = ("HTTPS://SOGOC.VN/S/7K3M9QX2W4TD1" * 10)[: longest(version, level)]
    assert_same_modules(drawn(payload, version, level, 3), oracle(payload, version, level, 3))


@given(payloads, st.sampled_from(MASKS))
def test_any_printable_payload_equals_qrcode(payload, mask):
    version = smallest_version(segments_of(payload))
    assert_same_modules(drawn(payload, version, "M", mask), oracle(payload, version, "M", mask))


@given(payloads, st.sampled_from(MASKS))
def test_the_penalty_equals_that_of_qrcode(payload, mask):
    symbol = drawn(payload, 4, "L", mask)
    modules = [[digit == "1" for digit in row] for row in symbol.rows()]
    scorer = penalty_scorer(symbol.size, row_stride(symbol.size))
    assert scorer.penalty(symbol.image) == util.lost_point(modules)


@pytest.mark.parametrize("stamp", make_stamps(20), ids=lambda stamp: stamp.code)
def test_a_single_symbol_has_the_mask_of_least_penalty(stamp):
    symbol = make_symbol(stamp.url)
    penalties = [util.lost_point(oracle(stamp.url, symbol.version, symbol.level, mask)) for mask in MASKS]
    assert symbol.mask == penalties.index(min(penalties))


def test_a_job_has_the_mask_of_least_mean_penalty():
    urls = [stamp.url for stamp in make_stamps(8)]
    encoder = job_encoder(urls[0], urls)
    totals = [
        sum(util.lost_point(oracle(url, encoder.version, encoder.level, mask)) for url in urls)
        for mask in MASKS
    ]
    assert encoder.mask == totals.index(min(totals))


def test_stamps_of_one_address_share_an_encoder_whoever_comes_first():
    stamps = make_stamps(30)
    assert len({id(stamp_encoder(stamp.url)) for stamp in stamps}) == 1
    first = stamp_encoder(stamps[0].url)
    assert first.mask == job_encoder(stamps[0].url, sample_payloads("HTTPS://SOGOC.VN/S/", 13)).mask


@pytest.mark.parametrize("level", ["M", "Q"])
@given(st.text(alphabet=[chr(code) for code in range(0x20, 0x7F)], min_size=1, max_size=60))
def test_any_payload_has_an_encoder_that_draws_it(level, payload):
    encoder = stamp_encoder(payload, level)
    image = encoder.draw(payload)
    symbol = Symbol(encoder.version, encoder.level, encoder.mask, image)
    assert_same_modules(symbol, oracle(payload, encoder.version, encoder.level, encoder.mask))
    assert list(LEVELS).index(encoder.level) >= list(LEVELS).index(level)


def test_sample_codes_are_the_same_for_ever():
    samples = list(sample_payloads("A/", 13))
    assert (len(samples), len(set(samples))) == (64, 64)
    assert samples[0] == "A/G59HY5P7F32C8"


def test_equal_penalties_give_the_lowest_mask():
    assert best_mask([0], [0] * 8, 25, 32) == 0


def test_is_dark_agrees_with_rows():
    symbol = make_symbol("HTTPS://SOGOC.VN/S/7K3M9QX2W4TD1")
    for row, digits in enumerate(symbol.rows()):
        assert [symbol.is_dark(row, column) for column in range(symbol.size)] == [
            digit == "1" for digit in digits
        ]


@pytest.mark.parametrize(
    ("payload", "version", "level"),
    [
        ("HTTPS://SOGOC.VN/S/7K3M9QX2W4TD1", 2, "M"),
        ("HTTP://127.0.0.1:8000/S/7K3M9QX2W4TD1", 2, "M"),
        ("HTTPS://TEM.HTXHOALOC.VN/S/7K3M9QX2W4TD1", 3, "Q"),
        ("A", 2, "H"),
    ],
)
def test_capitals_keep_a_stamp_small_and_spare_room_becomes_correction(payload, version, level):
    symbol = make_symbol(payload)
    assert (symbol.version, symbol.level) == (version, level)


def test_a_lower_case_host_costs_bytes_only_up_to_its_end():
    segments = segments_of("https://id.example.vn/S/7K3M9QX2W4TD1")
    assert segments == Segments(head=21, tail=16)


def test_a_short_capital_ending_is_not_worth_a_second_segment():
    assert segments_of("https://a.vn/x#ABCDE") == Segments(head=20, tail=0)
    assert segments_of("https://a.vn/x#ABCDEF") == Segments(head=15, tail=6)


def test_the_level_asked_for_is_the_least():
    segments = segments_of("HTTPS://SOGOC.VN/S/7K3M9QX2W4TD1")
    version = smallest_version(segments, "H")
    assert strongest_level(segments, version, "H") == "H"


@pytest.mark.parametrize("payload", ["", "HTTPS://SOGOC.VN/S/\n", "https://htx-hòa-lộc.vn/s/1"])
def test_a_payload_that_is_not_printable_ascii_is_refused(payload):
    with pytest.raises(PayloadCharacterError) as caught:
        make_symbol(payload)
    assert caught.value.payload == payload


def test_the_longest_payload_fits_and_one_character_more_does_not():
    limit = longest(VERSIONS[-1], "M")
    assert make_symbol("A" * limit).version == VERSIONS[-1]
    with pytest.raises(PayloadTooLongError) as caught:
        make_symbol("A" * (limit + 1))
    assert caught.value.length == limit + 1


def test_more_hosts_than_are_remembered_still_draw_right():
    encoder = job_encoder("HTTPS://A000.VN/S/7K3M9QX2W4TD1", ())
    for number in range(300):
        payload = f"HTTPS://A{number:03}.VN/S/7K3M9QX2W4TD1"
        assert encoder.draw(payload) == drawn(payload, encoder.version, encoder.level, encoder.mask).image


def test_a_character_outside_the_cut_is_a_key_error():
    encoder = job_encoder("HTTPS://SOGOC.VN/S/7K3M9QX2W4TD1", ())
    with pytest.raises(KeyError):
        encoder.draw("HTTPS://SOGOC.VN/S/7K3M9QX2W4TDz")
