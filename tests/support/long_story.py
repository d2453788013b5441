"""A lot with everything that can happen to one: corrections, keys that come and go, other hands, a recall.

Its bundles are what verifiers must agree on. Made once for a test run; only read.
"""

from collections.abc import Mapping

from ledger.database import Database
from ledger.log.keys import chain_keys, replace_key, revoke_key
from ledger.log.records import read_record
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.correcting import correct_event
from ledger.trace.recalling import recall_lot
from ledger.trace.sealing import seal_lot
from tests.support.farm import Farm, amount

NOTICE = dict.fromkeys(("reason", "scope", "decided_by", "instruction", "contact"), "Trả lại nơi mua")


def tell_long_story(database: Database) -> tuple[str, Mapping[str, dict]]:
    """The log's verifier key, and the bundle of each lot by what happened to it."""
    farm = Farm(database)
    story = farm.story()
    first_key = farm.read(_newest_key, farm.code)
    farm.write(replace_key, farm.code)
    farm.write(revoke_key, farm.code, first_key)
    late = farm.diary(story.season, 29)
    farm.write(correct_event, late.index, None, "Không có việc này")
    _correct(farm, _index(farm, story.pack, "sorting"), [amount(story.graded, 104, "KGM")])
    _correct(farm, _index(farm, story.pack, "packing"), [amount(story.pack, 190, None)])
    farm.write(seal_lot, story.pack)
    third, _ = farm.harvest(story.season, "261005-1", 40, 40)
    farm.diary(story.season, 41)
    fresh, _ = farm.pack([(third, 20)], "261006-1", 40, 42)
    farm.write(seal_lot, fresh)
    other = Farm(database, seed=2, beside=farm)
    other.capture(
        other.event("ObjectEvent", "receiving", 43, action="OBSERVE", quantityList=[amount(fresh, 9, None)])
    )
    recalled, _ = farm.pack([(third, 10)], "261007-1", 20, 44)
    farm.write(seal_lot, recalled)
    farm.write(recall_lot, recalled, **NOTICE)
    lots = {
        "corrected and sealed again": story.pack,
        "sealed under a later key, received by another": fresh,
        "recalled": recalled,
        "not sealed": story.graded,
        "season": story.season,
    }
    return farm.ledger.vkey.format(), {what: farm.read(lot_bundle, lot) for what, lot in lots.items()}


def _newest_key(session, chain_id):
    return list(chain_keys(session, chain_id))[-1].key


def _index(farm: Farm, lot: str, step: str) -> int:
    journey = farm.passport(lot).passport.journey
    return next(item.index for item in journey if item.step == step and not item.corrected)


def _correct(farm: Farm, index: int, outputs: list) -> None:
    corrected = {**farm.read(read_record, index).body, "outputQuantityList": outputs}
    farm.write(correct_event, index, corrected, "Cân lại")
