import hashlib
import json

import orjson
import pytest

from ledger.log.merkle import leaf_hash
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.bundles.bundle_verify import Policy, verify_bundle
from ledger.trace.correcting import correct_event
from ledger.trace.digests import format_digest
from ledger.trace.errors import BundleError, UnknownLotError
from ledger.trace.recalling import recall_lot
from ledger.trace.sealing import seal_lot
from signing.keys import VerifierKey
from tests.support.farm import Farm, amount


@pytest.fixture
def farm(database):
    return Farm(database)


def test_worked_example_of_the_specification_verifies(spec_examples):
    page = spec_examples("bundle")
    key = VerifierKey.parse(page["vkey"].strip())
    report = verify_bundle(page["bundle"].encode(), vkey=key)
    bundle = json.loads(page["bundle"])
    leaves = [
        leaf_hash(item["entry"].encode()) for item in bundle["entries"] if item["index"] in bundle["history"]
    ]
    digest = format_digest(hashlib.sha256(b"".join(leaves)).digest())
    assert page["history"].split() == [*(leaf.hex() for leaf in leaves), digest]
    assert (report.sealed_index, report.warnings) == (7, ())
    assert len(report.history) == 3


def test_bundle_of_a_sealed_lot_verifies(farm):
    story = farm.story()
    bundle = farm.read(lot_bundle, story.pack)
    report = verify_bundle(orjson.dumps(bundle), vkey=farm.ledger.vkey)
    assert (report.sealed_index, report.is_own_key, report.warnings) == (story.sealed.index, True, ())
    assert len(bundle["hashes"]) == len(set(bundle["hashes"]))
    assert len(orjson.dumps(bundle)) < 30_000


def test_bundle_still_verifies_after_corrections_recall_and_receiving(farm):
    story = farm.story()
    distributor = Farm(farm.ledger.database, seed=2, beside=farm)
    event = distributor.event(
        "ObjectEvent", "receiving", 35, action="OBSERVE", quantityList=[amount(story.pack, 48, None)]
    )
    distributor.capture(event)
    index = next(s.index for s in farm.passport(story.pack).passport.journey if s.step == "sorting")
    from ledger.log.records import read_record

    corrected = dict(farm.read(read_record, index).body)
    corrected["outputQuantityList"] = [amount(story.graded, 104, "KGM")]
    farm.write(correct_event, index, corrected, "Cân lại")
    recall = farm.write(
        recall_lot, story.first, reason="x", scope="x", decided_by="x", instruction="x", contact="0259"
    )
    bundle = farm.read(lot_bundle, story.pack)
    assert recall.index in {item["index"] for item in bundle["entries"]}
    report = verify_bundle(bundle, vkey=farm.ledger.vkey)
    assert report.sealed_index == story.sealed.index
    assert {item.record.chain_id for item in report.entries} == {farm.code, distributor.code}


def test_bundle_of_a_lot_sealed_again_rests_on_the_latest_seal(farm):
    story = farm.story()
    index = next(s.index for s in farm.passport(story.pack).passport.journey if s.step == "packing")
    from ledger.log.records import read_record

    corrected = dict(farm.read(read_record, index).body)
    corrected["outputQuantityList"] = [amount(story.pack, 190, None)]
    farm.write(correct_event, index, corrected, "Đếm lại")
    sealed = farm.write(seal_lot, story.pack)
    report = verify_bundle(farm.read(lot_bundle, story.pack), vkey=farm.ledger.vkey)
    assert report.sealed_index == sealed.index
    assert story.sealed.index in report.history


def test_bundle_of_an_unsealed_lot_says_what_it_does_not_prove(farm):
    story = farm.story()
    bundle = farm.read(lot_bundle, story.graded)
    assert (bundle["history"], bundle["credential"]) == ([], None)
    assert len(verify_bundle(bundle).warnings) == 2


def test_bundle_of_an_unknown_lot(farm):
    with pytest.raises(UnknownLotError):
        farm.read(lot_bundle, farm.lot("NONE"))


def test_age_of_an_unwitnessed_checkpoint_is_unknown(farm):
    from datetime import timedelta

    story = farm.story()
    policy = Policy(max_age=timedelta(days=1), now=farm.clock.now)
    with pytest.raises(BundleError) as refused:
        verify_bundle(farm.read(lot_bundle, story.pack), vkey=farm.ledger.vkey, policy=policy)
    assert (refused.value.step, refused.value.name) == (8, "freshness")
