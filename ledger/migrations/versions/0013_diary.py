"""Amounts as typed, voice notes, seasons to practise with; what the diary's lists are found by."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_coop_typed_amounts()
    create_coop_voice()
    create_coop_practice_season()
    create_coop_practice_entry()
    with op.batch_alter_table("coop_work", schema=None) as batch_op:
        batch_op.create_index("ix_coop_work_account", ["organisation", "account_id", "entry_index"])
        batch_op.create_index("ix_coop_work_member", ["organisation", "member_id", "entry_index"])
        batch_op.create_index("ix_coop_work_lot", ["organisation", "lot", "entry_index"])
    with op.batch_alter_table("coop_season", schema=None) as batch_op:
        batch_op.create_index("ix_coop_season_open", ["organisation", "closed_on", "expected_from"])


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def of_organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation"], ["coop_organisation.code"], name=op.f(f"fk_{table}_organisation")
    )


def create_coop_typed_amounts() -> None:
    op.create_table(
        "coop_typed_amounts",
        sa.Column("entry_index", number(), autoincrement=False, nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("amounts_sealed", sa.LargeBinary(), nullable=False),
        of_organisation("coop_typed_amounts"),
        sa.PrimaryKeyConstraint("entry_index", name=op.f("pk_coop_typed_amounts")),
    )


def create_coop_voice() -> None:
    op.create_table(
        "coop_voice",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", number(), nullable=False),
        sa.Column("recorded_at", UtcTime(), nullable=False),
        sa.Column("voice_sealed", sa.LargeBinary(), nullable=False),
        of_organisation("coop_voice"),
        sa.PrimaryKeyConstraint("organisation", "digest", name=op.f("pk_coop_voice")),
    )


def create_coop_practice_season() -> None:
    op.create_table(
        "coop_practice_season",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("product", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        of_organisation("coop_practice_season"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_practice_season")),
    )
    with op.batch_alter_table("coop_practice_season", schema=None) as batch_op:
        batch_op.create_index("ix_coop_practice_season_account", ["organisation", "account_id"])


def create_coop_practice_entry() -> None:
    op.create_table(
        "coop_practice_entry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("season_id", sa.String(length=36), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcTime(), nullable=False),
        sa.Column("values_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["season_id"], ["coop_practice_season.id"], name=op.f("fk_coop_practice_entry_season_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_practice_entry")),
    )
    with op.batch_alter_table("coop_practice_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_practice_entry_season_id"), ["season_id"], unique=False)
