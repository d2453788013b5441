"""What the public reports about pages: the words of each under a key of its own."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coop_page_report",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("shown", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("reported_at", UtcTime(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("answered_at", UtcTime(), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=True),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_page_report_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_page_report")),
    )
    table = "coop_page_report"
    op.create_index("ix_coop_page_report_open", table, ["organisation", "answered_at", "reported_at"])
    op.create_index("ix_coop_page_report_about", table, ["organisation", "lot", "number"])
