"""Run by Alembic for each command, on the connection that ``ledger.migrations`` hands it."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from ledger.database import Base


def render_item(kind: str, item: Any, autogenerate: AutogenContext) -> str | Literal[False]:
    """Our own column types by their own name, imported; everything else as Alembic would."""
    module = type(item).__module__
    if kind == "type" and module.startswith("ledger."):
        autogenerate.imports.add(f"from {module} import {type(item).__name__}")
        return repr(item)
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # SQLite changes a table by copying it.
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
