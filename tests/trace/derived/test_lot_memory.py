"""What units of work know without asking the database is what the database would say."""

from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from ledger.database import create_schema, open_database
from ledger.trace.capture import capture_event, capture_statement, expect_lots
from ledger.trace.derived.lot_memory import LotMemory
from ledger.trace.derived.rows import EntryRow
from ledger.trace.derived.stock import read_holdings
from ledger.trace.derived.store import read_lots
from ledger.trace.errors import BalanceError, ErasedError, LotExistsError, TraceError
from ledger.trace.events.sealed import SealRule
from ledger.trace.sealed_fields.disclosures import destroy_key
from ledger.trace.tables import TraceEvent, TraceLotEntry, TraceMove
from tests.support.farm import Farm, amount
from tests.support.groups import write_together

DAY = 40
MEMORY = "ledger.trace lot memory"


@pytest.fixture
def farm(database):
    farm = Farm(database)
    farm.clock.now = farm.clock.now.replace(year=2027)
    return farm


def made(farm, code, weight_kg=100, *, uom="KGM"):
    """An event of another system that makes a lot, or adds to it."""
    quantities = [amount(farm.lot(code), weight_kg, uom)]
    return farm.event("ObjectEvent", "commissioning", DAY, action="ADD", quantityList=quantities)


def destroyed(farm, code, weight_kg):
    quantities = [amount(farm.lot(code), weight_kg, "KGM")]
    return farm.event("ObjectEvent", "destroying", DAY, action="DELETE", quantityList=quantities)


def capture_all(farm, *events):
    """A use case that captures events."""

    def use_case(unit):
        return [capture_event(unit, farm.code, event) for event in events]

    return use_case


def count(unit, table):
    return unit.session.scalar(select(func.count()).select_from(table))


def test_a_guard_counts_what_earlier_events_of_its_unit_took(farm):
    with pytest.raises(BalanceError):
        farm.write(capture_all(farm, made(farm, "A"), destroyed(farm, "A", 60), destroyed(farm, "A", 41)))
    farm.write(capture_all(farm, made(farm, "A"), destroyed(farm, "A", 60), destroyed(farm, "A", 40)))
    farm.check()


def test_a_guard_counts_what_earlier_units_of_its_transaction_took(farm):
    answers = write_together(
        farm.ledger,
        [
            capture_all(farm, made(farm, "A")),
            capture_all(farm, destroyed(farm, "A", 60)),
            capture_all(farm, destroyed(farm, "A", 41)),
            capture_all(farm, destroyed(farm, "A", 40)),
        ],
    )
    assert [type(answer) for answer in answers] == [list, list, BalanceError, list]
    farm.check()


def test_a_guard_counts_what_was_there_before_its_unit(farm):
    farm.write(capture_all(farm, made(farm, "A"), destroyed(farm, "A", 60)))
    with pytest.raises(BalanceError):
        farm.write(capture_all(farm, destroyed(farm, "A", 20), destroyed(farm, "A", 21)))
    farm.write(capture_all(farm, destroyed(farm, "A", 20), made(farm, "A", 5), destroyed(farm, "A", 25)))
    farm.check()


def test_a_query_of_the_unit_finds_what_waits(farm):
    def use_case(unit):
        first = capture_event(unit, farm.code, made(farm, "A"))
        assert count(unit, TraceEvent) == 1
        second = capture_event(unit, farm.code, made(farm, "B"))
        assert unit.session.get(TraceEvent, second.index).event_type == "ObjectEvent"
        assert count(unit, TraceLotEntry) == second.index - first.index + 1

    farm.write(use_case)
    farm.check()


def test_a_later_unit_of_the_transaction_finds_what_waits(farm):
    answers = write_together(
        farm.ledger,
        [
            capture_all(farm, made(farm, "A")),
            lambda unit: count(unit, TraceEvent),
            lambda unit: read_lots(unit.session, [farm.lot("A")])[farm.lot("A")].quantity,
        ],
    )
    assert answers[1:] == [1, Decimal(100)]


def test_what_a_failing_unit_made_is_gone_for_those_after_it(farm):
    def make_and_fail(unit):
        capture_all(farm, made(farm, "A"), made(farm, "B"), destroyed(farm, "B", 70))(unit)
        raise ZeroDivisionError

    packed = partial(farm.transformation, "packing", DAY, [(farm.lot("C"), 10)], step="packing")
    answers = write_together(
        farm.ledger,
        [
            capture_all(farm, made(farm, "C")),
            make_and_fail,
            capture_all(farm, made(farm, "A"), destroyed(farm, "A", 90)),
            capture_all(farm, packed([(farm.lot("D"), 10)])),
            make_and_fail,
            capture_all(farm, packed([(farm.lot("D"), 10)])),
            capture_all(farm, made(farm, "B"), destroyed(farm, "B", 100), destroyed(farm, "C", 90)),
        ],
    )
    assert [type(answer) for answer in answers] == [
        list, ZeroDivisionError, list, list, ZeroDivisionError, LotExistsError, list,
    ]  # fmt: skip
    farm.check()


def test_rows_written_inside_a_failing_unit_are_written_again(farm):
    """Its query writes what waits of earlier units as well, and goes back to a savepoint before that."""

    def look_and_fail(unit):
        capture_event(unit, farm.code, made(farm, "B"))
        assert count(unit, TraceEvent) == 2
        raise ZeroDivisionError

    capture = partial(capture_all, farm)
    answers = write_together(
        farm.ledger, [capture(made(farm, "A")), look_and_fail, capture(destroyed(farm, "A", 100))]
    )
    assert isinstance(answers[1], ZeroDivisionError)
    farm.check()
    assert farm.read(lambda session: session.scalar(select(func.count()).select_from(TraceMove))) == 2


