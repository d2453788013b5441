"""PostgreSQL crashes and restarts under load: writers are told or answered; nothing answered is lost."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from ledger.database import DatabaseUnavailableError, create_schema, open_database
from tests.faults.conftest import Site, new_site
from tests.support.busy_writer import busy_writer, read_acknowledged, read_rest
from tests.support.ledgers import record
from tests.support.own_postgresql import OwnServer, own_server


@pytest.fixture(scope="module")
def postgresql() -> Iterator[OwnServer]:
    with own_server() as started:
        yield started


@pytest.fixture
def own_site(postgresql, tmp_path) -> Iterator[Site]:
    with postgresql.server.new_database() as url:
        with closing(open_database(url)) as database:
            create_schema(database)
        yield new_site(url, tmp_path)


@pytest.mark.parametrize("mode", ["immediate", "fast"])
def test_restarted_under_load(postgresql, own_site, mode):
    """``immediate`` is a crash, after which PostgreSQL replays its log; ``fast`` ends every session."""
    answers = []
    url, record_file = own_site.url, own_site.record
    with busy_writer(url, record_file, "one") as one, busy_writer(url, record_file, "two") as two:
        for _ in range(2):
            answers += read_acknowledged(one, 15) + read_acknowledged(two, 15)
            postgresql.restart(mode)
        # The very processes that lost their connections go on.
        answers += read_acknowledged(one, 15) + read_acknowledged(two, 15)
        for process in (one, two):
            process.kill()
            answers += read_rest(process)
    ledger = own_site.open()
    for answer in answers:
        answer.check_kept(ledger)
    for answer in answers[-20:]:
        answer.check_repeated(ledger)
    ledger.write(record)
    ledger.database.close()
    assert own_site.check() > len(answers)


def test_a_writer_is_told_while_the_server_is_down(postgresql, own_site):
    """Nothing hangs, and nothing is believed to be written; up again, the same open ledger goes on."""
    ledger = own_site.open()
    ledger.write(record)
    postgresql.stop("immediate")
    with pytest.raises(DatabaseUnavailableError):
        ledger.write(record)
    postgresql.start()
    assert ledger.write(record).index == 3
    ledger.database.close()
    assert own_site.check() == 4
