"""What the log of the demo tells."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from ledger.audit.fsck import fsck
from ledger.coop.actors import Actor, Role
from ledger.coop.attachments.photos import find_photo
from ledger.coop.attachments.voice_tables import VoiceRow
from ledger.coop.attachments.voices import read_voice
from ledger.coop.registers.organisations import list_organisations
from ledger.coop.supplies.tables import SupplyLotRow, SupplyRow
from ledger.log.entries import Kind
from ledger.trace.digests import format_digest
from ledger.trace.fsck import TraceCheck
from ledger.trace.genealogy import trace_back
from ledger.trace.queries import passport_of
from ledger.trace.sectors.reference import COMMUNES, PROVINCES
from ledger.trace.units import local_day
from tests.demo.story_words import log_bytes, records_of
from web.demo import cast
from web.demo.sounds import melody

SPRAYS = 2


@pytest.fixture(scope="module")
def records(ledger):
    return records_of(ledger)


@pytest.fixture(scope="module")
def events(records):
    return [record for record in records if record.kind is Kind.EVENT]


def passport(ledger, built, product: str):
    """The passport of the newest sealed lot of a product, by the product's English name in its URL."""
    lot = next(lot for lot in built.said["lots"] if product in lot["bundle"])
    today = date.fromisoformat(built.said["today"])
    with ledger.database.reading() as session:
        return passport_of(session, lot["id"], today).passport


def steps_of(events, template: str) -> Counter:
    return Counter(
        event.body["sogoc:step"] for event in events if event.body.get("sogoc:template") == template
    )


def weight_kg(body, side: str) -> Decimal:
    """What goes into or comes out of a transformation; packs weigh what they say."""
    total = Decimal(0)
    for element in body[f"{side}QuantityList"]:
        each = 1 if element.get("uom") == "KGM" else Decimal(body["sogoc:fields"]["net_per_pack"]) / 1000
        total += Decimal(str(element["quantity"])) * each
    return total


def test_everything_can_be_derived_from_the_entries_again(ledger):
    with ledger.database.reading() as session:
        assert list(fsck(session, projection_checks=[TraceCheck(session, ledger.vault)])) == []


def test_it_is_recorded_in_the_order_in_which_it_happens(records):
    moments = [record.recorded_at for record in records]
    assert moments == sorted(moments)


def test_it_reaches_from_half_a_year_ago_to_today(records, built):
    today = date.fromisoformat(built.said["today"])
    assert local_day(records[0].recorded_at) == today - timedelta(days=170)
    assert local_day(records[-1].recorded_at) == today


def test_nothing_is_recorded_before_it_is_done_and_one_thing_nine_days_late(events):
    late = Counter()
    for event in events:
        done_at = datetime.fromisoformat(event.body["eventTime"])
        assert event.recorded_at >= done_at
        if "sogoc:correctiveOf" not in event.body and "errorDeclaration" not in event.body:
            late[(local_day(event.recorded_at) - local_day(done_at)).days] += 1
    assert late[9] == 1
    assert set(late) <= {0, 2, 9}  # two days: what the correction says anew


def test_four_cooperatives_and_a_distributor_each_sign_for_themselves(ledger, records):
    with ledger.database.reading() as session:
        organisations = list_organisations(session)
    assert Counter(found.kind for found in organisations) == {"cooperative": 4, "distributor": 1}
    for record in records:
        assert record.signers == (f"{ledger.origin}/{record.chain_id}",)


def test_the_grapes_see_a_full_season(events):
    steps = steps_of(events, "fruit_nho")
    wanted = {"pruning", "fertilising", "irrigation", "bagging", "growth_check", "pest_control", "lab_test"}
    assert wanted <= steps.keys()
    assert steps["harvest"] == 3
    assert steps["pest_control"] == SPRAYS + 1  # and one in the other greenhouse
    assert steps["packing"] == 3
    assert steps["shipping"] == 4  # two deliveries, and two of orders
    assert steps["distributor_receipt"] == 1


def test_no_grapes_are_picked_while_an_interval_runs(events):
    sprays = [event.body for event in events if event.body.get("sogoc:step") == "pest_control"]
    assert all(int(body["sogoc:fields"]["phi_days"]) > 0 for body in sprays)
    assert all("sogoc:override" not in event.body for event in events)


def test_one_mistake_is_corrected_and_both_are_shown(ledger, built):
    journey = passport(ledger, built, "NHO-HD").journey
    wrong = [step for step in journey if step.corrected]
    right = [step for step in journey if step.correction_of is not None]
    assert [len(wrong), len(right)] == [1, 1]
    assert right[0].correction_of == wrong[0].index


