"""Money: what work costs and brings in, by season and product."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coop_money",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("side", sa.String(length=4), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("money_on", sa.Date(), nullable=False),
        sa.Column("season", sa.String(length=300), nullable=True),
        sa.Column("product", sa.String(length=20), nullable=True),
        sa.Column("paper", sa.String(length=40), nullable=True),
        sa.Column("photo", sa.String(length=80), nullable=True),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", UtcTime(), nullable=False),
        sa.Column("withdrawn_at", UtcTime(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_coop_money_something")),
        sa.CheckConstraint("side IN ('cost', 'sale')", name=op.f("ck_coop_money_side")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_money_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_money")),
    )
    op.create_index(op.f("ix_coop_money_season"), "coop_money", ["season"], unique=False)
    op.create_index("ix_coop_money_day", "coop_money", ["organisation", "money_on"], unique=False)
