"""No template lets something be taken while an interval that it knows of is running."""

import pytest

from ledger.trace.sectors.templates import TEMPLATES

ELAPSED = {"phi_days": "phi_elapsed", "withdrawal_days": "withdrawal_elapsed"}
# Nobody eats timber.
NOT_EATEN = {"forest_timber"}
CASES = [
    (sector.id, key)
    for sector in TEMPLATES.values()
    for key in ELAPSED
    if sector.id not in NOT_EATEN and any(step.field(key) and step.level == "unit" for step in sector.steps)
]


@pytest.mark.parametrize(("sector", "key"), CASES)
def test_whatever_is_taken_asks_whether_the_interval_is_over(sector, key):
    taking = [
        step
        for step in TEMPLATES[sector].steps
        if step.level == "creates_batch" and step.event_type == "TransformationEvent"
    ]
    assert taking
    assert [step.code for step in taking if ELAPSED[key] not in step.guards] == []


def test_the_sectors_with_intervals_are_those_that_spray_or_treat():
    assert len({sector for sector, _ in CASES}) >= 13
