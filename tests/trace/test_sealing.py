import hashlib

import pytest

from ledger.log.records import read_records
from ledger.trace.bundles.history import read_history
from ledger.trace.credentials.lot_credential import credential_digest
from ledger.trace.digests import format_digest
from ledger.trace.errors import NotSealableError, UnknownLotError
from ledger.trace.recalling import recall_lot
from ledger.trace.sealing import seal_lot
from signing.data_integrity import check_proof, parse_multikey
from tests.support.farm import Farm


@pytest.fixture
def farm(sqlite_database):
    return Farm(sqlite_database)


def test_seal_says_what_the_lot_is(farm):
    story = farm.story()
    said = story.sealed.statement
    assert (said.packs, said.net_g, said.weight_kg) == (200, 500, 100)
    assert said.product == farm.product
    assert (said.expires_on - said.packed_on).days == 30
    assert said.credential == credential_digest(story.sealed.credential)


def test_seal_digests_the_leaf_hashes_of_the_history(farm):
    story = farm.story()
    indexes = farm.read(read_history, story.pack, story.sealed.index)
    records = farm.read(read_records, indexes)
    digest = hashlib.sha256(b"".join(record.leaf_hash for record in records)).digest()
    assert story.sealed.statement.history.count == len(indexes)
    assert story.sealed.statement.history.digest == format_digest(digest)


def test_diary_after_a_harvest_belongs_to_later_harvests_only(farm):
    story = farm.story()
    diary = [step for step in farm.passport(story.season).passport.journey if step.step == "fertilising"]
    between = diary[-1].index
    assert between not in farm.read(read_history, story.first)
    assert between in farm.read(read_history, story.second)
    assert between in farm.read(read_history, story.pack)


def test_harvest_of_another_lot_is_not_this_ones_story(farm):
    story = farm.story()
    harvests = [s for s in farm.passport(story.second).passport.journey if s.step == "harvest"]
    assert [set(step.lots) for step in harvests] == [{story.season, story.second}]


def test_late_entry_is_shown_as_later_than_the_seal(farm):
    story = farm.story()
    event = farm.event(
        "ObjectEvent", "inspecting", 3, action="OBSERVE", quantityList=[{"epcClass": story.season}]
    )  # fmt: skip
    late = farm.capture(event).index
    shown = farm.passport(story.pack)
    assert shown.integrity.ok
    step = next(step for step in shown.passport.journey if step.index == late)
    assert step.after_seal
    assert step.late_days == 31


def test_credential_is_signed_by_the_organisation(farm):
    story = farm.story()
    credential = story.sealed.credential
    method = credential["proof"]["verificationMethod"]
    check_proof(credential, parse_multikey(method.partition("#")[2]))
    assert credential["issuer"]["name"] == "HTX Nho Đồi Mây"
    assert credential["credentialSubject"]["history"]["digest"] == story.sealed.statement.history.digest


def test_raw_lot_sold_loose_is_sealed_with_what_is_left_of_it(farm):
    story = farm.story()
    said = farm.write(seal_lot, story.first).statement
    assert (said.packs, said.weight_kg) == (None, 40)
    assert farm.passport(story.first).passport.weight_kg == 40


def test_repeated_seal_returns_the_first(farm):
    story = farm.story()
    first = farm.write(seal_lot, story.first, idempotency_key="s1")
    again = farm.write(seal_lot, story.first, idempotency_key="s1")
    assert (again.index, again.credential) == (first.index, first.credential)
    assert again.receipt.repeated


def test_seals_that_are_refused(farm):
    story = farm.story()
    cases = {
        story.pack: "đã ký",
        story.season: "chỉ ký được",
        story.second: "không còn hàng",
    }
    for lot, words in cases.items():
        with pytest.raises(NotSealableError) as refused:
            farm.write(seal_lot, lot)
        assert words in refused.value.sentence
    with pytest.raises(UnknownLotError):
        farm.write(seal_lot, farm.lot("NONE"))
    farm.write(
        recall_lot, story.first, reason="x", scope="x", decided_by="x", instruction="x", contact="0259"
    )
    with pytest.raises(NotSealableError, match="recalled"):
        farm.write(seal_lot, story.first)


def test_lot_of_an_unregistered_product_or_without_weight_is_not_sealed(farm):
    season, _ = farm.season()
    lot, _ = farm.harvest(season, "261001-1", 10, 3)
    with pytest.raises(NotSealableError, match="product"):
        farm.write(seal_lot, lot)
    farm.register()
    event = farm.transformation("sogoc:sorting", 4, [(lot, 5)], [(farm.lot("261002-1"), 12)], uom=None)
    farm.capture(event)
    with pytest.raises(NotSealableError, match="weight"):
        farm.write(seal_lot, farm.lot("261002-1"))
