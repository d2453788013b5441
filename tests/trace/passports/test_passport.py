from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from ledger.log.queries import read_entry
from ledger.trace.bundles.evidence import gather_evidence
from ledger.trace.bundles.integrity import check_evidence
from ledger.trace.errors import UnknownLotError
from ledger.trace.events.parsing import parse_known
from ledger.trace.events.statements import CertificateFiled, StampsVoided
from ledger.trace.identifiers import certificate_uri
from ledger.trace.passports.passport import build_passport
from ledger.trace.passports.verdicts import Verdict
from ledger.trace.queries import passport_of, stamp_status
from tests.support.farm import START, Farm, amount


@pytest.fixture
def farm(sqlite_database):
    return Farm(sqlite_database)


@pytest.fixture
def story(farm):
    return farm.story()


def test_passport_tells_what_the_lot_is(farm, story):
    passport = farm.passport(story.pack).passport
    assert (passport.lot_code, passport.gtin) == ("261004-1", None)
    assert (passport.product.name, passport.product.code) == ("Nho xanh", "NHO")
    assert passport.organisation.name == "HTX Nho Đồi Mây"
    assert passport.organisation.statement.province == "Ninh Thuận"
    assert [place.statement.name for place in passport.places] == ["Vườn nho số 1"]
    assert (passport.harvested_from, passport.harvested_on) == (date(2026, 10, 1), date(2026, 10, 2))
    assert (passport.packed_on, passport.expires_on) == (date(2026, 10, 4), date(2026, 11, 3))
    assert (passport.packs, passport.net_g, passport.weight_kg) == (200, 500, 100)
    assert [(stamps.first, stamps.last) for stamps in passport.stamps] == [(1001, 1100)]
    assert passport.recall is None
    assert passport.sealed.statement == story.sealed.statement


def test_origins_are_the_harvests_and_their_exact_shares(farm, story):
    passport = farm.passport(story.pack).passport
    assert {origin.lot: origin.share for origin in passport.origins} == {
        story.first: Fraction(60) / Fraction("110.5"),
        story.second: Fraction("50.5") / Fraction("110.5"),
    }
    assert sum(origin.share for origin in passport.origins) == 1
    assert passport.is_measured
    first = passport.origins[0]
    assert (first.place_name, first.quantity, first.uom) == ("Vườn nho số 1", Decimal(100), "KGM")


def test_journey_tells_both_clocks_and_what_was_typed(farm, story):
    journey = farm.passport(story.pack).passport.journey
    assert [step.step for step in journey] == [
        "season_open",
        *["fertilising"] * 3,
        "harvest",
        "fertilising",
        "harvest",
        "sorting",
        "packing",
        "shipping",
    ]
    packing = next(step for step in journey if step.step == "packing")
    assert (packing.name_vi, packing.late_days) == ("Đóng gói", 0)
    texts = {label: text for label, _, text, _ in packing.fields}
    assert texts["Số gói"] == "200 gói"
    assert texts["Hạn sử dụng"] == "03/11/2026"
    assert packing.place_name == "Vườn nho số 1"
    assert packing.signer_kind == "organisation"
    assert journey[-1].after_seal


def test_nothing_sealed_shows(farm, story):
    shown = repr(farm.passport(story.pack).passport)
    assert "TV-07" not in shown
    assert "/sd/" not in shown


def test_handovers_show_no_buyer_and_no_sealed_quantity(farm, story):
    (shipped,) = farm.passport(story.pack).passport.handovers
    assert (shipped.kind, shipped.quantity) == ("shipped", None)
    distributor = Farm(farm.ledger.database, seed=2, beside=farm)
    event = distributor.event(
        "ObjectEvent", "receiving", 35, action="OBSERVE", quantityList=[amount(story.pack, 48, None)]
    )  # fmt: skip
    distributor.capture(event)
    shown = farm.passport(story.pack)
    received = shown.passport.handovers[1]
    assert (received.kind, received.quantity, received.organisation.code) == (
        "received",
        48,
        distributor.code,
    )
    assert shown.integrity.ok


def test_certificates_in_force_that_cover_the_product_are_shown(farm, story):
    for code, product, year in (
        ("C1", farm.product, 2027),
        ("C2", farm.product, 2026),
        ("C3", "http://x.vn/y", 2027),
    ):
        farm.state(
            CertificateFiled(
                certificate=certificate_uri("http://127.0.0.1:8000", farm.code, code),
                scheme="VietGAP",
                number=f"VG-{code}",
                issuer="Trung tâm Chứng nhận",
                valid_from=date(2025, 1, 1),
                valid_to=date(year, 9, 30),
                products=(product,),
            )
        )
    shown = farm.passport(story.pack).passport
    assert [fact.statement.number for fact in shown.certificates] == ["VG-C1"]


