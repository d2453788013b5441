"""Killed at random moments under load: nothing that was acknowledged is lost, and the log is whole."""

import random
import threading
from contextlib import ExitStack

import pytest

from tests.support.busy_writer import busy_writer, read_acknowledged, read_rest
from tests.support.ledgers import record

CHECKED_TWICE = 12
"""How many acknowledgements of a round are sent again; each is a commit of its own."""


def wait_a_moment(rng):
    """The kill should find the writer at any step of its work, not only right behind an answer."""
    threading.Event().wait(rng.random() * 0.03)


def kill_once(site, name, rng):
    """One round: let it write, kill it at some moment, reopen. Every answer that it gave."""
    with busy_writer(site.url, site.record, name) as process:
        answers = read_acknowledged(process, rng.randint(1, 60))
        wait_a_moment(rng)
        process.kill()
        answers += read_rest(process)
    check_answers(site, answers, rng)
    return answers


def check_answers(site, answers, rng):
    ledger = site.open()
    for answer in answers:
        answer.check_kept(ledger)
    for answer in rng.sample(answers, min(CHECKED_TWICE, len(answers))):
        answer.check_repeated(ledger)
    ledger.write(record)
    ledger.database.close()


def kill_often(site, rounds, seed, fsck_every):
    rng = random.Random(seed)
    answers = []
    for number in range(1, rounds + 1):
        answers += kill_once(site, f"{seed}-{number}", rng)
        if number % fsck_every == 0 or number == rounds:
            site.check()
    assert len({answer.index for answer in answers}) == len(answers)


@pytest.mark.parametrize("seed", [1])
def test_killed_at_random_moments_under_load(site, seed):
    kill_often(site, 5, seed, fsck_every=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 10))
def test_killed_at_two_hundred_random_moments(site, seed):
    """Eight times 25 rounds on each database."""
    kill_often(site, 25, seed, fsck_every=5)


def test_servers_killed_in_turn_while_others_go_on(site):
    """Three server processes on one log. Whoever is killed, the others get their turn and lose nothing."""
    rng, answers = random.Random(3), []
    with ExitStack() as running:
        processes = [running.enter_context(busy_writer(site.url, site.record, f"p{n}")) for n in range(3)]
        for number in range(4):
            for process in processes:
                answers += read_acknowledged(process, 8)
            killed = processes.pop(rng.randrange(3))
            wait_a_moment(rng)
            killed.kill()
            answers += read_rest(killed)
            for process in processes:
                answers += read_acknowledged(process, 8)
            processes.append(running.enter_context(busy_writer(site.url, site.record, f"q{number}")))
        for process in processes:
            process.kill()
            answers += read_rest(process)
    check_answers(site, answers, rng)
    assert site.check() >= len(answers) + 2
