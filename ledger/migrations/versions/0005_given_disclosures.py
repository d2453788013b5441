"""Who was shown which sealed value."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coop_given_disclosure",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("entry_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pointer", sa.String(length=300), nullable=False),
        sa.Column("recipient_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("given_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["coop_organisation.code"],
            name=op.f("fk_coop_given_disclosure_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_given_disclosure")),
    )
    with op.batch_alter_table("coop_given_disclosure", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_coop_given_disclosure_organisation"), ["organisation"], unique=False
        )
