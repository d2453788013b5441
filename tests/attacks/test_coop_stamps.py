"""Attacks on stamps: guessing, moving, doubling, and making them genuine where they are not."""

import random
from itertools import pairwise

import pytest

from ledger.coop.actors import Role
from ledger.coop.errors import LotStateError, NotFoundError, StampCountError, StampRangeError
from ledger.coop.goods.packing import Seal, seal
from ledger.coop.recalls.recalls import Recall, recall
from ledger.coop.scans.stamp_findings import look_up
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.stamps import Reserve, Void, reserve_stamps, void_stamps
from ledger.trace.errors import GuardError
from ledger.trace.passports.verdicts import Verdict
from signing.errors import StampCodeError
from signing.stamp_codes import ALPHABET, CODE_LENGTH


def reserve(world, count, lot=None, who=Role.PACKER):
    """Stamps on paper: what is not printed is good for nothing, which has a test of its own."""
    return world.printed(count, lot, who=who)


def activate(world, lot, who=Role.PACKER, **what):
    return world.run(activate_stamps, Activate(lot, **what), who)


def state(world, code):
    return world.read(look_up, world.codec(), code, world.today).state


def unchanged(world, error, do):
    """``do`` is refused with ``error`` and leaves no trace in the log."""
    size = world.size()
    with pytest.raises(error) as caught:
        do()
    assert world.size() == size
    return caught.value


def test_code_guessed(world):
    world.stamped(200)
    source = random.Random(2026)
    for _ in range(300):
        guess = "".join(source.choice(ALPHABET) for _ in range(CODE_LENGTH))
        assert state(world, guess) is Verdict.UNKNOWN


def test_stamp_used_before_activation(world):
    lot = world.sealed(10)
    job = reserve(world, 10, lot)
    assert state(world, world.codec().format(job.first)) is Verdict.NOT_ACTIVATED


def test_code_of_a_number_never_given(world):
    world.stamped(200)
    assert state(world, world.codec().format(201)) is Verdict.UNKNOWN
    assert state(world, world.codec().format(0)) is Verdict.UNKNOWN


def test_neighbouring_codes_reveal_nothing(world):
    world.stamped(200)
    codec = world.codec()
    seen = [codec.format(number) for number in range(1, 50)]
    steps = {sum(a != b for a, b in zip(one, other, strict=True)) for one, other in pairwise(seen)}
    assert min(steps) > 5
    for position in range(CODE_LENGTH):
        following = ALPHABET[(ALPHABET.index(seen[0][position]) + 1) % 32]
        assert state(world, seen[0][:position] + following + seen[0][position + 1 :]) is Verdict.UNKNOWN


def test_code_with_a_typing_error(world):
    world.stamped(200)
    code = world.codec().format(77)
    for position in range(CODE_LENGTH):
        for other in ALPHABET.replace(code[position], "")[:6]:
            assert state(world, code[:position] + other + code[position + 1 :]) is Verdict.UNKNOWN
    for at in range(CODE_LENGTH - 1):
        swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        assert swapped == code or state(world, swapped) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "text", ["", " ", "x", "0" * 13, "0" * 14, "💣" * 13, "A" * 100_000, "'; DROP TABLE"]
)
def test_hostile_text_as_a_code(world, text):
    assert state(world, text) is Verdict.UNKNOWN


def test_stamp_activated_twice(world):
    lot = world.sealed(100)
    reserve(world, 100)
    activate(world, lot, first=1, last=20)
    error = unchanged(world, GuardError, lambda: activate(world, lot, first=11, last=30))
    assert error.violations[0].guard == "range_unused"
    assert (error.violations[0].evidence["first"], error.violations[0].evidence["last"]) == (11, 20)


def test_stamp_activated_on_another_lot(world):
    first, second = world.sealed(100), world.sealed(100)
    reserve(world, 100)
    activate(world, first, first=1, last=100)
    unchanged(world, GuardError, lambda: activate(world, second, first=50, last=50))
    assert world.read(look_up, world.codec(), world.codec().format(50), world.today).lot == first


def test_stamps_printed_for_another_lot(world):
    first, second = world.sealed(100), world.sealed(100)
    job = reserve(world, 100, first)
    error = unchanged(world, StampRangeError, lambda: activate(world, second, job=job.id))
    assert "lô khác" in error.sentence


