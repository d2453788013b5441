"""The guard rail: what the database itself refuses to do to the log's tables, as DDL for each dialect.

Entries are written once, behind the last; head, chains and partial tiles only grow. Whoever owns the database
can drop a trigger: that is what ``fsck`` and other people's checkpoints are for.
"""

from collections.abc import Mapping
from typing import Final

_SAME_ROW: Final[Mapping[str, str]] = {
    "log_identity": "id = NEW.id",
    "log_head": "id = NEW.id",
    "log_tile": "level = NEW.level AND number = NEW.number",
    "log_chain": "chain_id = NEW.chain_id",
    "log_key": "valid_from = NEW.valid_from",
    "log_publication": "size = NEW.size",
    "log_timestamp": "size = NEW.size AND authority = NEW.authority",
    "log_entry": (
        '"index" = NEW."index" OR chain_id = NEW.chain_id '
        "AND (seq = NEW.seq OR idempotency_key = NEW.idempotency_key)"
    ),
}
"""When a row is there already. SQLite's INSERT OR REPLACE deletes it without asking the DELETE trigger."""

_BAD_INSERT: Final[Mapping[str, str]] = {
    "log_entry": 'NEW."index" <> (SELECT coalesce(max("index") + 1, 0) FROM log_entry)',
}
"""Entries are inserted behind the last, without gaps."""

_BAD_UPDATE: Final[Mapping[str, str]] = {
    "log_identity": "1 = 1",
    "log_entry": "1 = 1",
    "log_head": "NEW.id <> OLD.id OR NEW.size <= OLD.size",
    "log_tile": (
        "NEW.level <> OLD.level OR NEW.number <> OLD.number OR length(NEW.hashes) <= length(OLD.hashes) "
        "OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes"
    ),
    "log_chain": "NEW.chain_id <> OLD.chain_id OR NEW.size <= OLD.size",
    "log_key": (
        "NEW.valid_from <> OLD.valid_from OR NEW.chain_id <> OLD.chain_id OR NEW.name <> OLD.name "
        "OR NEW.key_id <> OLD.key_id OR NEW.public_key <> OLD.public_key "
        "OR OLD.valid_until IS NOT NULL"
    ),
    # Cosignatures are renewed, so the note is not only appended to; what it is about stays.
    "log_publication": (
        "NEW.size <> OLD.size OR NEW.root <> OLD.root OR NEW.published_at <> OLD.published_at "
        "OR NEW.renewed_at < OLD.renewed_at"
    ),
    "log_timestamp": "1 = 1",
}
"""Which updates are refused: those that do more than grow a row, or close a key's open interval once."""


def _sqlite(table: str) -> tuple[str, ...]:
    refuse = f"SELECT RAISE(ABORT, '{_message(table)}')"
    same_row = f"SELECT 1 FROM {table} WHERE {_SAME_ROW[table]}"  # noqa: S608 - constants of this file
    refusals = {
        f"INSERT ON {table} WHEN EXISTS ({same_row})": "exists",
        f"UPDATE ON {table} WHEN {_BAD_UPDATE[table]}": "update",
        f"DELETE ON {table}": "delete",
    }
    if table in _BAD_INSERT:
        refusals[f"INSERT ON {table} WHEN {_BAD_INSERT[table]}"] = "insert"
    return tuple(
        f"CREATE TRIGGER {table}_refuse_{name} BEFORE {when} BEGIN {refuse}; END"
        for when, name in refusals.items()
    )


def _postgresql(table: str) -> tuple[str, ...]:
    function = (
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION USING MESSAGE = '{_message(table)}', ERRCODE = 'restrict_violation'; END$$"
    )
    refusals = {
        f"UPDATE ON {table} FOR EACH ROW WHEN ({_BAD_UPDATE[table]})": "update",
        f"DELETE ON {table} FOR EACH ROW": "delete",
        f"TRUNCATE ON {table} FOR EACH STATEMENT": "truncate",
    }
    return function, *(
        f"CREATE TRIGGER {table}_refuse_{name} BEFORE {when} EXECUTE FUNCTION {table}_refuse()"
        for when, name in refusals.items()
    )


def _message(table: str) -> str:
    return f"{table} is append-only"


TRIGGERS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    table: {"sqlite": _sqlite(table), "postgresql": _postgresql(table)} for table in _BAD_UPDATE
}
"""Table name → dialect name → statements that create its triggers."""
