"""Goods held back; recalls as work to be done, and drills."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime
from ledger.trace.tables import Thousandths

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_coop_hold()
    create_coop_recall()
    create_coop_recall_told()


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation"], ["coop_organisation.code"], name=op.f(f"fk_{table}_organisation")
    )


def create_coop_hold() -> None:
    op.create_table(
        "coop_hold",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("placed_at", UtcTime(), nullable=False),
        sa.Column("placed_by", sa.String(length=36), nullable=False),
        sa.Column("lifted_at", UtcTime(), nullable=True),
        sa.Column("lifted_by", sa.String(length=36), nullable=True),
        sa.Column("lift_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_coop_hold_lifted_by_somebody")
        ),
        organisation("coop_hold"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_hold")),
    )
    op.create_index("ix_coop_hold_standing", "coop_hold", ["organisation", "lifted_at"])
    op.create_index("ix_coop_hold_lot", "coop_hold", ["organisation", "lot"])


def create_coop_recall() -> None:
    op.create_table(
        "coop_recall",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("is_drill", sa.Boolean(), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("started_by", sa.String(length=36), nullable=False),
        sa.Column("listed_at", UtcTime(), nullable=True),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.Column("decided_index", number(), nullable=True),
        sa.Column("closed_index", number(), nullable=True),
        sa.Column("lots", number(), nullable=True),
        sa.Column("receivers", number(), nullable=True),
        sa.Column("remark_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "NOT is_drill OR (decided_index IS NULL AND closed_index IS NULL)",
            name=op.f("ck_coop_recall_drill_is_no_recall"),
        ),
        organisation("coop_recall"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_recall")),
    )
    op.create_index("ix_coop_recall_lot", "coop_recall", ["organisation", "is_drill", "lot"])
    op.create_index("ix_coop_recall_started", "coop_recall", ["organisation", "started_at"])


def create_coop_recall_told() -> None:
    op.create_table(
        "coop_recall_told",
        sa.Column("recall_id", sa.String(length=36), nullable=False),
        sa.Column("shipment_id", sa.String(length=300), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("told_at", UtcTime(), nullable=False),
        sa.Column("told_by", sa.String(length=36), nullable=False),
        sa.Column("returned", Thousandths(), nullable=True),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "returned IS NULL OR returned >= 0", name=op.f("ck_coop_recall_told_not_less_than_nothing")
        ),
        organisation("coop_recall_told"),
        sa.ForeignKeyConstraint(
            ["recall_id"], ["coop_recall.id"], name=op.f("fk_coop_recall_told_recall_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["coop_shipment.id"], name=op.f("fk_coop_recall_told_shipment_id")
        ),
        sa.PrimaryKeyConstraint("recall_id", "shipment_id", name=op.f("pk_coop_recall_told")),
    )
