"""Many codes checked at once: the verdict of a scan of each, who holds the goods, and the signed result."""

import base64
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from ledger.coop.actors import Actor, Role
from ledger.coop.desk.check import Holder, Tone
from ledger.coop.desk.checking import check_codes
from ledger.coop.desk.errors import CheckResultError
from ledger.coop.desk.keeping import KeepCheck, keep_check
from ledger.coop.desk.queries import list_checks, read_check, read_check_file
from ledger.coop.desk.result_files import format_result_file, parse_result_file, verify_result_file
from ledger.coop.desk.typed_codes import read_typed
from ledger.coop.errors import CommandError, NotAllowedError, NotFoundError
from ledger.coop.goods.receiving import Receive, receive
from ledger.coop.paper.cartons import ReserveCartons, reserve_cartons
from ledger.coop.scans.scan_counts import read_generation
from ledger.log.keys import replace_key
from ledger.trace.passports.verdicts import Verdict
from ledger.trace.tables import TraceLot, TraceStamps
from signing.keys import NamedKey, PrivateKey
from tests.support.market import build_market
from tests.support.world import BASE


@pytest.fixture
def market(world, tmp_path):
    return build_market(world, tmp_path / "photos")


def check(world, *codes, who=None):
    typed = read_typed(world.codec(), "\n".join(codes))
    now = world.clock().replace(microsecond=123_456)  # clocks are finer than signed times
    return world.read(check_codes, who or world.receiver, typed, now=now, today=world.today)


def kept(world, *codes):
    return world.run(keep_check, KeepCheck(check=check(world, *codes)), world.receiver).id


def test_every_code_has_the_verdict_of_its_scan(market):
    world, codes = market.world, market.codes
    size, generation = world.size(), world.read(read_generation)
    found = check(world, *codes.values(), "tem rách", codes["valid"])
    verdicts = {code.code: code.verdict for code in found.codes}
    told = {state: verdicts[code].value for state, code in codes.items()}
    assert told == {state: "valid" if state == "scratch" else state for state in codes}
    assert verdicts["tem rách"] is Verdict.UNKNOWN
    valid = next(code for code in found.codes if code.code == codes["valid"])
    assert (valid.times, valid.tone, valid.lot) == (2, Tone.CAUTION, market.lot)
    assert {tone.value: found.count(tone) for tone in Tone} == {"good": 1, "caution": 3, "bad": 5}
    assert found.lots[market.lot].product == "Nho hạ đen"
    # Nothing was written and nothing counts as a scan.
    assert (world.size(), world.read(read_generation)) == (size, generation)


def test_a_table_that_lies_is_told(market):
    """A recall or an activation that no entry says, or an entry that says otherwise."""
    world, codes = market.world, market.codes
    with world.ledger.database.writing() as session:
        session.execute(update(TraceLot).where(TraceLot.lot == market.lot).values(recalled_index=1))
    assert {code.verdict for code in check(world, codes["valid"]).codes} == {Verdict.TAMPERED}
    with world.ledger.database.writing() as session:
        session.execute(update(TraceLot).where(TraceLot.lot == market.lot).values(recalled_index=None))
        moved = TraceStamps.lot == market.recalled_lot
        session.execute(update(TraceStamps).where(moved).values(lot=market.lot))
    assert check(world, codes["valid"]).codes[0].verdict is Verdict.VALID
    assert check(world, codes["recalled"]).codes[0].verdict is Verdict.TAMPERED
    with world.ledger.database.writing() as session:
        back = TraceStamps.lot == market.lot, TraceStamps.first == world.codec().parse(codes["recalled"])
        session.execute(update(TraceStamps).where(*back).values(lot=market.recalled_lot))


def test_who_holds_the_goods_passes_with_the_signature(world):
    lot = world.stamped(50)
    code = world.codec().format(1)
    assert check(world, code).lots[lot].holder is Holder.MAKER
    shipped = world.shipped(lot, 20)
    coming = check(world, code).lots[lot]
    assert (coming.holder, coming.expected[0].code, coming.expected[0].quantity) == (
        Holder.COMING,
        shipped.code,
        20,
    )
    command = Receive(shipment=shipped.code, counted=Decimal(20), done_on=world.today)
    world.run(receive, command, world.receiver)
    assert check(world, code).lots[lot].holder is Holder.OURS
    # Others learn what its public entry says: that it signed. Neither from whom nor how many.
    for_others = check(world, code, who=world.neighbour_manager).lots[lot]
    assert (for_others.holder, for_others.holders) == (Holder.OTHERS, ("Công ty Phân phối Sen Xanh",))
    assert for_others.expected == ()


