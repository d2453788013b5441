"""What follows from an entry when it did not come the usual way, or looks like nothing of ours."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from ledger.log.entries import Kind
from ledger.trace import sealing
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.bundles.bundle_verify import verify_bundle
from ledger.trace.derived import store
from ledger.trace.errors import LotExistsError, NotSealableError
from ledger.trace.events.statements import LotSealed, OrganisationRegistered, SubjectErased
from ledger.trace.fact_queries import season_facts
from ledger.trace.passports.verdicts import Verdict
from ledger.trace.queries import find_lot
from ledger.trace.sealing import seal_lot
from ledger.trace.tables import TraceLotEntry, lot_key
from tests.support.farm import Farm, amount


@pytest.fixture
def farm(sqlite_database):
    return Farm(sqlite_database)


def append(farm, kind, body):
    """Past capture, straight into the log: what another program with the key could do."""
    return farm.write(lambda unit: unit.append(farm.code, unit.sign(farm.code, kind, body)))


def test_event_that_is_none_is_named_and_never_shown(farm):
    story = farm.story()
    index = append(farm, Kind.EVENT, {"type": "ObjectEvent", "quantityList": 5}).index
    assert [(finding.where, finding.index) for finding in farm.findings()] == [("log_entry", index)]
    farm.tamper(update(TraceLotEntry).where(TraceLotEntry.index == story.activated_index).values(index=index))
    shown = farm.passport(story.pack)
    assert (shown.verdict, shown.integrity.step, shown.integrity.index) == (Verdict.TAMPERED, 1, index)


def test_statement_about_others_counts_for_nothing(farm):
    story = farm.story()
    neighbour = Farm(farm.ledger.database, seed=2, beside=farm)
    forged = replace(story.sealed.statement, packs=9999)
    append(neighbour, Kind.STATEMENT, forged.body())
    append(
        neighbour,
        Kind.STATEMENT,
        OrganisationRegistered(
            organisation=farm.code,
            name="Tên giả",
            kind="cooperative",
            address="x",
            province="x",
            commune="x",
        ).body(),
    )
    farm.check()
    shown = farm.passport(story.pack)
    assert (shown.passport.packs, shown.passport.organisation.name) == (200, "HTX Nho Đồi Mây")
    assert shown.integrity.ok


def test_statement_of_another_kind_follows_nothing(farm):
    append(farm, Kind.STATEMENT, {"type": "SomethingNew", "id": "urn:uuid:1"})
    farm.state(SubjectErased(erased="a1b2", disclosures=3))
    farm.check()


def test_lot_under_a_gtin_has_passport_and_bundle(farm):
    farm.register()
    gtin = "08938505970059"
    farm.state(replace(farm.product_statement(name="Nho xanh"), gtin=gtin))
    season, _ = farm.season()
    raw, _ = farm.harvest(season, "261001-1", 100, 30)
    lot = f"https://id.gs1.org/01/{gtin}/10/261002-1"
    fields = {"net_per_pack": "500", "expires_on": "2026-11-03"}
    event = farm.transformation(
        "packing", 31, [(raw, 50)], [(lot, 100)], step="packing", uom=None, fields=fields
    )
    farm.capture(event)
    unsealed = farm.passport(lot).passport
    assert (unsealed.product.name, unsealed.weight_kg) == ("Nho xanh", 50)
    sealed = farm.write(seal_lot, lot)
    assert sealed.credential["credentialSubject"]["gtin"] == gtin
    shown = farm.passport(lot)
    assert (shown.passport.gtin, shown.passport.product.code) == (gtin, "NHO")
    assert shown.integrity.ok
    assert verify_bundle(farm.read(lot_bundle, lot), vkey=farm.ledger.vkey).lot == lot
    farm.check()


def test_two_lots_of_one_key_are_refused(farm, monkeypatch):
    farm.register()
    farm.season()
    monkeypatch.setattr(store, "lot_key", lambda _: lot_key(farm.lot("V260901-1")))
    with pytest.raises(LotExistsError):
        farm.harvest(farm.lot("V260901-1"), "261001-1", 5, 3)


def test_lot_mixed_of_too_many_sources_is_not_sealed(farm, monkeypatch):
    story = farm.story()
    monkeypatch.setattr(sealing, "MAX_HISTORY", 3)
    with pytest.raises(NotSealableError, match="too long"):
        farm.write(seal_lot, story.first)


def test_key_of_a_try_that_stands_for_something_else(farm):
    story = farm.story()
    farm.state(farm.product_statement(name="Nho"), idempotency_key="k1")
    with pytest.raises(NotSealableError, match="stands for entry"):
        farm.write(seal_lot, story.first, idempotency_key="k1")


def test_seal_by_another_than_the_maker_is_no_seal(farm):
    story = farm.story()
    assert isinstance(story.sealed.statement, LotSealed)
    assert farm.passport(story.graded).passport.sealed is None


def test_bees_are_measured_in_colonies(farm):
    farm.register()
    season = farm.lot("V260901-1")
    event = farm.event(
        "ObjectEvent",
        "creating_class_instance",
        1,
        action="ADD",
        quantityList=[amount(season, None, None)],
        **{"sogoc:step": "season_open", "sogoc:template": "honey", "sogoc:fields": {"colonies": "40"}},
    )
    farm.capture(event)
    facts = farm.read(season_facts, season)
    assert (facts.size, facts.size_unit) == (40, "đàn")
    assert farm.read(find_lot, season).kind == "season"


def test_input_in_two_units_has_no_one_quantity(farm):
    story = farm.story()
    event = farm.transformation("sogoc:mixing", 36, [], [(farm.lot("M-1"), 10)])
    event["inputQuantityList"] = [amount(story.pack, 10, "KGM"), amount(story.pack, 4, None)]
    farm.capture(event)
    farm.check()
    assert farm.passport(farm.lot("M-1")).integrity.ok