@pytest.mark.parametrize(
    ("today", "verdict"), [(date(2026, 11, 3), Verdict.VALID), (date(2026, 11, 4), Verdict.EXPIRED)]
)
def test_last_day_is_still_good(farm, story, today, verdict):
    assert farm.passport(story.pack, today).verdict is verdict


def test_unknown_lot_has_no_passport(farm, story):
    with pytest.raises(UnknownLotError):
        farm.passport(farm.lot("NONE"))


def test_passport_is_a_function_of_the_entries(farm, story):
    evidence = farm.read(gather_evidence, story.pack)
    today = date(2026, 10, 10)
    assert (
        build_passport(story.pack, parse_known(evidence.entries), today)
        == farm.passport(story.pack, today).passport
    )


def test_passport_of_nothing_is_empty(farm, story):
    passport = build_passport(story.pack, (), START.date())
    assert (passport.journey, passport.origins, passport.sealed) == ((), (), None)
    assert passport.product.code == "NHO"


def test_changed_entry_bytes_are_not_shown(farm, story):
    from tests.support.tampering import replace_entry

    index = farm.passport(story.pack).passport.journey[1].index
    data = farm.read(read_entry, index).entry
    replace_entry(farm.ledger.database, index, data.replace(b'"method":"root"', b'"method":"leaf"'))
    shown = farm.passport(story.pack)
    assert (shown.verdict, shown.integrity.step, shown.integrity.index) == (Verdict.TAMPERED, 2, index)
    assert index not in {step.index for step in shown.passport.journey}


@pytest.mark.parametrize("data", [b"", b"nothing of the kind", b"sogoc/entry/v1\nA 0 AAAA x\n\n"])
def test_entry_that_does_not_parse_makes_the_page_tampered_not_an_error(farm, story, data):
    from tests.support.tampering import replace_entry

    index = farm.passport(story.pack).passport.journey[1].index
    replace_entry(farm.ledger.database, index, data)
    shown = farm.passport(story.pack)
    assert (shown.verdict, shown.integrity.step, shown.integrity.index) == (Verdict.TAMPERED, 1, index)


def test_entry_signed_anew_by_nobody_we_know(farm, story):
    from tests.support.tampering import replace_entry

    index = farm.passport(story.pack).passport.journey[1].index
    data = farm.read(read_entry, index).entry
    head, _, rest = data.partition("— ".encode())
    other = rest.replace(farm.code.encode(), b"AAAAAAAAAA")
    replace_entry(farm.ledger.database, index, head + "— ".encode() + other)
    assert farm.passport(story.pack).integrity.step == 2


def test_tree_that_does_not_hold_the_entries(farm, story):
    """An attacker with the cooperative's key, but not the log's, puts a good entry where another was."""
    evidence = farm.read(gather_evidence, story.pack)

    class Empty:
        def read_hashes(self, nodes):
            return [bytes(32) for _ in nodes]

    from ledger.trace.bundles import integrity

    integrity._INCLUDED._known.clear()
    checked = check_evidence(evidence, farm.ledger.vkey, Empty())
    assert checked.integrity.step == 5
    assert checked.entries == ()


def test_checkpoint_of_another_key(farm, story):
    from signing.keys import PrivateKey, VerifierKey

    other = VerifierKey(farm.ledger.origin, PrivateKey.from_seed(bytes(32)).public_key)
    shown = farm.read(passport_of, story.pack, START.date(), log_key=other)
    assert (shown.verdict, shown.integrity.step) == (Verdict.TAMPERED, 6)


def test_stamp_of_the_lot(farm, story):
    status = farm.read(stamp_status, 1001)
    assert (status.lot, status.organisation, status.activated_index) == (
        story.pack,
        farm.code,
        story.activated_index,
    )
    assert status.voided_index is None
    for number in (1000, 1101, 0, 2**33):
        assert farm.read(stamp_status, number).lot is None


def test_voided_stamp(farm, story):
    receipt = farm.state(StampsVoided(first=1050, last=1051, reason="Tem rách", on=date(2026, 10, 5)))
    status = farm.read(stamp_status, 1051)
    assert (status.voided_index, status.voided_on, status.void_reason) == (
        receipt.index,
        date(2026, 10, 5),
        "Tem rách",
    )
    assert status.lot == story.pack
    assert farm.read(stamp_status, 1052).voided_index is None
    farm.check()


def test_stamp_voided_before_it_was_ever_used(farm, story):
    farm.state(StampsVoided(first=5000, last=5000, reason="Mất", on=date(2026, 10, 5)))
    status = farm.read(stamp_status, 5000)
    assert (status.lot, status.void_reason, status.integrity.ok) == (None, "Mất", True)
