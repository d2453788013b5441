"""How a ledger comes to be, and how it is opened again. It is made on purpose only, and once."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ledger.database import Database, open_database
from ledger.log.anti_rollback import HeadRecord
from ledger.log.errors import NoLogError
from ledger.log.ledger import Ledger, utc_now
from ledger.log.queries import read_identity
from ledger.migrations import is_current, migrate
from signing.hsm import Pkcs11Token
from signing.vault import Vault, create_master_key, load_master_key
from web.config import Config

HEAD_RECORD = "last-signed-head"
"""The file beside the database that tells an old backup from the newest state."""

_SQLITE = "sqlite:///"


def found_ledger(config: Config, *, clock: Callable[[], datetime] = utc_now) -> Ledger:
    """The ledger of ``config``, made where it is missing: what is there already is never replaced.

    Raises ``VaultError`` when the master key cannot be read, or is missing beside a log: a new one could not
    open what the old one sealed.
    """
    config.data.mkdir(parents=True, exist_ok=True, mode=0o750)
    database = open_database(config.database_url)
    migrate(database)
    if _has_log(database):
        return _open(database, config, clock)
    if not config.master_key_file.exists():
        create_master_key(config.master_key_file)
    return Ledger.create(
        database,
        open_vault(config),
        origin=config.origin,
        id_base=config.public_url,
        clock=clock,
        head_record=HeadRecord(config.data / HEAD_RECORD),
    )


def open_ledger(config: Config, *, clock: Callable[[], datetime] = utc_now) -> Ledger:
    """The ledger of ``config`` as it stands.

    Raises ``NoLogError`` when there is none, or its schema is another version's, and ``VaultError``.
    """
    file = config.database_url.removeprefix(_SQLITE)
    if file != config.database_url and not Path(file).is_file():
        raise NoLogError(f"no database {file}")  # opening it would make an empty one
    database = open_database(config.database_url)
    if not is_current(database):
        raise NoLogError("no schema of this version")
    return _open(database, config, clock)


def open_vault(config: Config) -> Vault:
    """What opens the secrets of ``config``, and reaches its token if it has one. Raises ``VaultError``."""
    token = None if config.token is None else Pkcs11Token(config.token)
    return Vault(load_master_key(config.master_key_file), token=token)


def _open(database: Database, config: Config, clock: Callable[[], datetime]) -> Ledger:
    return Ledger.open(
        database,
        open_vault(config),
        clock=clock,
        head_record=HeadRecord(config.data / HEAD_RECORD),
    )


def _has_log(database: Database) -> bool:
    with database.reading() as session:
        try:
            read_identity(session)
        except NoLogError:
            return False
    return True
