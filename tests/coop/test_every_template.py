"""Every sector, one season: opened, each diary step, taken, made, packed, sealed, stamped, shipped, read."""

import orjson
import pytest

from ledger.coop.actors import Role
from ledger.coop.scans.stamp_findings import look_up
from ledger.coop.supplies.stock import read_supply
from ledger.log.records import read_record
from ledger.trace.bundles.bundle import lot_bundle
from ledger.trace.bundles.bundle_verify import verify_bundle
from ledger.trace.passports.verdicts import Verdict
from ledger.trace.queries import passport_of
from ledger.trace.sectors.templates import TEMPLATES
from tests.support.sector_walks import NOT_IN_DIARY, NOT_WALKED, begin, stock


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_one_season_of_every_sector_ends_in_a_passport_that_verifies(world, name):
    supply = stock(world)
    walk = begin(world, name)
    walk.whole()
    wanted = {step.code for step in walk.sector.steps} - NOT_IN_DIARY - NOT_WALKED
    assert set(walk.done) - NOT_IN_DIARY == wanted
    # Cleaning a barn says not how much was used: that is asked afterwards.
    assert walk.told in ({}, {"hygiene": ("supply_amount_unknown",)})
    check_stock(world, walk, supply)
    check_passport(world, walk)
    check_seal_and_stamps(world, walk)


def check_stock(world, walk, supply):
    """Each step with an input of the stock took some of it, or waits for somebody to say how much."""
    using = [
        step.code
        for step in walk.sector.steps
        if step.code in walk.done and step.level == "unit" and any(f.ref == "input" for f in step.fields)
    ]
    page = world.read(read_supply, world.ledger.vault, world.actors[Role.MANAGER], supply.id)
    used = [move for move in page.moves if move.kind == "used"]
    assert len(used) >= len([code for code in using if code != "hygiene"])
    assert page.left == 1000 + sum(move.delta for move in used)


def check_passport(world, walk):
    passport, integrity, verdict, _ = world.read(
        passport_of, walk.lot, world.today, log_key=world.ledger.vkey
    )
    assert (integrity.ok, verdict) == (True, Verdict.VALID), integrity
    told = {step.step for step in passport.journey if step.step is not None}
    assert set(walk.done) - {"label_activation", "distributor_receipt"} <= told
    assert passport.sealed is not None
    report = verify_bundle(orjson.dumps(world.read(lot_bundle, walk.lot)), vkey=world.ledger.vkey)
    assert (report.sealed_index, report.is_own_key) == (walk.sealed_index, True)


def check_seal_and_stamps(world, walk):
    said = world.read(read_record, walk.sealed_index).body
    packing = walk.sector.step("packing") if walk.has_packing else None
    by_gram = packing is None or packing.field("net_per_pack").unit == "g"
    assert ("weightKg" in said) is by_gram, said
    if walk.stamps is not None:
        codec = world.codec()
        for number in walk.stamps:
            found = world.read(look_up, codec, codec.format(number), world.today)
            assert found.state is Verdict.VALID
