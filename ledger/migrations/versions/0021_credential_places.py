"""Where the status of each credential is told; those sealed before get a place of their own, at random."""

import hashlib
import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_LENGTH = 131_072
_HALF = _LENGTH // 2


def upgrade() -> None:
    create_trace_credential_place()
    place_credentials()


def create_trace_credential_place() -> None:
    op.create_table(
        "trace_credential_place",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("number", number(), autoincrement=False, nullable=False),
        sa.Column("position", number(), autoincrement=False, nullable=False),
        sa.Column("lot", number(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("index", number(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "number", "position", name=op.f("pk_trace_credential_place")),
    )
    op.create_index(
        op.f("ix_trace_credential_place_lot_digest"),
        "trace_credential_place",
        ["lot", "digest"],
        unique=True,
    )


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def place_credentials() -> None:
    """Their lots' tokens name the places; the credentials themselves were signed before and name none."""
    register = sa.table(
        "trace_register",
        sa.column("kind", sa.Text()),
        sa.column("chain_id", sa.Text()),
        sa.column("index", sa.BigInteger()),
        sa.column("body", sa.JSON()),
    )
    seals = sa.select(register.c.chain_id, register.c.index, register.c.body)
    taken: dict[str, set[int]] = {}
    rows: list[dict[str, Any]] = []
    for chain_id, index, body in op.get_bind().execute(seals.where(register.c.kind == "seal")):
        if "credential" not in body:
            continue
        used = taken.setdefault(chain_id, set())
        rows.append(
            {
                "organisation": chain_id,
                "number": 1 + len(used) // _HALF,
                "position": _draw(used),
                "lot": int.from_bytes(hashlib.sha256(body["lot"].encode()).digest()[:8], "big") >> 1,
                "digest": body["credential"],
                "index": index,
            }
        )
    if rows:
        places = sa.table("trace_credential_place", *(sa.column(name) for name in rows[0]))
        op.bulk_insert(places, rows)


def _draw(used: set[int]) -> int:
    """An index that no credential of the same list has; a list is half full at most."""
    first = len(used) // _HALF * _LENGTH
    while True:
        drawn = first + secrets.randbelow(_LENGTH)
        if drawn not in used:
            used.add(drawn)
            return drawn - first
