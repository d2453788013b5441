"""Statements: bodies read back strictly, whatever was said; nothing missing, nothing more."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.canonical import format_canonical, parse_canonical
from ledger.trace.digests import digest_of
from ledger.trace.errors import MalformedStatementError
from ledger.trace.events import statements as s
from ledger.trace.texts import is_clean

BASE = "http://127.0.0.1:8000/K7QM2X9T4D"
ORG = "K7QM2X9T4D"
LOT, PLACE, PRODUCT = f"{BASE}/class/NHO.261112-1", f"{BASE}/loc/A1", f"{BASE}/product/NHO"
DIGEST = digest_of(b"photo")

EXAMPLES = [
    s.OrganisationRegistered(
        organisation=ORG,
        name="HTX Nông sản sạch Chi Lăng",
        kind="cooperative",
        address="Thôn Than Muội",
        province="Lạng Sơn",
        commune="Xã Chi Lăng",
        phone="0205 3800 000",
    ),
    s.PlaceRegistered(
        place=PLACE,
        name="Nhà màng số 1",
        kind="greenhouse",
        province="Lạng Sơn",
        commune="Xã Chi Lăng",
        area_m2=Decimal("1080.5"),
        perennial_since=date(2021, 3, 1),
        latitude=Decimal("21.65"),
        longitude=Decimal("106.57"),
    ),
    s.ProductRegistered(
        product=PRODUCT,
        code="NHO",
        gtin="09521234543213",
        name="Nho hạ đen",
        name_en="Black summer grape",
        template="fruit_nho",
        origin="Lạng Sơn, Việt Nam",
        shelf_life_days=10,
        net_options_g=(500, 1000),
        photo=s.FileDigest(DIGEST, "image/webp", 48211),
        max_yield_kg_per_m2=Decimal("2.5"),
    ),
    s.CertificateFiled(
        certificate=f"{BASE}/cert/VG-1",
        scheme="VietGAP",
        number="VG-20-01",
        issuer="Trung tâm chứng nhận",
        valid_from=date(2026, 1, 1),
        valid_to=date(2028, 1, 1),
        products=(PRODUCT,),
        document=s.FileDigest(DIGEST, "application/pdf", 91000),
    ),
    s.LotSealed(
        lot=LOT,
        product=PRODUCT,
        packs=240,
        net_g=Decimal(500),
        weight_kg=Decimal(120),
        packed_on=date(2026, 11, 12),
        expires_on=date(2026, 11, 22),
        history=s.HistoryDigest(7, DIGEST),
        credential=DIGEST,
    ),
    s.StampsActivated(lot=LOT, first=1, last=240),
    s.StampsVoided(first=239, last=240, reason="Tem rách", on=date(2026, 11, 12)),
    s.LotRecalled(
        lot=LOT,
        lots=(LOT, f"{BASE}/class/NHO.261113-1"),
        reason="Dư lượng thuốc vượt mức",
        scope="Cả lô",
        decided_by="HTX",
        instruction="Không ăn, mang trả nơi mua",
        contact="0205 3800 000",
    ),
    s.RecallClosed(
        lot=LOT,
        on=date(2026, 11, 20),
        result="Thu về hết",
        recovered_kg=Decimal("96.5"),
        destroyed_kg=Decimal(0),
        told="Chi cục Quản lý chất lượng",
    ),
    s.SubjectErased(erased="9WZ3", disclosures=12),
]


def parsed_from_log(statement):
    return s.parse_statement(parse_canonical(format_canonical(statement.body())))


@pytest.mark.parametrize("statement", EXAMPLES, ids=lambda statement: type(statement).__name__)
def test_a_statement_is_read_back_from_the_log(statement):
    assert parsed_from_log(statement) == statement
    assert s.is_trace_statement(statement.body())
    assert statement.register


def test_every_statement_has_an_example():
    assert [type(statement).__name__ for statement in EXAMPLES] == list(s.STATEMENTS)
    assert len({statement.register for statement in EXAMPLES}) == len(EXAMPLES)


names = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=30).filter(is_clean)


@given(names, st.dates(), st.decimals(0, 10**6, places=3), st.integers(0, 2**33), st.integers(0, 1000))
def test_whatever_a_seal_says_is_read_back(name, day, weight, packs, count):
    statement = replace(
        EXAMPLES[4],
        packs=packs,
        weight_kg=weight,
        packed_on=day,
        expires_on=None,
        history=s.HistoryDigest(count, digest_of(name.encode())),
    )
    assert parsed_from_log(statement) == statement
    assert parsed_from_log(replace(EXAMPLES[0], name=name)).name == name


@pytest.mark.parametrize("statement", EXAMPLES, ids=lambda statement: type(statement).__name__)
def test_a_statement_with_a_member_more_or_less_is_refused(statement):
    body = statement.body()
    with pytest.raises(MalformedStatementError) as caught:
        s.parse_statement({**body, "note": "thêm"})
    assert caught.value.member == "note"
    for name in body:
        if name == "type" or _may_be_left_out(statement, name):
            continue
        with pytest.raises(MalformedStatementError) as caught:
            s.parse_statement({key: value for key, value in body.items() if key != name})
        assert caught.value.member == name


def _may_be_left_out(statement, name):
    return any(item.metadata["name"] == name and item.default is None for item in s._fields(type(statement)))


@pytest.mark.parametrize(
    ("example", "member", "value"),
    [
        (0, "organisation", "k7qm2x9t4d"),
        (0, "organisation", 7),
        (0, "kind", "person"),
        (0, "name", ""),
        (0, "name", "a" * 201),
        (0, "name", " HTX"),
        (0, "name", "HTX\u200b"),
        (0, "name", "Lo\u0323"),
        (0, "name", 7),
        (0, "website", "no uri"),
        (1, "place", "loc/A1"),
        (1, "place", "http://" + "a" * 600),
        (1, "areaM2", 1080.5),
        (1, "areaM2", "1080.50"),
        (1, "perennialSince", "2021-3-1"),
        (1, "perennialSince", "2021-02-30"),
        (1, "perennialSince", 20210301),
        (1, "latitude", "21.654"),
        (1, "longitude", "181"),
        (2, "shelfLifeDays", -1),
        (2, "shelfLifeDays", True),
        (2, "shelfLifeDays", 2**53),
        (2, "netOptionsG", "500"),
        (2, "netOptionsG", [1] * 21),
        (2, "photo", {"digest": DIGEST, "mediaType": "image/webp"}),
        (2, "photo", {"digest": "x", "mediaType": "image/webp", "size": 1}),
        (2, "photo", "x"),
        (3, "validTo", "2025-12-31"),
        (3, "document", {"digest": 7, "mediaType": "application/pdf", "size": 1}),
        (4, "weightKg", 120),
        (4, "history", {"count": 7, "digest": DIGEST, "more": 1}),
        (5, "last", 0),
        (6, "first", 241),
        (7, "lots", []),
    ],
)
def test_a_member_in_another_form_is_refused(example, member, value):
    with pytest.raises(MalformedStatementError) as caught:
        s.parse_statement({**EXAMPLES[example].body(), member: value})
    assert caught.value.statement == type(EXAMPLES[example]).__name__
    # A range that ends before it begins is told by its end.
    assert caught.value.member == ("last" if member == "first" else member)


def test_a_statement_that_would_not_be_read_back_has_no_body():
    for statement in (
        replace(EXAMPLES[0], name=" HTX"),
        replace(EXAMPLES[5], lot="no uri"),
        replace(EXAMPLES[4], packs=-1),
        replace(EXAMPLES[2], net_options_g=[500]),
    ):
        with pytest.raises(MalformedStatementError):
            statement.body()


def test_places_are_never_exact():
    with pytest.raises(MalformedStatementError):
        replace(EXAMPLES[1], latitude=Decimal("21.6543"))


def test_unknown_types_are_not_ours():
    for body in ({"type": "KeyAdded"}, {"type": None}, {}):
        assert not s.is_trace_statement(body)
        with pytest.raises(MalformedStatementError):
            s.parse_statement(body)


def test_the_register_keeps_a_statement_under_its_subject():
    assert [(x.register, x.subject) for x in EXAMPLES] == [
        ("organisation", ORG),
        ("place", PLACE),
        ("product", PRODUCT),
        ("certificate", f"{BASE}/cert/VG-1"),
        ("seal", LOT),
        ("activation", "1-240"),
        ("voiding", "239-240"),
        ("recall", LOT),
        ("recall_closed", LOT),
        ("erasure", "9WZ3"),
    ]


def test_a_file_stands_as_its_digest():
    assert s.FileDigest(DIGEST, "image/webp", 5).body() == {
        "digest": DIGEST,
        "mediaType": "image/webp",
        "size": 5,
    }
