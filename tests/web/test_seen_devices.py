"""A device is counted once for a stamp in half an hour, in one process or in several."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import web
from web import seen_devices
from web.seen_devices import SHARED_AT, WINDOW_S, SeenDevices, open_seen_devices, shared_memory


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_device_is_new_once_in_the_window(clock):
    seen = SeenDevices(clock)
    assert seen.is_new("a", 1)
    assert not seen.is_new("a", 1)
    clock.now = WINDOW_S - 1
    assert not seen.is_new("a", 1)
    clock.now = WINDOW_S
    assert seen.is_new("a", 1)
    assert not seen.is_new("a", 1)


def test_devices_and_stamps_are_told_apart(clock):
    seen = SeenDevices(clock)
    assert [seen.is_new(device, stamp) for device in ("a", "b") for stamp in (1, 2)] == [True] * 4


def test_a_full_table_counts_too_few_rather_than_too_many(clock, monkeypatch):
    monkeypatch.setattr(seen_devices, "_BUCKETS", 1)
    seen = SeenDevices(clock)
    assert [seen.is_new("a", stamp) for stamp in range(10)] == [True] * 8 + [False] * 2
    assert not any(seen.is_new("a", stamp) for stamp in range(8))
    clock.now = WINDOW_S
    assert seen.is_new("a", 9)


def test_no_address_is_in_the_memory_and_no_two_starts_have_one_key(clock):
    seen, other = SeenDevices(clock), SeenDevices(clock)
    seen.is_new("203.0.113.77/1", 5)
    other.is_new("203.0.113.77/1", 5)
    assert b"203.0.113.77" not in seen._memory[:]
    assert seen._memory[:32] != other._memory[:32]
    assert seen._memory[32:] != other._memory[32:]


@pytest.fixture
def offered(monkeypatch):
    descriptor = shared_memory()
    if descriptor is None:
        pytest.skip("no memory without a name on this system")
    monkeypatch.setenv(SHARED_AT, "")
    seen_devices.offer(descriptor)
    yield descriptor
    os.close(descriptor)


def test_processes_of_one_server_share_what_they_saw(offered, clock):
    program = (
        "from web.seen_devices import open_seen_devices as o;"
        "s = o(lambda: 0.0); print([s.is_new('a', n) for n in range(50)].count(True))"
    )
    command = [sys.executable, "-c", program]
    folder = Path(web.__path__[0]).parent
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=folder) for _ in range(3)]
    counted = [int(process.communicate()[0]) for process in running]
    assert sum(counted) == 50
    assert not open_seen_devices(clock).is_new("a", 7)


@pytest.mark.parametrize("path", ["/nowhere/at/all", "/dev/null"])
def test_without_shared_memory_a_process_has_its_own(monkeypatch, clock, path):
    monkeypatch.setenv(SHARED_AT, path)
    assert open_seen_devices(clock).is_new("a", 1)
