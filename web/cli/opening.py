"""The ledger of this run's settings, for commands."""

from ledger.log.errors import NoLogError
from ledger.log.ledger import Ledger
from web import founding
from web.cli.running import Failed
from web.config import Config


def open_ledger(config: Config) -> Ledger:
    """The ledger as it stands; raises ``Failed`` when there is none or its schema is another version's."""
    try:
        return founding.open_ledger(config)
    except NoLogError as error:
        raise Failed("Chưa có sổ ở đây, hoặc sổ của bản cũ. Hãy chạy: sogoc init") from error
