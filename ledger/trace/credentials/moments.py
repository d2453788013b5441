"""Times in credentials: RFC 3339 in UTC, to the second (XML Schema ``dateTimeStamp``). Pure."""

import re
from datetime import UTC, datetime
from typing import Any

from ledger.trace.errors import TraceError

_STAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def format_moment(moment: datetime) -> str:
    """``moment`` (aware) in UTC, cut to the second: ``2026-11-12T10:00:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_moment(text: Any) -> datetime:
    """The aware moment that a ``dateTimeStamp`` names. Raises ``TraceError``."""
    if not isinstance(text, str) or _STAMP.fullmatch(text) is None:
        raise TraceError(f"not a moment with its offset: {str(text)[:40]!r}")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise TraceError(f"no such moment: {text}") from error
