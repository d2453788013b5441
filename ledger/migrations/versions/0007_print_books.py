"""Printers, own label designs, company prefixes, cartons."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime
from ledger.trace.tables import Thousandths

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_coop_printer()
    create_coop_label_design()
    create_coop_company_prefix()
    create_coop_carton_job()
    create_coop_carton_reprint()


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def of_organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation"], ["coop_organisation.code"], name=op.f(f"fk_{table}_organisation")
    )


def create_coop_printer() -> None:
    op.create_table(
        "coop_printer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("saved_at", UtcTime(), nullable=False),
        of_organisation("coop_printer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_printer")),
    )
    op.create_index("ux_coop_printer_name", "coop_printer", ["organisation", "name"], unique=True)


def create_coop_label_design() -> None:
    op.create_table(
        "coop_label_design",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", number(), nullable=False),
        sa.Column("title_vi", sa.String(length=80), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("css", sa.Text(), nullable=False),
        sa.Column("width_mm", Thousandths(), nullable=False),
        sa.Column("height_mm", Thousandths(), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("retired_at", UtcTime(), nullable=True),
        of_organisation("coop_label_design"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_label_design")),
    )
    op.create_index(
        "ux_coop_label_design_version", "coop_label_design", ["organisation", "name", "version"], unique=True
    )


def create_coop_company_prefix() -> None:
    op.create_table(
        "coop_company_prefix",
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("given", number(), nullable=False),
        sa.Column("filed_at", UtcTime(), nullable=False),
        of_organisation("coop_company_prefix"),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_coop_company_prefix")),
    )
    op.create_index(op.f("ix_coop_company_prefix_organisation"), "coop_company_prefix", ["organisation"])


def create_coop_carton_job() -> None:
    op.create_table(
        "coop_carton_job",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("carton_count", number(), nullable=False),
        sa.Column("packs_each", number(), nullable=False),
        sa.Column("first_sscc", number(), nullable=True),
        sa.Column("own_series", sa.String(length=8), nullable=True),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("url_base", sa.String(length=300), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("printed_at", UtcTime(), nullable=True),
        sa.Column("voided_at", UtcTime(), nullable=True),
        sa.Column("void_reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "(first_sscc IS NULL) <> (own_series IS NULL)", name=op.f("ck_coop_carton_job_one_code")
        ),
        of_organisation("coop_carton_job"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_carton_job")),
        sa.UniqueConstraint("first_sscc", name=op.f("uq_coop_carton_job_first_sscc")),
        sa.UniqueConstraint("own_series", name=op.f("uq_coop_carton_job_own_series")),
    )
    op.create_index("ix_coop_carton_job_lot", "coop_carton_job", ["organisation", "lot"])


def create_coop_carton_reprint() -> None:
    op.create_table(
        "coop_carton_reprint",
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("n", number(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("reprinted_at", UtcTime(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["coop_carton_job.id"], name=op.f("fk_coop_carton_reprint_job_id")
        ),
        sa.PrimaryKeyConstraint("job_id", "n", name=op.f("pk_coop_carton_reprint")),
    )
