"""What one look of a monitor found, for machines (docs/audit.md). Pure.

``format_look`` gives plain JSON data with a stable set of members; ``LOOK_VERSION`` changes when they do.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ledger.audit.alarms import Alarm
from ledger.audit.entry_watch import KeyEvent
from ledger.audit.monitor import Look
from ledger.audit.monitor_state import MonitorState
from ledger.audit.own_entries import Wishes
from ledger.log.entries import format_time
from signing.canonical_base64 import format_base64

LOOK_VERSION = "sogoc/monitor/v1"
MAX_LISTED_KEYS = 1_000

Json = dict[str, Any]


def format_look(
    look: Look, state: MonitorState, wishes: Wishes, at: datetime, places: Mapping[int, str]
) -> Json:
    """The report of a look made ``at`` a moment; ``places`` tell where the evidence of each alarm lies."""
    seen, watch = look.checkpoint, look.watch
    return {
        "version": LOOK_VERSION,
        "ok": look.alarms_count == 0,
        "at": format_time(at.replace(microsecond=at.microsecond // 1000 * 1000)),
        "origin": state.vkey.name,
        "size": seen.size if seen else None,
        "root": format_base64(seen.root) if seen else None,
        "new_entries": watch.entries if watch else 0,
        "chain": _chain(state, wishes, watch.own_entries if watch else 0),
        "key_events": [_key_event(event) for event in watch.key_events] if watch else [],
        "key_events_count": watch.key_events_count if watch else 0,
        "keys_used": dict(watch.used.most_common(MAX_LISTED_KEYS)) if watch else {},
        "witnessed_at": {name: format_time(when) for name, when in look.witnessed_at.items()},
        "alarms_count": look.alarms_count,
        "alarms": [_alarm(alarm, places.get(number)) for number, alarm in enumerate(look.alarms)],
        "earlier_alarms": state.alarms - look.alarms_count,
    }


def _chain(state: MonitorState, wishes: Wishes, new: int) -> Json | None:
    if wishes.chain_id is None:
        return None
    end = state.chains.get(wishes.chain_id)
    return {"id": wishes.chain_id, "size": end.size if end else 0, "new_entries": new}


def _key_event(event: KeyEvent) -> Json:
    return {
        "index": event.index,
        "chain": event.chain_id,
        "change": "revoked" if event.change.revoked else "added",
        "key": event.change.key.format(),
    }


def _alarm(alarm: Alarm, place: str | None) -> Json:
    return {
        "kind": alarm.kind.value,
        "index": alarm.index,
        "what": alarm.what,
        "sentence": alarm.sentence,
        "evidence": place,
    }