def test_cartons_speak_for_their_packs(world):
    lot = world.sealed(48)
    job = world.run(reserve_cartons, ReserveCartons(lot, "carton", 4, 12, BASE), Role.PACKER)
    codes = [job.code(number) for number in range(4)]
    found = check(world, *codes[:3], codes[0][:-1] + "0")
    assert [code.verdict for code in found.codes[:3]] == [Verdict.VALID] * 3
    assert found.packs_of(lot) == 36
    again = world.read(read_check, world.receiver, kept(world, *codes)).check
    assert again.packs_of(lot) == 48


def test_only_who_handles_goods_checks_and_only_its_own_checks_are_found(world):
    grower = world.actors[Role.GROWER]
    with pytest.raises(NotAllowedError):
        check(world, "x", who=grower)
    check_id = kept(world, world.codec().format(1))
    (card,) = world.read(list_checks, world.receiver)
    assert (card.id, card.codes, card.bad) == (check_id, 1, 1)
    assert world.read(list_checks, world.neighbour_manager) == ()
    for query in (read_check, read_check_file):
        with pytest.raises(NotFoundError):
            world.read(query, world.neighbour_manager, check_id)
    with pytest.raises(CommandError):
        kept(world)


def test_a_result_is_proof_of_who_checked_what_and_when(market):
    world, codes = market.world, market.codes
    check_id = kept(world, codes["valid"], codes["valid"], codes["recalled"], codes["unknown"], "tem rách")
    data = world.read(read_check_file, world.receiver, check_id)
    found = verify_result_file(data, vkey=world.ledger.vkey)
    assert (found.signed.organisation, found.signed.codes) == (world.distributor.code, 4)
    assert found.signed.size == world.size() == found.checkpoint.size
    assert found.states == {Verdict.VALID: 1, Verdict.RECALLED: 1, Verdict.UNKNOWN: 2}
    assert found.is_own_key
    assert not verify_result_file(data).is_own_key
    assert format_result_file(parse_result_file(data)) == data
    read = world.read(read_check, world.receiver, check_id)
    again = {code.code: (code.verdict, code.times, code.lot) for code in read.check.codes}
    assert again[codes["valid"]] == (Verdict.VALID, 2, market.lot)
    assert again["tem rách"] == (Verdict.UNKNOWN, 1, None)
    for step, forged in forgeries(data):
        with pytest.raises(CheckResultError) as caught:
            verify_result_file(forged, vkey=world.ledger.vkey)
        assert caught.value.step == step
    other = NamedKey(world.ledger.vkey.name, PrivateKey.generate()).verifier_key
    with pytest.raises(CheckResultError) as caught:
        verify_result_file(data, vkey=other)
    assert caught.value.step == 6


def forgeries(data):
    """Every part of a result changed by somebody, and the step at which it is noticed."""
    body = json.loads(data)

    def changed(**parts):
        text = json.dumps(body | parts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return text.encode() + b"\n"

    assert changed() == data
    groups = json.loads(json.dumps(body["results"]))
    groups["groups"][0]["state"] = "valid" if groups["groups"][0]["state"] != "valid" else "recalled"
    yield 9, changed(results=groups)
    fewer = json.loads(json.dumps(body["results"]))
    fewer["groups"].pop()
    yield 9, changed(results=fewer)
    twice = json.loads(json.dumps(body["results"]))
    twice["groups"].append(twice["groups"][0])
    yield 1, changed(results=twice)
    yield 9, changed(note=body["note"].replace('"codes":4', '"codes":5'))
    kind, line, *rest = body["note"].split("\n")
    later = line.replace('"checkedAt":"2026', '"checkedAt":"2025').replace(
        '"checkedAt":"2027', '"checkedAt":"2025'
    )
    yield 9, changed(note="\n".join((kind, later, *rest)))
    yield 1, changed(note="nothing")
    yield 1, changed(entries=[])
    signed = base64.b64decode(body["checkpoint"].rsplit(" ", 1)[1])
    broken = base64.b64encode(signed[:-1] + bytes([signed[-1] ^ 1])).decode()
    yield 6, changed(checkpoint=f"{body['checkpoint'].rsplit(' ', 1)[0]} {broken}\n")
    yield 1, data[:-1]
    yield 1, data.replace(b'"type":"sogoc/check-result/v1"', b'"type":"sogoc/check-result/v2"')


def test_a_result_holds_after_its_organisation_took_another_key(world):
    check_id = kept(world, world.codec().format(1))
    world.clock.now += timedelta(days=1)
    world.ledger.write(replace_key, world.distributor.code)
    later = kept(world, world.codec().format(1))
    for one in (check_id, later):
        data = world.read(read_check_file, world.receiver, one)
        assert verify_result_file(data, vkey=world.ledger.vkey).signed.organisation == world.distributor.code


def test_a_packer_may_check_before_sending(world):
    lot = world.stamped(5)
    packer = Actor("x", world.coop.code, None, frozenset({Role.PACKER}))
    assert check(world, world.codec().format(1), who=packer).lots[lot].holder is Holder.OURS
