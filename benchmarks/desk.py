"""Ten thousand codes checked at a distributor's desk, read from a pasted list to the last verdict.

They are of 200 lots, each with stamps of its own, as a large warehouse has them. At first no signature of
theirs was verified in this process; later they are in its memory, as at a desk that checks all day. Both are
told, beside checking one code after the other: of fewer, and the time is scaled up.
"""

from __future__ import annotations

import time
from typing import Any

from benchmarks._cooperative import Cooperative, cooperative
from benchmarks._rounds import alternately, row
from ledger.coop.desk.check import Check
from ledger.coop.desk.checking import check_codes
from ledger.coop.desk.keeping import KeepCheck, keep_check
from ledger.coop.desk.typed_codes import read_typed
from ledger.coop.stamp_codes import open_stamp_codec
from ledger.coop.stamps.activation import Activate, activate_stamps
from ledger.coop.stamps.stamps import MarkPrinted, Reserve, mark_printed, reserve_stamps
from ledger.log.ledger import utc_now
from ledger.trace.passports.verdicts import Verdict
from ledger.trace.units import local_day

CODES, LOTS = 10_000, 200
ALONE = 100
AIM_S = 2


def run(codes: int = CODES, lots: int = LOTS) -> list[dict[str, Any]]:
    """``codes`` stamps on ``lots`` lots, checked cold and warm, and the result signed and kept."""
    with cooperative() as coop:
        text = "\n".join(_stamped(coop, codes // lots, lots))
        begin = time.perf_counter()
        _checked(coop, text)
        cold_s = time.perf_counter() - begin
        alone = text.splitlines()[:: max(1, codes // ALONE)]
        warm_s, alone_s = alternately(
            lambda: coop.run(keep_check, KeepCheck(check=_checked(coop, text))),
            lambda: [_checked(coop, code) for code in alone],
        )
    against = (f"a code at a time, {len(alone)} scaled up", alone_s * codes / len(alone))
    name, aim = f"{codes:,} codes of {lots} lots checked", f"≤ {AIM_S} s"
    return [
        row(
            "desk", f"{name}, nothing verified before", cold_s, "s",
            against=against, aim=aim, met=cold_s <= AIM_S,
        ),
        row(
            "desk", f"{name} again, signed and kept", warm_s, "s",
            against=against, aim=aim, met=warm_s <= AIM_S,
        ),
    ]  # fmt: skip


def _stamped(coop: Cooperative, stamps: int, lots: int) -> list[str]:
    """The codes of ``stamps`` active stamps on each of ``lots`` new lots."""
    codec = coop.ledger.read(open_stamp_codec, coop.ledger.vault)
    found: list[str] = []
    for _ in range(lots):
        lot = coop.sealed_lot(stamps)
        job = coop.run(reserve_stamps, Reserve(count=stamps))
        coop.run(mark_printed, MarkPrinted(job.id))
        coop.run(activate_stamps, Activate(lot, job=job.id))
        codec = codec or coop.ledger.read(open_stamp_codec, coop.ledger.vault)
        if codec is None:
            raise AssertionError("stamps were printed without codes")
        found += codec.format_range(job.first, stamps)
    return found


def _checked(coop: Cooperative, text: str) -> Check:
    codec = coop.ledger.read(open_stamp_codec, coop.ledger.vault)
    if codec is None:
        raise AssertionError("no stamp was ever printed here")
    now = utc_now()
    check = coop.ledger.read(
        check_codes, coop.manager, read_typed(codec, text), now=now, today=local_day(now)
    )
    if any(code.verdict is not Verdict.VALID for code in check.codes):
        raise AssertionError("a stamp is not what it is")
    return check
