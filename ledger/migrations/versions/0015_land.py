"""Outlines of plots, growing areas, expected harvests, reminders and calendars."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime
from ledger.trace.tables import Thousandths

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_coop_plot_outline()
    create_coop_growing_area()
    create_coop_expectation()
    create_coop_quiet_days()
    create_coop_routine()
    create_coop_calendar_feed()
    with op.batch_alter_table("coop_work", schema=None) as batch_op:
        batch_op.create_index("ix_coop_work_done", ["organisation", "lot", "done_on"])
        batch_op.create_index("ix_coop_work_step", ["organisation", "step", "done_on"])


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation"], ["coop_organisation.code"], name=op.f(f"fk_{table}_organisation")
    )


def create_coop_plot_outline() -> None:
    op.create_table(
        "coop_plot_outline",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("area_m2", Thousandths(), nullable=False),
        sa.Column("outline_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_at", UtcTime(), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        organisation("coop_plot_outline"),
        sa.PrimaryKeyConstraint("organisation", "place", name=op.f("pk_coop_plot_outline")),
    )


def create_coop_growing_area() -> None:
    op.create_table(
        "coop_growing_area",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("product", sa.String(length=20), nullable=False),
        sa.Column("market", sa.String(length=80), nullable=True),
        sa.Column("area_m2", Thousandths(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("changed_at", UtcTime(), nullable=False),
        organisation("coop_growing_area"),
        sa.PrimaryKeyConstraint("organisation", "code", name=op.f("pk_coop_growing_area")),
    )
    op.create_table(
        "coop_growing_area_place",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        organisation("coop_growing_area_place"),
        sa.PrimaryKeyConstraint("organisation", "code", "place", name=op.f("pk_coop_growing_area_place")),
    )
    with op.batch_alter_table("coop_growing_area_place", schema=None) as batch_op:
        batch_op.create_index("ix_coop_growing_area_place_place", ["organisation", "place"])


def create_coop_expectation() -> None:
    op.create_table(
        "coop_expectation",
        sa.Column("entry_index", number(), autoincrement=False, nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("harvest_from", sa.Date(), nullable=True),
        sa.Column("harvest_to", sa.Date(), nullable=True),
        sa.Column("yield_kg", Thousandths(), nullable=True),
        organisation("coop_expectation"),
        sa.PrimaryKeyConstraint("entry_index", name=op.f("pk_coop_expectation")),
    )
    with op.batch_alter_table("coop_expectation", schema=None) as batch_op:
        batch_op.create_index("ix_coop_expectation_lot", ["organisation", "lot", "said_on"])


def create_coop_quiet_days() -> None:
    op.create_table(
        "coop_quiet_days",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("days", number(), nullable=False),
        sa.CheckConstraint("days >= 0", name=op.f("ck_coop_quiet_days_not_negative")),
        organisation("coop_quiet_days"),
        sa.PrimaryKeyConstraint("organisation", "template", name=op.f("pk_coop_quiet_days")),
    )


def create_coop_routine() -> None:
    op.create_table(
        "coop_routine",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("every_days", number(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        organisation("coop_routine"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_routine")),
    )
    with op.batch_alter_table("coop_routine", schema=None) as batch_op:
        batch_op.create_index("ix_coop_routine_next", ["organisation", "next_on"])


def create_coop_calendar_feed() -> None:
    op.create_table(
        "coop_calendar_feed",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["coop_account.id"], name=op.f("fk_coop_calendar_feed_account_id")
        ),
        organisation("coop_calendar_feed"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_coop_calendar_feed")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_coop_calendar_feed_secret_digest")),
    )
