"""Status lists: bits, their packing, and which bits the log sets."""

import gzip
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trace.correcting import correct_event
from ledger.trace.credentials.places import DRAWS, draw_place, keep_place, read_place
from ledger.trace.credentials.status_lists import (
    LENGTH,
    MAX_LENGTH,
    StatusPlace,
    StatusPurpose,
    build_status_list,
    find_place,
    format_list,
    is_set,
    parse_list,
)
from ledger.trace.errors import NoCredentialError, TraceError
from ledger.trace.issuing import WantedList, status_list, status_positions
from ledger.trace.recalling import recall_lot
from ledger.trace.sealing import seal_lot
from signing.base64url import format_base64url
from tests.support.farm import NOTICE, START, Farm

# The W3C recommendation's own example of a list in which no bit is set (§4).
W3C_EMPTY = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"


def packed(bits):
    return "u" + format_base64url(gzip.compress(bits))


@given(st.sets(st.integers(0, LENGTH - 1), max_size=50))
def test_parse_list_undoes_format_list(positions):
    bits = parse_list(format_list(positions))
    assert len(bits) == LENGTH // 8
    assert bits.count(0) >= len(bits) - len(positions)
    assert all(is_set(bits, position) for position in positions)
    assert sum(byte.bit_count() for byte in bits) == len(positions)


def test_the_first_index_is_the_leftmost_bit():
    assert parse_list(format_list([0, 9]))[:2] == b"\x80\x40"


def test_the_list_of_the_recommendation_is_read():
    assert parse_list(W3C_EMPTY) == bytes(LENGTH // 8)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z" + W3C_EMPTY[1:],
        W3C_EMPTY + "=",
        W3C_EMPTY[:-4],
        "uAAAA",
        packed(bytes(LENGTH // 8 - 1)),
        packed(bytes(MAX_LENGTH // 8 + 1)),
        "u" + format_base64url(gzip.compress(bytes(LENGTH // 8)) + b"more"),
    ],
    ids=["empty", "base58", "padded", "cut", "not gzip", "short", "swollen", "more"],
)
def test_what_is_no_list_is_refused(text):
    with pytest.raises(TraceError):
        parse_list(text)


@pytest.mark.parametrize("position", [-1, LENGTH])
def test_an_index_beyond_the_list_is_refused(position):
    with pytest.raises(TraceError, match="index"):
        is_set(bytes(LENGTH // 8), position)


def test_a_list_is_good_for_an_hour():
    listed = build_status_list("did:web:a", "https://a/status/message/1", StatusPurpose.MESSAGE, [3], START)
    assert (listed["validFrom"], listed["validUntil"]) == ("2026-09-01T01:00:00Z", "2026-09-01T02:00:00Z")
    assert listed["credentialSubject"]["ttl"] == 15_000

    listed = build_status_list("did:web:a", "https://a/status/1", StatusPurpose.MESSAGE, [3], START)


@pytest.fixture
def farm(sqlite_database):
    return Farm(sqlite_database)


def set_in(farm, purpose):
    return farm.read(status_positions, WantedList(farm.code, purpose, 1))


def keep_at(unit, *places):
    for place in places:
        keep_place(unit.session, place, lot=f"lot {place}", digest="ni:", index=0)


def test_a_taken_index_is_drawn_again(farm):
    farm.write(keep_at, StatusPlace(farm.code, 1, 5), StatusPlace(farm.code, 1, 6))
    drawn = iter([5, 6, 5, 7])
    place = farm.read(draw_place, farm.code, lambda _: next(drawn))
    assert place == StatusPlace(farm.code, 1, 7)


def test_after_a_list_is_full_the_next_begins(farm):
    farm.write(keep_at, StatusPlace(farm.code, 1, 5))
    drawn = iter([5] * DRAWS + [8])
    assert farm.read(draw_place, farm.code, lambda _: next(drawn)) == StatusPlace(farm.code, 2, 8)
    farm.write(keep_at, StatusPlace(farm.code, 2, 8))
    assert farm.read(draw_place, farm.code, lambda _: 9) == StatusPlace(farm.code, 2, 9)


def test_lists_of_one_organisation_say_nothing_of_another_s(farm):
    neighbour = Farm(farm.ledger.database, seed=2, beside=farm)
    story = farm.story()
    farm.write(recall_lot, story.first, **NOTICE)
    with pytest.raises(NoCredentialError):
        set_in(neighbour, StatusPurpose.REVOCATION)


def test_each_seal_draws_a_place_and_its_credential_names_it(farm):
    story = farm.story()
    place = find_place(story.sealed.credential)
    assert place == farm.read(read_place, story.pack, story.sealed.statement.credential)
    assert (place.organisation, place.number) == (farm.code, 1)
    other = farm.write(seal_lot, story.first)
    assert find_place(other.credential).position != place.position
    assert set_in(farm, StatusPurpose.REVOCATION) == set_in(farm, StatusPurpose.MESSAGE) == ()
    farm.check()


def test_a_recall_sets_both_bits_of_every_lot_that_it_reaches(farm):
    story = farm.story()
    loose = farm.write(seal_lot, story.first)
    farm.write(recall_lot, story.season, **NOTICE)
    reached = sorted(find_place(sealed.credential).position for sealed in (story.sealed, loose))
    assert set_in(farm, StatusPurpose.REVOCATION) == tuple(reached)
    assert set_in(farm, StatusPurpose.MESSAGE) == tuple(reached)


def test_a_lot_that_was_sealed_anew_revokes_its_first_credential_only(farm):
    story = farm.story()
    diary = next(step for step in farm.passport(story.pack).passport.journey if step.step == "fertilising")
    farm.write(correct_event, diary.index, None, "Ghi nhầm")
    again = farm.write(seal_lot, story.pack)
    first, second = (find_place(sealed.credential).position for sealed in (story.sealed, again))
    assert first != second
    assert set_in(farm, StatusPurpose.REVOCATION) == (first,)
    assert set_in(farm, StatusPurpose.MESSAGE) == ()
    farm.check()


@pytest.mark.parametrize("number", [0, 2])
def test_there_are_no_lists_before_and_behind(farm, number):
    farm.story()
    with pytest.raises(NoCredentialError):
        farm.read(status_positions, WantedList(farm.code, StatusPurpose.MESSAGE, number))


def test_a_list_is_signed_when_it_is_asked_for(farm):
    farm.story()
    wanted = WantedList(farm.code, StatusPurpose.MESSAGE, 1)
    now = farm.clock.now + timedelta(hours=5)
    listed = farm.read(status_list, farm.vault, wanted, positions=(), now=now)
    assert b'"validUntil":"2026-10-05T07:00:00Z"' in listed.embedded
    assert listed.signed_at == now
