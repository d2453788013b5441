"""Ordering stamps: drawn once on trial, and only then are numbers reserved."""

from flask import url_for

from labels.errors import LabelError
from ledger.coop.errors import CommandError, CoopError
from ledger.coop.paper.label_facts import label_facts
from ledger.coop.paper.print_specs import PrintSpec
from ledger.coop.stamps.stamps import Reserve, reserve_stamps
from web.console.session import actor
from web.forms.print_options import problem_of
from web.paper.printing import find_printable_seal
from web.state import current

AFTER_PACKING = ":tem"
"""Behind the key of the packing form: the order that came with it, a command of its own."""


def check_order(spec: PrintSpec, lot: str | None) -> bool:
    """Whether stamps of ``lot`` can carry its seal as well, which it must have by now.

    Raises ``CommandError`` beside the question to mend, unless its stamps can be printed so.
    """
    state = current()
    facts = state.ledger.read(label_facts, actor().organisation, lot)
    try:
        found = find_printable_seal(state.ledger, state.config.public_url, actor(), spec, facts, lot=lot)
    except LabelError as error:
        raise CommandError(problem_of(error)) from error
    return bool(found)


def order_for_packed(lot: str, count: int, spec: PrintSpec, key: str) -> str:
    """Order stamps for packs that were just recorded; the address to go on to.

    What speaks against printing does not undo the packing: the lot's own order page says what it is.
    """
    try:
        names_seal = check_order(spec, lot)
        job = current().ledger.write(
            reserve_stamps,
            actor(),
            Reserve(
                count=count,
                lot=lot,
                spec=spec,
                url_base=current().config.public_url,
                names_seal=names_seal,
                idempotency_key=f"{key}{AFTER_PACKING}" if key else None,
            ),
        )
    except CoopError:
        return url_for("console.order_stamps", lot=lot, dong=1)
    return url_for("console.job", job_id=job.id, moi=1)
