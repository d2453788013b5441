"""The clock is set back: the order of the log is its index, and every proof and every receipt holds."""

from datetime import timedelta

import pytest

from ledger.database import open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.ledger import Ledger
from tests.support.busy_writer import append_acknowledged
from tests.support.ledgers import START, VAULT


class SetClock:
    """A clock that shows what it is told."""

    def __init__(self):
        self.now = START + timedelta(days=1)

    def __call__(self):
        return self.now


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=400)])
def test_a_clock_set_back(site, back):
    """While a process runs, and before another one starts; then it is right again."""
    clock, answers = SetClock(), []

    def start():
        return Ledger.open(open_database(site.url), VAULT, clock=clock, head_record=HeadRecord(site.record))

    ledger = start()
    answers.append(append_acknowledged(ledger, "before-a"))
    clock.now -= back
    answers.append(append_acknowledged(ledger, "behind-a"))
    ledger.database.close()
    ledger = start()
    answers.append(append_acknowledged(ledger, "still-behind-b"))
    clock.now += back + timedelta(minutes=1)
    answers.append(append_acknowledged(ledger, "right-again-a"))
    assert [answer.index for answer in answers] == [2, 3, 4, 5]
    for answer in answers:
        answer.check_kept(ledger)
        answer.check_repeated(ledger)
    ledger.database.close()
    assert site.check() == 6
