"""The result of an fsck for machines: what was looked at, and every finding (docs/audit.md). Pure.

``format_report`` gives plain JSON data with a stable set of members; ``REPORT_VERSION`` changes when they do.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from ledger.audit.finding import Finding
from ledger.audit.walk import Checked
from signing.canonical_base64 import format_base64

REPORT_VERSION = "sogoc/fsck/v1"
MAX_LISTED_FINDINGS = 10_000
"""A log that is spoilt throughout would give a report larger than itself; all findings are counted."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditedLog:
    """Which log was checked and how far: its newest checkpoint says ``size`` and ``root`` (32 bytes)."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Audit:
    """One run. ``log`` is ``None`` when the database holds none; ``findings`` are the first of ``count``."""

    log: AuditedLog | None
    started_at: datetime
    seconds: float
    jobs: int
    checked: Checked
    count: int
    findings: Sequence[Finding]


def format_report(audit: Audit) -> Json:
    """The report of a run that came to its end."""
    log = audit.log
    return {
        "version": REPORT_VERSION,
        "ok": audit.count == 0,
        "origin": log.origin if log else None,
        "size": log.size if log else None,
        "root": format_base64(log.root) if log else None,
        "started_at": _plain(audit.started_at),
        "seconds": round(audit.seconds, 3),
        "jobs": audit.jobs,
        "checked": asdict(audit.checked),
        "findings_count": audit.count,
        "findings": [format_finding(finding) for finding in audit.findings],
    }


def format_failure(error: Exception, sentence: str) -> Json:
    """The report of a run that did not come to its end: never ``ok``, whatever it saw until then."""
    return {
        "version": REPORT_VERSION,
        "ok": False,
        "error": type(error).__name__,
        "sentence": sentence,
        "detail": str(error),
    }


def format_finding(finding: Finding) -> Json:
    """One finding as JSON data."""
    return {
        "where": finding.where,
        "index": finding.index,
        "what": finding.what,
        "expected": _plain(finding.expected),
        "found": _plain(finding.found),
    }


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case bytes():
            return value.hex()
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)