def test_the_boxes_come_from_two_harvests_by_their_weight(ledger, built):
    origins = passport(ledger, built, "NHO-HD").origins
    assert len(origins) == 2
    assert sum(origin.share for origin in origins) == 1
    assert origins[0].share != origins[1].share


def test_the_sausages_have_a_gtin_and_come_through_five_generations_of_lots(ledger, built):
    lot = next(lot["id"] for lot in built.said["lots"] if "09506000134352" in lot["id"])
    with ledger.database.reading() as session:
        genealogy = trace_back(session, lot)
    parents = {node.lot: set() for node in genealogy.lots}
    for edge in genealogy.edges:
        parents[edge.child].add(edge.parent)

    def generations(of: str) -> int:
        return 1 + max((generations(parent) for parent in parents[of]), default=0)

    assert generations(lot) == 6  # packs, sausages, cuts, sides, pigs, and the herd they grew up in
    assert len(parents) == 7


def test_every_step_of_the_meat_loses_weight(events):
    steps = {
        event.body["sogoc:step"]: event.body
        for event in events
        if event.body["type"] == "TransformationEvent" and event.body["sogoc:template"] == "pork_processing"
    }
    lost = {name: weight_kg(body, "input") - weight_kg(body, "output") for name, body in steps.items()}
    assert lost.keys() >= {"slaughter", "cutting", "mixing", "packing"}
    assert min(lost.values()) > 0


def test_pigs_are_received_slaughtered_cut_and_mixed_after_their_medicine_has_left_them(events):
    assert {"receiving", "slaughter", "cutting", "mixing", "chilling", "packing"} <= steps_of(
        events, "pork_processing"
    ).keys()
    released = next(event for event in events if event.body.get("sogoc:step") == "release")
    for event in events:
        if event.body.get("sogoc:step") == "vet_treatment":
            days = int(event.body["sogoc:fields"]["withdrawal_days"])
            until = datetime.fromisoformat(event.body["eventTime"]) + timedelta(days=days)
            assert until < datetime.fromisoformat(released.body["eventTime"])


def test_the_recalled_honey_says_why_what_to_do_and_whom_to_call(ledger, built):
    recall = passport(ledger, built, "MAT-HOI").recall
    assert recall is not None
    assert recall.statement.contact == cast.HONEY.phone
    assert "kháng sinh" in recall.statement.reason
    assert recall.statement.instruction


def test_every_place_lies_in_a_commune_that_there_is(records):
    codes = {province.name: province.code for province in PROVINCES}
    places = [r.body for r in records if r.body.get("type") in {"PlaceRegistered", "OrganisationRegistered"}]
    assert {place["province"] for place in places} == {"Bắc Ninh", "Lạng Sơn"}
    for place in places:
        known = {commune.name for commune in COMMUNES[codes[place["province"]]]}
        assert place["commune"] in known


def test_every_photo_that_the_log_names_is_in_the_store(built, events):
    digests = {photo["digest"] for event in events for photo in event.body.get("sogoc:photos", ())}
    assert len(digests) > 25
    for digest in digests:
        assert find_photo(built.file("photos"), digest).stat().st_size > 1000


def test_one_line_is_spoken_and_anybody_of_the_cooperative_can_hear_it(built, ledger):
    path = built.said["voices"][0]["url"]
    record = records_of(ledger)[int(path.rsplit("/", 1)[1])]
    assert record.body["sogoc:step"] == "growth_check"
    with ledger.database.reading() as session:
        (voice,) = session.scalars(select(VoiceRow))
        actor = Actor("", voice.organisation, None, frozenset({Role.GROWER}))
        heard = read_voice(session, ledger.vault, actor, format_digest(voice.digest))
    assert (heard.media_type, heard.data) == ("audio/mp4", melody())


def test_what_the_diary_used_was_bought_before_and_some_of_it_is_left(ledger):
    with ledger.database.reading() as session:
        left = dict(
            session.execute(
                select(SupplyRow.name, func.sum(SupplyLotRow.left))
                .join(SupplyLotRow, SupplyLotRow.supply_id == SupplyRow.id)
                .group_by(SupplyRow.name)
            ).all()
        )
    assert left["Phân chuồng ủ hoai"] == 800
    assert left["NPK 16-16-8"] == 75
    assert all(amount > 0 for amount in left.values())


def test_the_practice_season_is_not_in_the_log(built, ledger):
    assert "Phân tập ghi".encode() not in log_bytes(ledger)
    assert len(built.said["practice"]) == 1
