"""What a passport tells of what went into a lot, and of what devices measured on the way."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.trace.passports.balance import Consumption, shares, streams
from ledger.trace.passports.sensors import MAX_LINES
from tests.support.farm import Farm


@pytest.fixture
def farm(sqlite_database):
    return Farm(sqlite_database)


def test_a_lot_is_told_with_everything_on_the_way_and_its_losses(farm):
    story = farm.story()
    sources = farm.passport(story.pack).passport.sources
    lots = {lot.lot: lot for lot in sources.lots}
    assert [lot.lot for lot in sources.lots[:2]] == [story.pack, story.graded]
    graded = lots[story.graded]
    assert (graded.quantity, graded.uom, graded.used_kg) == (Decimal(105), "KGM", Decimal("110.5"))
    assert (graded.lost_kg, graded.share) == (Decimal("5.5"), 1)
    assert (lots[story.first].used_kg, lots[story.first].lost_kg) == (None, None)
    assert lots[story.first].share + lots[story.second].share == 1
    flow = next(one for one in sources.flows if one.parent == story.second)
    assert (flow.child, flow.quantity, flow.share) == (story.graded, Decimal("50.5"), Fraction(101, 221))


def test_a_lot_that_nothing_went_into_has_only_itself(farm):
    farm.register()
    season, _ = farm.season()
    sources = farm.passport(season).passport.sources
    assert [(lot.lot, lot.share) for lot in sources.lots] == [(season, 1)]
    assert sources.flows == ()


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 6), st.integers(1, 500)), max_size=20))
def test_what_flows_into_every_lot_is_what_came_through_it(items):
    consumptions = [
        Consumption(f"L{child}", f"L{child + step}", Decimal(quantity)) for child, step, quantity in items
    ]
    found = streams("L0", consumptions)
    for lot in {child for child, _ in found.flows}:
        assert sum(part for (child, _), part in found.flows.items() if child == lot) == found.through[lot]
    for lot in found.through.keys() - {"L0"}:
        assert sum(part for (_, parent), part in found.flows.items() if parent == lot) == found.through[lot]
    roots = shares("L0", consumptions).parts
    assert sum(roots.values()) == 1
    assert all(found.through[root] == part for root, part in roots.items())


def measured(farm, season, *reports, day=5):
    return farm.capture(
        farm.event(
            "ObjectEvent",
            "storing",
            day,
            action="OBSERVE",
            quantityList=[{"epcClass": season}],
            sensorElementList=[{"sensorReport": list(reports)}],
        )
    ).index


def test_single_readings_are_summed_up_by_entry_and_kind(farm):
    farm.register()
    season, _ = farm.season()
    index = measured(
        farm,
        season,
        *({"type": "Temperature", "value": value, "uom": "CEL"} for value in (2, 4.5, 3.25)),
        {"type": "RelativeHumidity", "value": 90, "uom": "P1"},
    )
    heat, damp = farm.passport(season).passport.sensors
    assert (heat.index, heat.kind_vi, heat.unit) == (index, "Nhiệt độ", "°C")
    assert (heat.low, heat.high, heat.mean) == (Decimal(2), Decimal("4.5"), Decimal("3.25"))
    assert (heat.readings, damp.readings, damp.unit, damp.mean) == (3, 1, "%", Decimal(90))


def test_a_device_s_own_summary_is_taken_as_it_is(farm):
    farm.register()
    season, _ = farm.season()
    summary = {"type": "Temperature", "minValue": 1.5, "maxValue": 9, "meanValue": 3.3, "uom": "CEL"}
    measured(farm, season, summary)
    measured(farm, season, {key: summary[key] for key in ("type", "minValue", "maxValue", "uom")}, day=6)
    first, second = farm.passport(season).passport.sensors
    assert (first.low, first.high, first.mean, first.readings) == (
        Decimal("1.5"), Decimal(9), Decimal("3.3"), 0,
    )  # fmt: skip
    assert second.mean is None


def test_what_is_no_number_is_left_out_and_the_page_stays_short(farm):
    farm.register()
    season, _ = farm.season()
    measured(
        farm,
        season,
        {"type": "sogoc:door", "stringValue": "open"},
        {"type": "sogoc:lid", "booleanValue": True},
    )
    assert farm.passport(season).passport.sensors == ()
    reports = [
        {"type": "Temperature", "value": n, "uom": f"X{unit}"} for n, unit in enumerate("ABCDEFGHIJKLMN")
    ]
    measured(farm, season, *reports, day=6)
    assert len(farm.passport(season).passport.sensors) == MAX_LINES