def test_going_back_to_a_savepoint_drops_what_came_since(farm):
    def use_case(unit):
        memory = LotMemory.of(unit)
        memory.add_rows(EntryRow, [EntryRow(1, 1)])
        savepoint = unit.session.connection().begin_nested()
        memory.add_rows(EntryRow, [EntryRow(2, 2)])
        assert read_lots(unit.session, [farm.lot("A")]) == {}
        savepoint.rollback()
        assert memory.lots == {}
        assert unit.session.scalars(select(TraceLotEntry.lot)).all() == [1]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        farm.write(use_case)


def test_a_refused_event_leaves_nothing_waiting(farm):
    def use_case(unit):
        capture_event(unit, farm.code, made(farm, "A"))
        for event in (destroyed(farm, "A", 101), farm.event("ObjectEvent", "x:y", DAY, action="OBSERVE")):
            with pytest.raises(TraceError):
                capture_event(unit, farm.code, event)
        capture_event(unit, farm.code, destroyed(farm, "A", 100))

    farm.write(use_case)
    farm.check()


def test_the_memory_ends_with_its_units(farm):
    sessions = []

    def use_case(unit):
        assert LotMemory.find(unit.session) is None
        sessions.append(unit.session)
        capture_event(unit, farm.code, made(farm, "A"))
        assert LotMemory.find(unit.session) is not None

    farm.write(use_case)
    assert LotMemory.find(sessions[0]) is None


def test_expected_lots_are_read_at_once_and_known(farm):
    codes = [f"L{number}" for number in range(1_001)]
    events = [made(farm, code) for code in codes]

    def use_case(unit):
        expect_lots(unit, events)
        known = LotMemory.of(unit).lots
        assert [known[farm.lot(code)] is None for code in codes] == [code != "L7" for code in codes]
        with pytest.raises(LotExistsError):
            capture_event(unit, farm.code, {**events[7], "sogoc:step": "harvest"})

    farm.write(capture_all(farm, events[7]))
    farm.write(use_case)


def test_a_product_s_gtin_registered_in_the_same_unit_names_its_lots(farm):
    lot = "https://id.gs1.org/01/08938505970011/10/261001-1"
    event = {**made(farm, "X"), "quantityList": [amount(lot, 5, "KGM")]}

    def use_case(unit):
        capture_event(
            unit, farm.code, {**event, "action": "OBSERVE", "quantityList": [amount(lot, 1, "KGM")]}
        )
        assert read_lots(unit.session, [lot])[lot].product is None
        registered = replace(farm.product_statement(name="Nho xanh"), gtin="08938505970011")
        capture_statement(unit, farm.code, registered)
        other = lot.replace("261001-1", "261001-2")
        capture_event(unit, farm.code, {**event, "eventID": None, "quantityList": [amount(other, 5, "KGM")]})
        assert read_lots(unit.session, [other])[other].product == farm.product

    farm.write(use_case)
    farm.check()


def test_nothing_more_is_sealed_for_a_person_erased_in_the_same_unit(farm):
    rules = (SealRule("/sogoc:worker", "TV-07"),)

    def use_case(unit):
        capture_event(unit, farm.code, {**made(farm, "A"), "sogoc:worker": "TV-07"}, sealed=rules)
        assert destroy_key(unit, farm.code, "TV-07") == 1
        with pytest.raises(ErasedError):
            capture_event(unit, farm.code, {**made(farm, "B"), "sogoc:worker": "TV-07"}, sealed=rules)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        farm.write(use_case)


steps = st.tuples(
    st.sampled_from(["make", "destroy", "shipping", "receiving", "split", "look"]),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(1, 60),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(units=st.lists(st.lists(steps, min_size=1, max_size=6), min_size=1, max_size=4))
def test_memory_says_what_the_tables_say(units):
    with TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'ledger.db'}")
        create_schema(database)
        farm = Farm(database)
        farm.clock.now = farm.clock.now.replace(year=2027)
        for played in units:
            farm.write(play, farm, played)
        farm.check()
        database.close()


def play(unit, farm, played):
    lots = [farm.lot(f"L{number}") for number in range(4)]
    for step, first, second, weight_kg in played:
        try:
            event = random_event(farm, step, lots[first], lots[second], weight_kg)
            if event is not None:
                capture_event(unit, farm.code, event)
        except TraceError:
            pass
        if step == "look":
            compare(unit, farm, lots)
    compare(unit, farm, lots)


def random_event(farm, step, lot, other, weight_kg):
    quantities = [amount(lot, weight_kg, "KGM")]
    of = partial(farm.event, "ObjectEvent")
    match step:
        case "make":
            return of("commissioning", DAY, action="ADD", quantityList=quantities)
        case "destroy":
            return of("destroying", DAY, action="DELETE", quantityList=quantities)
        case "shipping" | "receiving":
            return of(step, DAY, action="OBSERVE", quantityList=quantities)
        case "split":
            members = farm.transformation("sogoc:sorting", DAY, [(lot, weight_kg)], [(other, weight_kg)])
            return {name: value for name, value in members.items() if name != "sogoc:step"}
    return None


def compare(unit, farm, lots):
    """Ask the memory; then have everything written, look away from the memory, and ask the tables."""
    session = unit.session
    rows = read_lots(session, lots)
    held = read_holdings(session, farm.code, rows.values())
    session.execute(text("SELECT 1"))
    memory = session.info.pop(MEMORY, None)
    assert read_lots(session, lots) == rows
    assert read_holdings(session, farm.code, rows.values()) == held
    if memory is not None:
        session.info[MEMORY] = memory
