"""A copied stamp: somebody printed one genuine code many times, and it is scanned as no box of goods is."""

from ledger.coop.scans.scan_counts import ScanKey, add_scans, read_tally
from ledger.coop.scans.scan_rules import Phase
from web.demo.stage import Stage

FAR_APART = (("01", 9), ("79", 7))
"""Province and scans of one day: Hà Nội and Thành phố Hồ Chí Minh, more than a thousand kilometres apart."""


def copy_is_scanned(stage: Stage, organisation: str, number: int, day: int) -> None:
    """The stamp is scanned far apart on one day. Told again, it is counted once."""
    telling = stage.telling
    with telling.ledger.database.writing() as session:
        if read_tally(session, number).total == 0:
            on = stage.day(day)
            scans = {
                ScanKey(number, organisation, on, province, Phase.ACTIVE): count
                for province, count in FAR_APART
            }
            add_scans(session, scans, telling.config.scan_limits)
    stage.outcome.stamps["seen_often"] = number
