"""The schema's history. A ledger's schema is created and changed only by these migrations.

Alembic is configured here, in code, so that one setting (the open database) rules and no second file can
disagree with it. A migration runs inside one ``writing()`` transaction: whole or not at all.
"""

import importlib
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import ledger
from ledger.database import Base, Database

_FOLDER = Path(__file__).parent


def load_tables() -> None:
    """Import every room's ``tables.py`` and ``…_tables.py``, so that ``Base.metadata`` is whole."""
    home = Path(ledger.__path__[0])
    for path in sorted(home.rglob("*tables.py")):
        module = path.relative_to(home.parent).with_suffix("")
        importlib.import_module(".".join(module.parts))


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the schema of ``database`` to ``revision``; does nothing when it is there already.

    Several processes may call it at once: they take turns. Raises ``DatabaseUnavailableError``.
    """
    with database.writing() as session:
        command.upgrade(_configuration(session.connection()), revision)


def head_revision() -> str | None:
    """The newest revision this program knows; ``None`` while there is no migration."""
    return ScriptDirectory.from_config(_configuration(None)).get_current_head()


def current_revision(database: Database) -> str | None:
    """The revision at which ``database`` is; ``None`` when no migration ever ran in it."""
    with database.reading() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def is_current(database: Database) -> bool:
    """Whether the schema of ``database`` is the one this program expects."""
    return current_revision(database) == head_revision()


def is_known(revision: str | None) -> bool:
    """Whether this program has a way from ``revision`` to its own schema."""
    revisions = ScriptDirectory.from_config(_configuration(None)).walk_revisions()
    return revision in {script.revision for script in revisions}


def schema_differences(database: Database) -> list[Any]:
    """What must change in ``database`` to agree with every room's tables, as Alembic's operations."""
    load_tables()
    with database.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def write_revision(database: Database, message: str, revision: str) -> Path:
    """Write the migration from the schema of ``database`` to every room's tables; return its file.

    For developers, who read and mend it before it is kept: triggers, for instance, are not seen.
    """
    load_tables()
    with database.writing() as session:
        script = command.revision(
            _configuration(session.connection()), message, autogenerate=True, rev_id=revision
        )
    if script is None or isinstance(script, list):
        raise RuntimeError("Alembic wrote not exactly one migration")
    return Path(script.path)


def _configuration(connection: Connection | None) -> Config:
    configuration = Config()
    # A percent sign would be read as an interpolation.
    configuration.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    configuration.set_main_option("path_separator", "os")
    configuration.attributes["connection"] = connection
    return configuration
