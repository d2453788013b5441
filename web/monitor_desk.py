"""The folder in which a monitor keeps what it remembers of one log, and the evidence of every alarm.

``state.json`` is replaced whole. Evidence is written before the state that goes on behind it, in a folder
named by alarm and content: the same thing seen again is kept once. One monitor at a time has the folder.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ledger.audit.alarms import Alarm
from ledger.audit.monitor_state import MonitorState, format_state, parse_state
from ledger.log.errors import MonitorStateError
from signing.keys import VerifierKey
from web.whole_files import write_whole

STATE, EVIDENCE, LOCK = "state.json", "evidence", "lock"
ALARM_FILE = "alarm.json"
MAX_STATE_BYTES = 64 * 1024 * 1024


class MonitorDesk:
    """The folder ``path``, open for one monitor; made where it is missing. Use ``open_desk``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, vkey: VerifierKey) -> MonitorState:
        """What is remembered, or a fresh start. Raises ``MonitorStateError``, also for another log's."""
        file = self.path / STATE
        try:
            with file.open("rb") as opened:
                data = opened.read(MAX_STATE_BYTES + 1)
        except FileNotFoundError:
            return MonitorState(vkey)
        if len(data) > MAX_STATE_BYTES:
            raise MonitorStateError(f"{file} has more than {MAX_STATE_BYTES} bytes")
        state = parse_state(data)
        if state.vkey != vkey:
            raise MonitorStateError(f"{file} is of {state.vkey.format()}, not of {vkey.format()}")
        return state

    def keep(self, state: MonitorState, alarms: Sequence[Alarm]) -> None:
        """Keep the evidence, then the state. Raises ``OSError``."""
        for alarm in alarms:
            self._keep_evidence(alarm)
        write_whole(self.path / STATE, format_state(state))

    def place_of(self, alarm: Alarm) -> Path | None:
        """Where the evidence of an alarm lies; ``None`` for one that has none."""
        if not alarm.evidence:
            return None
        digest = hashlib.sha256(f"{alarm.kind}\n{alarm.index}\n".encode())
        for name, data in sorted(alarm.evidence.items()):
            digest.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(data).digest())
        return self.path / EVIDENCE / f"{alarm.kind}-{digest.hexdigest()[:16]}"

    def _keep_evidence(self, alarm: Alarm) -> None:
        place = self.place_of(alarm)
        # The alarm's own file comes last, so where it is everything is.
        if place is None or (place / ALARM_FILE).exists():
            return
        place.mkdir(parents=True, exist_ok=True)
        for name, data in alarm.evidence.items():
            write_whole(place / name, data)
        told = {
            "kind": alarm.kind.value,
            "index": alarm.index,
            "what": alarm.what,
            "sentence": alarm.sentence,
            "files": sorted(alarm.evidence),
        }
        write_whole(place / ALARM_FILE, json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n")


@contextmanager
def open_desk(path: Path) -> Iterator[MonitorDesk]:
    """The desk in ``path``. Raises ``MonitorStateError`` while another monitor has it, ``OSError``."""
    path.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            sentence = (
                f"Một lần theo dõi khác đang dùng thư mục {path}. Hãy đợi nó xong hoặc dùng thư mục khác."
            )
            raise MonitorStateError(f"{path} is in use", sentence=sentence) from error
        yield MonitorDesk(path)
    finally:
        os.close(descriptor)
