"""What many tests begin with, built once a process and copied for each of them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from ledger.database import Database, open_database

T = TypeVar("T")
DATABASE = "sogoc.db"

_BUILT: dict[tuple[Path, str], Any] = {}


def copied(
    template: Path, name: str, build: Callable[[Database, Path], T], folder: Path
) -> tuple[Database, T]:
    """A database in ``folder`` as ``build(database, files)`` left it, the files beside it, and what it gave.

    ``template`` is an SQLite file with the tables; ``build`` runs once for it and ``name``. What it gave
    belongs to the first database: take of it what is no connection.
    """
    source = template.with_name(f"{template.stem}-{name}")
    if (template, name) not in _BUILT:
        source.mkdir()
        shutil.copyfile(template, source / DATABASE)
        database = open_database(f"sqlite:///{source / DATABASE}")
        try:
            _BUILT[template, name] = build(database, source)
        finally:
            database.close()  # the last connection to close leaves one whole file
    shutil.copytree(source, folder, dirs_exist_ok=True)
    return open_database(f"sqlite:///{folder / DATABASE}"), _BUILT[template, name]
