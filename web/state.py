"""What every view shares, opened once at the start: settings, ledger, stamp codes, photos, caches, limits.

``current()`` is the only way to it. Nothing else in the web room is global.
"""

import os
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import current_app

from ledger.coop.scans.scan_counts import Tally, read_generation, read_tally
from ledger.coop.scans.scratch import open_scratch_codec
from ledger.coop.stamp_codes import open_stamp_codec
from ledger.log.ledger import Ledger, utc_now
from ledger.log.publication import served_checkpoint
from ledger.log.queries import read_head
from signing.errors import ScratchCodeError, StampCodeError
from signing.scratch_codes import ScratchCodec
from signing.stamp_codes import StampCodec
from web.config import Config
from web.formats import LOCAL_TIME
from web.founding import open_ledger
from web.fresh import FreshCache
from web.limits import RateLimit
from web.scan_counter import ScanCounter
from web.seen_devices import SeenDevices, open_seen_devices

EXTENSION = "sogoc"
PHOTOS = "photos"
"""The photo store's folder below the data folder."""

_FORM_PURPOSE = "web/forms"
_KEPT_PAGES, _KEPT_SCANS, _KEPT_BUNDLES = 300, 5000, 100


class StampCodes:
    """The codec of this system's stamps, looked for until the first organisation brings it into being."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._codec: StampCodec | None = None
        self._scratch: ScratchCodec | None = None

    def parse(self, code: str) -> int:
        """The number of a stamp's code. Raises ``StampCodeError`` for one that was never issued."""
        if self._codec is None:
            self._codec = self._ledger.read(open_stamp_codec, self._ledger.vault)
        if self._codec is None:
            raise StampCodeError("no stamp was ever printed here", code=code)
        return self._codec.parse(code)

    def check_scratch(self, number: int, typed: str) -> None:
        """Raise ``ScratchCodeError`` unless ``typed`` is the scratch code of the stamp ``number``."""
        if self._scratch is None:
            self._scratch = self._ledger.read(open_scratch_codec, self._ledger.vault)
        if self._scratch is None:
            raise ScratchCodeError("no stamp was ever printed here")
        self._scratch.check(number, typed)


@dataclass(frozen=True, slots=True)
class State:
    """The shared things of one application. ``clock`` gives aware moments; ``photos`` is a folder."""

    config: Config
    ledger: Ledger
    codes: StampCodes
    photos: Path
    form_secret: bytes = field(repr=False)
    clock: Callable[[], datetime]
    wrong_codes: RateLimit
    wrong_logins: RateLimit
    """Failures by address, counted in this process: one office behind one address still gets in."""
    refused_notes: RateLimit
    scratch_askers: RateLimit
    scratched_stamps: RateLimit
    reporters: RateLimit
    counter: ScanCounter
    pages: FreshCache[Hashable, Any]
    scans: FreshCache[int, Any]
    tallies: FreshCache[int, Tally]
    bundles: FreshCache[str, bytes]
    sizes: FreshCache[str, int]

    @property
    def is_https(self) -> bool:
        """Whether the public reaches this server by TLS; it may end at a proxy."""
        return self.config.public_url.startswith("https://")

    @property
    def province_header(self) -> str:
        """The header with the scanner's province as WSGI calls it; empty where there is none."""
        name = self.config.province_header
        return f"HTTP_{name.upper().replace('-', '_')}" if name else ""

    @property
    def today(self) -> date:
        """The day in Viet Nam: use-by dates turn over at its midnight."""
        return self.clock().astimezone(LOCAL_TIME).date()

    @property
    def shown_checkpoint(self) -> bytes:
        """The checkpoint that outsiders are shown, a signed note: by the server and in an export."""
        return self.ledger.read(served_checkpoint)

    @property
    def scan_generation(self) -> int:
        """How many batches of scans were written by whichever process, or were a second ago."""
        return self.sizes.get("scans", lambda: self.ledger.read(read_generation))

    def tally(self, number: int) -> Tally:
        """The scans of a stamp that were written, as of at most two seconds ago."""
        return self.tallies.get(
            number,
            lambda: self.ledger.read(read_tally, number),
            lambda tally: tally.generation == self.scan_generation,
        )

    @property
    def log_size(self) -> int:
        """How many entries the log has, or had a second ago."""
        return self.sizes.get("log", lambda: self.ledger.read(read_head).size)


def current() -> State:
    """The state of the application that answers this request."""
    state: State = current_app.extensions[EXTENSION]
    return state


def open_state(config: Config) -> State:
    """The state for ``config``. Raises ``VaultError`` (master key) and ``NoLogError``."""
    return make_state(config, open_ledger(config), seen=open_seen_devices(time.monotonic))


def make_state(
    config: Config,
    ledger: Ledger,
    *,
    clock: Callable[[], datetime] = utc_now,
    ticks: Callable[[], float] = time.monotonic,
    seen: SeenDevices | None = None,
) -> State:
    """The state around an open ledger; tests bring their own clocks. No scan is written before ``start``."""

    def today() -> date:
        return clock().astimezone(LOCAL_TIME).date()

    return State(
        config=config,
        ledger=ledger,
        codes=StampCodes(ledger),
        photos=config.data / PHOTOS,
        form_secret=ledger.vault.derive(_FORM_PURPOSE),
        clock=clock,
        refused_notes=RateLimit(per_minute=60, burst=120, secret=os.urandom(32), clock=ticks),
        wrong_codes=RateLimit(per_minute=30, burst=60, secret=os.urandom(32), clock=ticks),
        wrong_logins=RateLimit(per_minute=20, burst=30, secret=os.urandom(32), clock=ticks),
        scratch_askers=RateLimit(per_minute=6, burst=12, secret=os.urandom(32), clock=ticks),
        scratched_stamps=RateLimit(per_minute=2, burst=20, secret=os.urandom(32), clock=ticks),
        reporters=RateLimit(per_minute=1, burst=6, secret=os.urandom(32), clock=ticks),
        counter=ScanCounter(ledger.database, seen or SeenDevices(ticks), config.scan_limits, today),
        pages=FreshCache(_KEPT_PAGES, ticks),
        scans=FreshCache(_KEPT_SCANS, ticks),
        tallies=FreshCache(_KEPT_SCANS, ticks),
        bundles=FreshCache(_KEPT_BUNDLES, ticks),
        sizes=FreshCache(2, ticks),
    )
