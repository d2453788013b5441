"""Verdicts: the worst is told first, whatever else holds."""

import itertools
from datetime import date, timedelta

import pytest

from ledger.trace.passports.verdicts import Verdict, lot_verdict, stamp_verdict

TODAY = date(2026, 11, 12)
ORDER = list(Verdict)
OF_LOTS = (Verdict.TAMPERED, Verdict.RECALLED, Verdict.EXPIRED, Verdict.VALID, Verdict.UNKNOWN)


def judge(**changes):
    plain = {"is_known": True, "is_intact": True, "is_recalled": False, "expires_on": None, "today": TODAY}
    return lot_verdict(**{**plain, **changes})


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.VALID),
        ({"expires_on": TODAY}, Verdict.VALID),
        ({"expires_on": TODAY - timedelta(days=1)}, Verdict.EXPIRED),
        ({"is_recalled": True}, Verdict.RECALLED),
        ({"is_intact": False}, Verdict.TAMPERED),
        ({"is_known": False}, Verdict.UNKNOWN),
        ({"is_known": False, "is_intact": False, "is_recalled": True}, Verdict.UNKNOWN),
        ({"is_intact": False, "is_recalled": True, "expires_on": date.min}, Verdict.TAMPERED),
        ({"is_recalled": True, "expires_on": date.min}, Verdict.RECALLED),
    ],
)
def test_a_lot_is_judged_by_the_worst_that_holds(changes, verdict):
    assert judge(**changes) is verdict


def test_a_stamp_is_judged_by_the_worst_that_holds():
    for is_voided, is_activated, lot in itertools.product((False, True), (False, True), OF_LOTS):
        holds = [lot] if lot is not Verdict.UNKNOWN else [Verdict.NOT_ACTIVATED]
        holds += [Verdict.VOIDED] * is_voided + [Verdict.NOT_ACTIVATED] * (not is_activated)
        found = stamp_verdict(is_known=True, is_voided=is_voided, is_activated=is_activated, lot=lot)
        assert found is min(holds, key=ORDER.index)


def test_a_code_that_nobody_printed_is_unknown():
    assert (
        stamp_verdict(is_known=False, is_voided=True, is_activated=True, lot=Verdict.RECALLED)
        is Verdict.UNKNOWN
    )


def test_the_order_of_verdicts_is_the_order_of_harm():
    assert [verdict.value for verdict in Verdict] == [
        "tampered",
        "recalled",
        "voided",
        "not_activated",
        "expired",
        "seen_often",
        "valid",
        "unknown",
    ]


def test_only_a_stamp_that_would_be_valid_is_told_to_be_seen_often():
    for lot in OF_LOTS:
        plain = stamp_verdict(is_known=True, is_voided=False, is_activated=True, lot=lot)
        often = stamp_verdict(is_known=True, is_voided=False, is_activated=True, lot=lot, is_seen_often=True)
        assert often is (Verdict.SEEN_OFTEN if plain is Verdict.VALID else plain)
