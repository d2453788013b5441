"""The ledger of this run's settings, for commands."""

import click

from ledger.log.errors import NoLogError
from ledger.log.ledger import Ledger
from web import founding
from web.cli.running import Failed
from web.config import Config


def open_ledger(config: Config) -> Ledger:
    """The ledger as it stands, closed when the command ends.

    Raises ``Failed`` when there is none or its schema is another version's.
    """
    try:
        ledger = founding.open_ledger(config)
    except NoLogError as error:
        raise Failed("Chưa có sổ ở đây, hoặc sổ của bản cũ. Hãy chạy: sogoc init") from error
    context = click.get_current_context(silent=True)
    if context is not None:
        context.call_on_close(ledger.database.close)
    return ledger
