from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ledger.coop.actors import Role
from ledger.coop.errors import StampCountError, StampRangeError
from ledger.coop.stamps.stamp_ranges import (
    END_NUMBER,
    UNUSED,
    StampState,
    add_range,
    find_range,
    give_numbers,
    move_range,
    note_printed,
)
from ledger.coop.stamps.stamps import Reserve, reserve_stamps
from ledger.coop.tables import PrintJobRow, StampCounterRow, StampRangeRow

DAY = date(2026, 11, 12)


@pytest.fixture
def session(world):
    """A writing session in which 100 stamps of the cooperative and 10 of the neighbour exist; rolled back."""
    world.printed(100)
    world.printed(10, who=world.neighbour_manager)
    world.ledger._memory = None
    with world.ledger.database.writing() as opened:
        yield opened
        opened.rollback()


def move(session, world, first, last, *, to=StampState.ACTIVATED, allowed=UNUSED, lot="lot"):
    return move_range(session, world.coop.code, first, last, allowed=allowed, to=to, on=DAY, lot=lot)


def test_range_is_split_where_a_state_changes_inside_it(session, world):
    move(session, world, 11, 20)
    rows = session.scalars(select(StampRangeRow).order_by(StampRangeRow.first)).all()
    assert [(row.first, row.last, row.state) for row in rows] == [
        (1, 10, "printed"),
        (11, 20, "activated"),
        (21, 100, "printed"),
        (101, 110, "printed"),
    ]


@pytest.mark.parametrize(
    ("first", "last"), [(0, 5), (95, 105), (101, 110), (111, 111), (5, 4), (-3, -1), (10**9, 10**9 + 1)]
)
def test_range_that_is_not_all_ones_own_is_refused(session, world, first, last):
    with pytest.raises(StampRangeError):
        move(session, world, first, last)


def test_refused_range_is_named_where_it_is_wrong(session, world):
    move(session, world, 11, 20)
    with pytest.raises(StampRangeError) as caught:
        move(session, world, 5, 15)
    assert (caught.value.first, caught.value.last) == (11, 15)
    assert "5 tem đã kích hoạt" in caught.value.sentence


def test_number_never_given_has_no_range(session):
    assert find_range(session, 0) is None
    assert find_range(session, 111) is None
    assert find_range(session, 100).first == 1


def test_numbers_run_out_with_a_sentence(session):
    session.get_one(StampCounterRow, 1).next_number = END_NUMBER - 5
    with pytest.raises(StampCountError) as caught:
        give_numbers(session, 6)
    assert caught.value.allowed == 5
    assert give_numbers(session, 5) == (END_NUMBER - 5, END_NUMBER - 1)


_MOVES = st.lists(
    st.tuples(st.integers(1, 100), st.integers(1, 100), st.sampled_from(list(StampState)[1:])), max_size=12
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_MOVES)
def test_ranges_are_what_single_stamps_would_be(session, world, moves):
    job = session.scalars(select(PrintJobRow.id).where(PrintJobRow.organisation == world.coop.code)).first()
    base, last = give_numbers(session, 100)
    add_range(session, world.coop.code, job, base, last)
    model = dict.fromkeys(range(base, last + 1), StampState.RESERVED)
    allowed = {
        StampState.ACTIVATED: {StampState.PRINTED},
        StampState.SOLD: {StampState.ACTIVATED},
        StampState.VOIDED: set(StampState) - {StampState.VOIDED},
    }
    for one, other, state in moves:
        low, high = base - 1 + min(one, other), base - 1 + max(one, other)
        numbers = range(low, high + 1)
        if state is StampState.PRINTED:
            note_printed(session, world.coop.code, low, high, DAY)
            model.update({n: state for n in numbers if model[n] is StampState.RESERVED})
        elif all(model[number] in allowed[state] for number in numbers):
            move(session, world, low, high, to=state, allowed=frozenset(allowed[state]))
            model.update(dict.fromkeys(numbers, state))
        else:
            with pytest.raises(StampRangeError):
                move(session, world, low, high, to=state, allowed=frozenset(allowed[state]))
    assert {number: find_range(session, number).state for number in model} == model


def test_packer_only_takes_stamps(world):
    assert world.run(reserve_stamps, Reserve(5), Role.PACKER).first == 1
