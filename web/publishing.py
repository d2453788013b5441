"""The publisher's process: rounds at intervals until it is told to stop, or its parent is gone."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from ledger.log.ledger import Ledger
from ledger.witness.publisher import Plan, Publisher, Round
from ledger.witness.stamping import Authority
from signing.errors import TimestampError
from signing.timestamps import load_authorities
from web.config import NO_SECOND_SIGNATURE, Config

_STOP_S = 10
_LOOK_S = 1.0
"""How often a publisher looks whether its server is still there, in seconds."""


def plan_of(config: Config) -> Plan:
    """Whom to ask, as the settings say. Raises ``TimestampError`` for a PEM file that cannot be used."""
    return Plan(
        policy=config.witnesses,
        authorities=tuple(
            Authority(setting.name, setting.url, load_authorities(_read(setting.certificates)))
            for setting in config.timestamps
        ),
        stamp_every=timedelta(seconds=config.timestamp_every_s),
        is_twice_signed=config.second_signature != NO_SECOND_SIGNATURE,
    )


def publish_until_stopped(
    ledger: Ledger, config: Config, tell: Callable[[str], None], *, parent: int | None = None
) -> None:
    """A round every ``publish_every_s`` seconds, until SIGINT or SIGTERM, or until ``parent`` has ended.

    What goes wrong in a round is told, once, and the next round is tried all the same.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    publisher, told = Publisher(ledger, plan_of(config)), _Told(tell)
    while not stop.is_set():
        try:
            done = publisher.publish()
        except Exception as error:  # noqa: BLE001 - a publisher that gives up is a log without witnesses
            told.about("round", getattr(error, "sentence", "") + f" ({type(error).__name__}: {error})")
        else:
            told.about("round", None)
            told.about_all(done)
        _wait(stop, config.publish_every_s, parent)
    publisher.finish()


@contextmanager
def publisher_beside(config: Config) -> Iterator[None]:
    """A publisher in a process of its own while the block runs, where the settings ask for one."""
    if not config.is_publishing:
        yield
        return
    program = f"from web.cli import main; main(['publish', '--parent', '{os.getpid()}'])"
    child = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.DEVNULL)  # noqa: S603 - ourselves
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


class _Told:
    """Says how somebody fares when that has changed: once, not with every round."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._problems: dict[str, str | None] = {}

    def about(self, key: str, problem: str | None) -> None:
        known = self._problems.get(key)
        if problem is not None and problem != known:
            self._tell(f"{key}: {problem}")
        elif problem is None and known is not None:
            self._tell(f"{key}: đã bình thường trở lại")
        self._problems[key] = problem

    def about_all(self, done: Round | None) -> None:
        for party in () if done is None else done.asked:
            self.about(party.key, party.problem)


def _wait(stop: threading.Event, seconds: float, parent: int | None) -> None:
    """Until the next round; sets ``stop`` when the parent has ended: its orphan would publish for ever."""
    while seconds > 0 and not stop.wait(min(seconds, _LOOK_S)):
        seconds -= _LOOK_S
        if parent is not None and os.getppid() != parent:
            stop.set()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        sentence = f"Không đọc được tệp chứng thư {path}. Hãy kiểm tra SOGOC_TIMESTAMPS."
        raise TimestampError(str(error), sentence=sentence) from error
