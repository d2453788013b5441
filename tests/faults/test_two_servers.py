"""Two server processes on one database: each gets its turn, neither forks the log, both answer the truth."""

import threading

from ledger.log.anti_rollback import HeadRecord
from tests.support.busy_writer import append_acknowledged, busy_writer, read_acknowledged, read_rest


def test_two_processes_write_one_log(site):
    answers = []
    with busy_writer(site.url, site.record, "one") as one, busy_writer(site.url, site.record, "two") as two:
        for _ in range(10):
            answers += read_acknowledged(one, 10)
            answers += read_acknowledged(two, 10)  # neither starves while the other writes
        for process in (one, two):
            process.kill()
            answers += read_rest(process)
    ledger = site.open()
    for answer in answers:
        answer.check_kept(ledger)
    for answer in answers[-10:]:
        answer.check_repeated(ledger)
    recorded = HeadRecord(site.record).read()
    ledger.database.close()
    assert recorded.size > max(answer.index for answer in answers)
    assert site.check() >= len(answers) + 2


def test_the_same_key_sent_to_two_processes_is_one_entry(site):
    """A device that loses the answer of one server process asks the other."""
    ledgers = [site.open(), site.open()]
    for number in range(10):
        answers = []
        barrier = threading.Barrier(2)

        def send(ledger, key=f"same-{number}-a", answers=answers, barrier=barrier):
            barrier.wait()
            answers.append(append_acknowledged(ledger, key))

        threads = [threading.Thread(target=send, args=(ledger,)) for ledger in ledgers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({(answer.index, answer.leaf) for answer in answers}) == 1
        assert len(answers) == 2
    for ledger in ledgers:
        ledger.database.close()
    assert site.check() == 12
