"""Deliveries of subscriptions, in a thread of every server process; who takes one, the database decides."""

import logging
import threading

from ledger.coop.exchange.deliveries import deliver_due
from ledger.coop.exchange.destinations import send
from web.state import State

EVERY_S = 10.0
"""Seconds between two looks at what is due."""

_log = logging.getLogger(__name__)


def start(state: State) -> threading.Event:
    """Deliver what is due from now on; set the event to stop."""
    stopped = threading.Event()
    threading.Thread(target=_run, args=(state, stopped), name="deliveries", daemon=True).start()
    return stopped


def _run(state: State, stopped: threading.Event) -> None:
    while not stopped.wait(EVERY_S):
        try:
            deliver_due(state.ledger, send, state.clock())
        except Exception:  # noqa: BLE001 — whatever it is, the next round is worth trying
            _log.exception("a round of deliveries failed")
