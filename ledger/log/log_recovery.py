"""Use case: say in the log's own chain that entries were lost (``ledger.log.recoveries``)."""

import uuid

from ledger.log.authors import LOG_CHAIN
from ledger.log.entries import Kind, format_event_text
from ledger.log.log_keys import find_valid_log_keys, open_log_signer
from ledger.log.log_rotation import begin_log_chain
from ledger.log.queries import read_identity
from ledger.log.recoveries import Recovery, format_recovery
from ledger.log.unit import Receipt, Unit
from signing.notes import Note, countersign, format_note


def record_recovery(unit: Unit, recovery: Recovery) -> Receipt:
    """Append the statement, signed by the newest key of the log. Said again, it gives the first receipt.

    Raises ``NoLogError``, ``VaultError``, ``TokenError``.
    """
    said = f"recovered:{recovery.size}:{recovery.root.hex()}"
    first = unit.find_receipt(LOG_CHAIN, said)
    if first is not None:
        return first
    identity = read_identity(unit.session)
    if unit.chain_size(LOG_CHAIN) == 0:
        begin_log_chain(unit, identity)
    signer = open_log_signer(unit.session, unit.vault, find_valid_log_keys(unit.session, identity)[-1])
    body = format_recovery(recovery, f"urn:uuid:{uuid.uuid4()}")
    note = countersign(Note(format_event_text(Kind.STATEMENT, body), ()), signer)
    return unit.append(LOG_CHAIN, format_note(note), idempotency_key=said)