def test_voided_stamp_used(world):
    lot = world.sealed(100)
    reserve(world, 100)
    world.run(void_stamps, Void(5, 5, "mất cuộn"), Role.PACKER)
    unchanged(world, GuardError, lambda: activate(world, lot, first=1, last=10))
    assert state(world, world.codec().format(5)) is Verdict.VOIDED


def test_more_stamps_activated_than_packs(world):
    lot = world.sealed(100)
    reserve(world, 500)
    error = unchanged(world, GuardError, lambda: activate(world, lot, first=1, last=101))
    assert error.violations[0].guard == "stamps_le_packs"
    activate(world, lot, first=1, last=60)
    unchanged(world, GuardError, lambda: activate(world, lot, first=61, last=101))
    activate(world, lot, first=61, last=100)
    unchanged(world, GuardError, lambda: activate(world, lot, first=101, last=101))


def test_more_stamps_printed_than_packs(world):
    lot = world.sealed(100)
    for count in (60, 40):
        reserve(world, count, lot)
    unchanged(world, StampCountError, lambda: reserve(world, 1, lot))


def test_stamps_on_an_unsealed_lot(world):
    lot = world.packed(packs=100)
    job = reserve(world, 100, lot)
    error = unchanged(world, GuardError, lambda: activate(world, lot, job=job.id))
    assert "batch_signed" in {violation.guard for violation in error.violations}


def test_stamps_that_were_never_printed(world):
    lot = world.sealed(100)
    job = world.run(reserve_stamps, Reserve(50, lot), Role.PACKER)
    for what in ({"job": job.id}, {"first": job.first, "last": job.last}):
        error = unchanged(world, StampRangeError, lambda what=what: activate(world, lot, **what))
        assert "chưa in" in error.sentence
    printed = reserve(world, 10)
    unchanged(world, StampRangeError, lambda: activate(world, lot, first=job.last, last=printed.first))


def test_stamps_on_a_recalled_lot(world):
    lot = world.sealed(100)
    job = reserve(world, 100, lot)
    world.run(recall, Recall(lot, "x", "x", "x", "x", "x"))
    error = unchanged(world, GuardError, lambda: activate(world, lot, job=job.id))
    assert "not_recalled" in {violation.guard for violation in error.violations}
    unchanged(world, LotStateError, lambda: reserve(world, 1, lot))


def test_stamps_on_an_expired_lot(world):
    lot = world.sealed(100, ago=12)
    job = reserve(world, 100, lot)
    error = unchanged(world, GuardError, lambda: activate(world, lot, job=job.id))
    assert "not_expired" in {violation.guard for violation in error.violations}


def test_stamps_of_another_organisation(world):
    lot = world.sealed(100)
    theirs = reserve(world, 100, who=world.neighbour_manager)
    unchanged(world, StampRangeError, lambda: activate(world, lot, first=theirs.first, last=theirs.last))
    unchanged(world, NotFoundError, lambda: activate(world, lot, job=theirs.id))
    mine = reserve(world, 10)
    straddling = {"first": theirs.last, "last": mine.first}
    unchanged(world, StampRangeError, lambda: activate(world, lot, **straddling))
    unchanged(
        world,
        NotFoundError,
        lambda: activate(world, lot, world.neighbour_manager, first=theirs.first, last=theirs.last),
    )


def test_stamps_activated_by_a_mistyped_code(world):
    lot, codec = world.sealed(100), world.codec()
    reserve(world, 100)
    code = codec.format(10)
    typo = code[:5] + ALPHABET[(ALPHABET.index(code[5]) + 1) % 32] + code[6:]
    unchanged(world, StampCodeError, lambda: activate(world, lot, first_code=codec.format(1), last_code=typo))
    unchanged(
        world,
        StampRangeError,
        lambda: activate(world, lot, first_code=codec.format(10), last_code=codec.format(1)),
    )


def test_activation_refused_midway(world):
    """A job's ranges are statements of one unit: the last one refused takes the first ones back."""
    lot = world.sealed(50)
    job = reserve(world, 60)
    world.run(void_stamps, Void(30, 30, "rách"), Role.PACKER)
    unchanged(world, GuardError, lambda: activate(world, lot, job=job.id))
    assert state(world, world.codec().format(1)) is Verdict.NOT_ACTIVATED


def test_lot_sealed_twice_for_more_stamps(world):
    lot = world.stamped(20)
    size = world.size()
    with pytest.raises(Exception, match="sealed by entry"):
        world.run(seal, Seal(lot), Role.PACKER)
    assert world.size() == size
    reserve(world, 20)
    unchanged(world, GuardError, lambda: activate(world, lot, first=21, last=21))
