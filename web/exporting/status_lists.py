"""Status lists in a copy: whether an organisation's credentials still stand, good for an hour from the copy.

A copy that is made again each hour answers for its credentials while the server is away; an older one holds
lists that have run out, which verifiers refuse: better than a recall that nobody is told of.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count

from flask import json

from ledger.trace.credentials.moments import parse_moment
from ledger.trace.credentials.status_lists import StatusPurpose, format_list
from ledger.trace.errors import NoCredentialError, TraceError
from ledger.trace.issuing import StatusList, WantedList, status_list, status_positions
from web.exporting.folder import Folder
from web.state import State

SIGN_AGAIN = timedelta(minutes=30)
"""A list that says the same is signed anew when less than this is left of its hour."""


def export_status_lists(state: State, folder: Folder, organisation: str) -> None:
    """Write every list of an organisation where its credentials name it; none for one that signs no more."""
    with suppress(NoCredentialError):
        for number in count(1):
            for purpose in StatusPurpose:
                _export(state, folder, WantedList(organisation, purpose, number))


def _export(state: State, folder: Folder, wanted: WantedList) -> None:
    """Raises ``NoCredentialError`` where there is no such list."""
    ledger, now = state.ledger, state.clock()
    positions = ledger.read(status_positions, wanted)
    path = f"{wanted.organisation}/status/{wanted.purpose.value}/{wanted.number}"
    kept = folder.read(path)
    if kept is not None and _is_fresh(kept, positions, now):
        folder.kept += 1
        return
    made: StatusList = ledger.read(status_list, ledger.vault, wanted, positions=positions, now=now)
    folder.write(path, made.embedded)


def _is_fresh(kept: bytes, positions: tuple[int, ...], now: datetime) -> bool:
    """Whether a list of an earlier copy says the same and is good for a while yet."""
    try:
        old = json.loads(kept)
        is_same = old["credentialSubject"]["encodedList"] == format_list(positions)
        return is_same and parse_moment(old["validUntil"]) - now >= SIGN_AGAIN
    except (ValueError, TypeError, KeyError, TraceError):
        return False
