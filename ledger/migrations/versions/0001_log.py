"""The log: entries, chains, tiles, head, keys."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime
from ledger.log.triggers import TRIGGERS

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_log_chain()
    create_log_entry()
    create_log_head()
    create_log_identity()
    create_log_key()
    create_log_secret()
    create_log_tile()
    create_triggers()


def create_log_chain() -> None:
    op.create_table(
        "log_chain",
        sa.Column("chain_id", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_leaf_hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", name=op.f("pk_log_chain")),
    )


def create_log_entry() -> None:
    op.create_table(
        "log_entry",
        sa.Column(
            "index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("chain_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", UtcTime(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=True),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_log_entry")),
        sa.UniqueConstraint("chain_id", "seq", name=op.f("uq_log_entry_chain_id_seq")),
    )
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.create_index(
            "uq_log_entry_chain_id_idempotency_key",
            ["chain_id", "idempotency_key"],
            unique=True,
            sqlite_where=sa.text("idempotency_key IS NOT NULL"),
            postgresql_where=sa.text("idempotency_key IS NOT NULL"),
        )


def create_log_head() -> None:
    op.create_table(
        "log_head",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("checkpoint", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_head_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )


def create_log_identity() -> None:
    op.create_table(
        "log_identity",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("verifier_key", sa.Text(), nullable=False),
        sa.Column("id_base", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_identity_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_identity")),
    )


def create_log_key() -> None:
    op.create_table(
        "log_key",
        sa.Column(
            "valid_from",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("valid_until", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("chain_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("key_id", sa.LargeBinary(length=4), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_seed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("valid_from", name=op.f("pk_log_key")),
    )
    with op.batch_alter_table("log_key", schema=None) as batch_op:
        batch_op.create_index("ix_log_key_chain_id", ["chain_id"], unique=False)


def create_log_secret() -> None:
    op.create_table(
        "log_secret",
        sa.Column("purpose", sa.String(length=255), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name=op.f("pk_log_secret")),
    )


def create_log_tile() -> None:
    op.create_table(
        "log_tile",
        sa.Column(
            "level", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("hashes", sa.LargeBinary(length=8192), nullable=False),
        sa.CheckConstraint(
            "length(hashes) % 32 = 0 AND length(hashes) <= 8192", name=op.f("ck_log_tile_width")
        ),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_log_tile")),
    )


def create_triggers() -> None:
    # The guard rail. A later change of these triggers is a later migration.
    connection = op.get_bind()
    for table in ("log_identity", "log_entry", "log_head", "log_tile", "log_chain", "log_key"):
        for statement in TRIGGERS[table][connection.dialect.name]:
            connection.exec_driver_sql(statement)
