"""Tracing: projections of the log, disclosures, credentials."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime
from ledger.trace.tables import Thousandths

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_data_key()
    create_disclosure()
    create_trace_credential()
    create_trace_event()
    create_trace_lot()
    create_trace_lot_edge()
    create_trace_lot_entry()
    create_trace_move()
    create_trace_register()
    create_trace_stamps()


def create_data_key() -> None:
    op.create_table(
        "data_key",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("destroyed_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_key")),
    )
    with op.batch_alter_table("data_key", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_data_key_organisation_subject"), ["organisation", "subject"], unique=True
        )


def create_disclosure() -> None:
    op.create_table(
        "disclosure",
        sa.Column(
            "index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("index", "pointer", name=op.f("pk_disclosure")),
    )
    with op.batch_alter_table("disclosure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disclosure_key_id"), ["key_id"], unique=False)


def create_trace_credential() -> None:
    op.create_table(
        "trace_credential",
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("json", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("lot", "digest", name=op.f("pk_trace_credential")),
    )


def create_trace_event() -> None:
    op.create_table(
        "trace_event",
        sa.Column(
            "index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("chain_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("biz_step", sa.Text(), nullable=True),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("done_at", UtcTime(), nullable=False),
        sa.Column("recorded_at", UtcTime(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("corrects", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("corrected_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_trace_event")),
    )
    with op.batch_alter_table("trace_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_trace_event_chain_id_index"), ["chain_id", "index"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_trace_event_event_id"), ["event_id"], unique=False)


def create_trace_lot() -> None:
    op.create_table(
        "trace_lot",
        sa.Column(
            "key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("chain_id", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("quantity", Thousandths(), nullable=True),
        sa.Column("uom", sa.Text(), nullable=True),
        sa.Column("net_g", Thousandths(), nullable=True),
        sa.Column("sealed_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recalled_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_trace_lot")),
        sa.UniqueConstraint("lot", name=op.f("uq_trace_lot_lot")),
    )
    with op.batch_alter_table("trace_lot", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_trace_lot_chain_id_kind_created_index"),
            ["chain_id", "kind", "created_index"],
            unique=False,
        )


def create_trace_lot_edge() -> None:
    op.create_table(
        "trace_lot_edge",
        sa.Column(
            "child", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "parent",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("quantity", Thousandths(), nullable=True),
        sa.Column("uom", sa.Text(), nullable=True),
        sa.Column("corrected_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("child", "parent", "index", name=op.f("pk_trace_lot_edge")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("trace_lot_edge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trace_lot_edge_index"), ["index"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_trace_lot_edge_parent_child_index_corrected_by_quantity_uom"),
            ["parent", "child", "index", "corrected_by", "quantity", "uom"],
            unique=False,
        )


def create_trace_lot_entry() -> None:
    op.create_table(
        "trace_lot_entry",
        sa.Column(
            "lot", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.PrimaryKeyConstraint("lot", "index", name=op.f("pk_trace_lot_entry")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("trace_lot_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trace_lot_entry_index"), ["index"], unique=False)


def create_trace_move() -> None:
    op.create_table(
        "trace_move",
        sa.Column(
            "lot", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("uom", sa.Text(), nullable=False),
        sa.Column("chain_id", sa.Text(), nullable=False),
        sa.Column("delta", Thousandths(), nullable=False),
        sa.PrimaryKeyConstraint("lot", "index", "kind", "uom", name=op.f("pk_trace_move")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("trace_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trace_move_index"), ["index"], unique=False)


def create_trace_register() -> None:
    op.create_table(
        "trace_register",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column(
            "index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("chain_id", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", "index", name=op.f("pk_trace_register")),
    )
    with op.batch_alter_table("trace_register", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_trace_register_chain_id_kind"), ["chain_id", "kind"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_trace_register_index"), ["index"], unique=False)


def create_trace_stamps() -> None:
    op.create_table(
        "trace_stamps",
        sa.Column(
            "index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("first", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chain_id", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_trace_stamps")),
    )
    with op.batch_alter_table("trace_stamps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trace_stamps_lot"), ["lot"], unique=False)
        batch_op.create_index(batch_op.f("ix_trace_stamps_state_first"), ["state", "first"], unique=True)
