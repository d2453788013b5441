import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import KeyNotValidError, KeyRingError
from signing.keyring import HeldKey, KeyRing
from signing.keys import PrivateKey, VerifierKey


def key(name, seed):
    return VerifierKey(name, PrivateKey.from_seed(seed * 32).public_key)


OLD = key("htx.example/a", b"1")
NEW = key("htx.example/a", b"2")
OTHER = key("htx.example/b", b"3")


def test_a_key_is_valid_from_its_first_index_until_before_its_last():
    ring = KeyRing([HeldKey(OLD, 3, 7)])
    assert all(ring.key_for(OLD.name, OLD.key_id, index) == OLD for index in range(3, 7))
    for index in (0, 2, 7, 8):
        with pytest.raises(KeyNotValidError) as invalid:
            ring.key_for(OLD.name, OLD.key_id, index)
        assert (invalid.value.name, invalid.value.key_id, invalid.value.index) == (
            OLD.name,
            OLD.key_id,
            index,
        )
        assert invalid.value.intervals == ((3, 7),)


def test_an_unknown_key_has_no_intervals():
    with pytest.raises(KeyNotValidError) as unknown:
        KeyRing().key_for(OLD.name, OLD.key_id, 0)
    assert unknown.value.intervals == ()


def test_rotation_leaves_old_entries_verifiable():
    ring = KeyRing()
    ring.add(OLD, 0)
    ring.add(NEW, 10)
    ring.revoke(OLD.name, OLD.key_id, 12)
    assert ring.key_for(OLD.name, OLD.key_id, 11) == OLD
    assert ring.key_for(NEW.name, NEW.key_id, 11) == NEW
    with pytest.raises(KeyNotValidError):
        ring.key_for(OLD.name, OLD.key_id, 12)
    assert ring.keys_at(5) == (OLD,)
    assert ring.keys_at(11) == (OLD, NEW)
    assert ring.keys_at(12) == (NEW,)


def test_a_ring_lists_its_keys_from_oldest_to_newest():
    ring = KeyRing([HeldKey(OLD, 0), HeldKey(OTHER, 0), HeldKey(NEW, 4)])
    assert [held.key for held in ring] == [OLD, OTHER, NEW]
    assert len(ring) == 3


def test_a_revoked_key_may_come_back_later():
    ring = KeyRing([HeldKey(OLD, 0, 5)])
    ring.add(OLD, 5)
    assert ring.key_for(OLD.name, OLD.key_id, 4) == OLD
    assert ring.key_for(OLD.name, OLD.key_id, 500) == OLD


@pytest.mark.parametrize(
    ("held", "added"),
    [
        ([], HeldKey(OLD, -1)),
        ([], HeldKey(OLD, 4, 4)),
        ([HeldKey(OTHER, 9)], HeldKey(OLD, 8)),
        ([HeldKey(OLD, 0)], HeldKey(OLD, 5)),
        ([HeldKey(OLD, 0, 6)], HeldKey(OLD, 5)),
    ],
    ids=["before the log", "empty", "out of order", "still open", "overlapping"],
)
def test_an_interval_that_would_be_ambiguous_is_refused(held, added):
    ring = KeyRing(held)
    with pytest.raises(KeyRingError):
        ring.add(added.key, added.valid_from, added.valid_until)
    assert list(ring) == held


@pytest.mark.parametrize(
    ("held", "until"),
    [([], 5), ([HeldKey(OLD, 0, 3)], 5), ([HeldKey(OLD, 5)], 5)],
    ids=["unknown", "revoked before", "empty"],
)
def test_only_an_open_interval_can_end(held, until):
    ring = KeyRing(held)
    with pytest.raises(KeyRingError):
        ring.revoke(OLD.name, OLD.key_id, until)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8, unique=True).map(sorted), st.integers(0, 45))
def test_at_every_index_at_most_one_key_answers(bounds, index):
    ring = KeyRing(
        HeldKey(OLD, start, end) for start, end in zip(bounds[::2], [*bounds[1::2], None], strict=False)
    )
    valid = [held for held in ring if held.is_valid_at(index)]
    assert len(valid) <= 1
    assert ring.keys_at(index) == tuple(held.key for held in valid)
