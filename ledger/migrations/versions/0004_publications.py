"""Published checkpoints, their timestamps, and who publishes."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime
from ledger.log.triggers import TRIGGERS

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_log_publication()
    create_log_publisher()
    create_log_witness()
    create_log_timestamp()
    create_triggers()


def create_log_publication() -> None:
    op.create_table(
        "log_publication",
        sa.Column(
            "size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", UtcTime(), nullable=False),
        sa.Column("renewed_at", UtcTime(), nullable=False),
        sa.Column("is_full", sa.Boolean(), nullable=False),
        sa.Column("is_stamped", sa.Boolean(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_log_publication_not_empty")),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_publication")),
    )
    with op.batch_alter_table("log_publication", schema=None) as batch_op:
        batch_op.create_index("ix_log_publication_strength", ["is_full", "is_stamped", "size"], unique=False)


def create_log_publisher() -> None:
    op.create_table(
        "log_publisher",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_publisher_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_publisher")),
    )


def create_log_witness() -> None:
    op.create_table(
        "log_witness",
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("answered_at", UtcTime(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_log_witness")),
    )


def create_log_timestamp() -> None:
    op.create_table(
        "log_timestamp",
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("authority", sa.String(length=255), nullable=False),
        sa.Column("stamped_at", UtcTime(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["size"], ["log_publication.size"], name=op.f("fk_log_timestamp_size_log_publication")
        ),
        sa.PrimaryKeyConstraint("size", "authority", name=op.f("pk_log_timestamp")),
    )


def create_triggers() -> None:
    connection = op.get_bind()
    for table in ("log_publication", "log_timestamp"):
        for statement in TRIGGERS[table][connection.dialect.name]:
            connection.exec_driver_sql(statement)
