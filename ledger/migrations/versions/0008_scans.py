"""Scans counted by day and province, looks into them, first uses of scratch codes."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_coop_scan_stamp()
    create_coop_scan_day()
    create_coop_scan_look()
    create_coop_scratch_use()


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create_coop_scan_stamp() -> None:
    op.create_table(
        "coop_scan_stamp",
        sa.Column("number", number(), autoincrement=False, nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("total", number(), nullable=False),
        sa.Column("provinces", sa.String(length=200), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("generation", number(), nullable=False),
        sa.CheckConstraint("total > 0", name=op.f("ck_coop_scan_stamp_scanned")),
        sa.CheckConstraint(
            "(rule IS NULL) = (since IS NULL)", name=op.f("ck_coop_scan_stamp_rule_has_a_day")
        ),
        sa.CheckConstraint(
            "rule IS NOT NULL OR NOT is_open", name=op.f("ck_coop_scan_stamp_open_has_a_rule")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_scan_stamp_organisation")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_coop_scan_stamp")),
    )
    with op.batch_alter_table("coop_scan_stamp", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_scan_stamp_generation"), ["generation"], unique=False)
        batch_op.create_index("ix_coop_scan_stamp_listed", ["organisation", "is_open", "since"], unique=False)


def create_coop_scan_day() -> None:
    op.create_table(
        "coop_scan_day",
        sa.Column("number", number(), autoincrement=False, nullable=False),
        sa.Column("scanned_on", sa.Date(), nullable=False),
        sa.Column("province", sa.String(length=2), nullable=False),
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("scan_count", number(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["coop_scan_stamp.number"], name=op.f("fk_coop_scan_day_number")),
        sa.PrimaryKeyConstraint("number", "scanned_on", "province", "phase", name=op.f("pk_coop_scan_day")),
    )
    with op.batch_alter_table("coop_scan_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_scan_day_scanned_on"), ["scanned_on"], unique=False)


def create_coop_scan_look() -> None:
    op.create_table(
        "coop_scan_look",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", number(), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("looked_at", UtcTime(), nullable=False),
        sa.Column("total", number(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["coop_scan_stamp.number"], name=op.f("fk_coop_scan_look_number")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_scan_look_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_scan_look")),
    )
    with op.batch_alter_table("coop_scan_look", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_scan_look_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_coop_scan_look_organisation"), ["organisation"], unique=False)


def create_coop_scratch_use() -> None:
    op.create_table(
        "coop_scratch_use",
        sa.Column("number", number(), autoincrement=False, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_coop_scratch_use")),
    )
