"""Photographed papers, sealed in the books; ``sogoc init`` moves there what lay among the public photos."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coop_document",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kinds", sa.String(length=80), nullable=False),
        sa.Column("size", number(), nullable=False),
        sa.Column("width", number(), nullable=False),
        sa.Column("height", number(), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("kept_at", UtcTime(), nullable=False),
        sa.Column("erased_at", UtcTime(), nullable=True),
        sa.Column("document_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_document_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "digest", name=op.f("pk_coop_document")),
    )
    op.create_index("ix_coop_document_waiting", "coop_document", ["organisation", "kinds", "kept_at"])


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
