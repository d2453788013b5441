"""Links that cooperatives give their products and lots, and GS1 numbers beside their own."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_coop_link()
    create_coop_alias()


def organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation"], ["coop_organisation.code"], name=op.f(f"fk_{table}_organisation")
    )


def create_coop_link() -> None:
    op.create_table(
        "coop_link",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("product", sa.String(length=20), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("link_type", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=500), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=True),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("added_at", UtcTime(), nullable=False),
        sa.Column("added_by", sa.String(length=36), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=36), nullable=True),
        organisation("coop_link"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_link")),
    )
    with op.batch_alter_table("coop_link", schema=None) as batch_op:
        batch_op.create_index("ix_coop_link_product", ["organisation", "product", "lot"], unique=False)


def create_coop_alias() -> None:
    op.create_table(
        "coop_alias",
        sa.Column("gtin", sa.String(length=14), nullable=False),
        sa.Column("lot_code", sa.String(length=20), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("product", sa.String(length=20), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("added_at", UtcTime(), nullable=False),
        sa.Column("added_by", sa.String(length=36), nullable=False),
        organisation("coop_alias"),
        sa.PrimaryKeyConstraint("gtin", "lot_code", name=op.f("pk_coop_alias")),
    )
    with op.batch_alter_table("coop_alias", schema=None) as batch_op:
        batch_op.create_index("ix_coop_alias_product", ["organisation", "product"], unique=False)
