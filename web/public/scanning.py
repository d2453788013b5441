"""A stamp's page was looked at: count it, and tell how often that happened."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from ledger.coop.scans.scan_counts import ScanKey, Tally
from ledger.coop.scans.scan_rules import phase_of
from ledger.trace.passports.verdicts import Verdict
from web.own_devices import organisation_of_device
from web.public.marks import StampValues
from web.public.reading import Scan, StampGroup, scan_stamp
from web.state import State
from web.visitors import device_of, is_counted, province_of


class Sighting(NamedTuple):
    """A stamp that somebody asks for: its canonical code, its number, and what is known of it."""

    code: str
    number: int
    scan: Scan
    tally: Tally
    seal_short: str = ""

    @property
    def group(self) -> StampGroup:
        """The stamps that share its page."""
        return self.scan.group(self.tally, is_swapped=self.is_swapped)

    @property
    def is_swapped(self) -> bool:
        """Whether its paper names the seal of another record than the stamp's lot has (stamp-url.md)."""
        return bool(self.seal_short) and self.scan.is_swapped(self.seal_short)


def find_sighting(state: State, code: str, seal_short: str = "") -> Sighting:
    """What is known of a canonical code, and of what its paper may say of the seal.

    Raises ``StampCodeError`` for one that was never issued.
    """
    number = state.codes.parse(code)

    def holds(scan: Scan) -> bool:
        # Whatever happens to a stamp that was given out is an entry; a new one is worth a new look.
        return scan.is_known and scan.log_size == state.log_size

    scan: Scan = state.scans.get(number, lambda: state.ledger.read(scan_stamp, number), holds)
    return Sighting(code, number, scan, state.tally(number), seal_short)


def see_scan(
    state: State, environ: Mapping[str, Any], sighting: Sighting, verdict: Verdict, today: date
) -> StampValues:
    """Count the scan behind a request, and give what the stamp's page says of its own.

    Whoever works where the stamp comes from tries it, as often as they like: that is not the public.
    """
    number, organisation = sighting.number, sighting.scan.counted_for
    if organisation is None or not is_counted(environ):
        return values_of(state, sighting)
    if organisation_of_device(state, environ) == organisation:
        return values_of(state, sighting)
    if state.counter.is_new(number, device_of(environ)):
        province = province_of(environ, state.province_header)
        state.counter.count(ScanKey(number, organisation, today, province, phase_of(verdict)))
    return values_of(state, sighting)


def values_of(state: State, sighting: Sighting) -> StampValues:
    """What the stamp's page says of its own."""
    total = state.counter.total(sighting.number, sighting.tally)
    # Whoever reads the page has scanned the stamp, even where that could not be counted.
    return StampValues(sighting.code, max(1, total), sighting.tally.provinces)
