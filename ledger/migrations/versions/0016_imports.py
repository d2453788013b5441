"""Setting up: the answers of the first day, and files that wait to be imported."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_coop_setup()
    create_coop_import()


def of_organisation(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_organisation")
    return sa.ForeignKeyConstraint(["organisation"], ["coop_organisation.code"], name=name)


def create_coop_setup() -> None:
    op.create_table(
        "coop_setup",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("season", sa.String(length=300), nullable=True),
        of_organisation("coop_setup"),
        sa.PrimaryKeyConstraint("organisation", name=op.f("pk_coop_setup")),
    )


def create_coop_import() -> None:
    op.create_table(
        "coop_import",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("report_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sent_at", UtcTime(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        of_organisation("coop_import"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_import")),
    )
    op.create_index("ix_coop_import_newest", "coop_import", ["organisation", "sent_at"], unique=False)
