"""Print jobs hold all that their paper says; reprints with reasons; holders; sponsors' quotas.

The two tables are made anew and filled: SQLite cannot change a table that another one refers to.
"""

import json

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# What the three layouts of earlier jobs were, in the words of a print spec.
OLD_PAPERS = {"a4": "a4_cut_50x30", "roll": "roll_50x30", "crate": "a4_cut_100x70"}
OLD_CRATE_DESIGN = "crate_100x70"
OLD_REASON = "In lại từ trước khi sổ ghi lý do"


def upgrade() -> None:
    op.execute("CREATE TABLE old_coop_stamp_range AS SELECT * FROM coop_stamp_range")
    op.drop_table("coop_stamp_range")
    op.execute("CREATE TABLE old_coop_print_job AS SELECT * FROM coop_print_job")
    op.drop_table("coop_print_job")
    create_coop_stamp_quota()
    create_coop_print_job()
    create_coop_reprint()
    create_coop_stamp_range()
    bring_jobs()
    bring_reprints()
    bring_ranges()
    op.drop_table("old_coop_stamp_range")
    op.drop_table("old_coop_print_job")


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def of_organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation"], ["coop_organisation.code"], name=op.f(f"fk_{table}_organisation")
    )


def create_indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def create_coop_stamp_quota() -> None:
    op.create_table(
        "coop_stamp_quota",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("sponsor", sa.String(length=120), nullable=False),
        sa.Column("granted", number(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("given_at", UtcTime(), nullable=False),
        of_organisation("coop_stamp_quota"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_stamp_quota")),
    )
    create_indexes("coop_stamp_quota", "organisation")


def create_coop_print_job() -> None:
    op.create_table(
        "coop_print_job",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=True),
        sa.Column("first_number", number(), nullable=False),
        sa.Column("stamp_count", number(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("printed_at", UtcTime(), nullable=True),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("url_base", sa.String(length=200), nullable=True),
        sa.Column("quota", sa.String(length=36), nullable=True),
        sa.Column("holder", sa.String(length=36), nullable=True),
        of_organisation("coop_print_job"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_print_job")),
    )
    create_indexes("coop_print_job", "lot", "organisation", "quota")


def create_coop_reprint() -> None:
    op.create_table(
        "coop_reprint",
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("number", number(), autoincrement=False, nullable=False),
        sa.Column("first_number", number(), nullable=False),
        sa.Column("last_number", number(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("reprinted_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["coop_print_job.id"], name=op.f("fk_coop_reprint_job_id")),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_coop_reprint")),
    )


def create_coop_stamp_range() -> None:
    op.create_table(
        "coop_stamp_range",
        sa.Column("first_number", number(), autoincrement=False, nullable=False),
        sa.Column("last_number", number(), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("was_printed", sa.Boolean(), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=True),
        sa.Column("state_on", sa.Date(), nullable=True),
        sa.CheckConstraint("first_number <= last_number", name=op.f("ck_coop_stamp_range_not_empty")),
        sa.CheckConstraint(
            "(state = 'reserved' AND NOT was_printed) OR (state <> 'reserved' AND was_printed)"
            " OR state = 'voided'",
            name=op.f("ck_coop_stamp_range_printed_first"),
        ),
        sa.ForeignKeyConstraint(["job_id"], ["coop_print_job.id"], name=op.f("fk_coop_stamp_range_job_id")),
        of_organisation("coop_stamp_range"),
        sa.PrimaryKeyConstraint("first_number", name=op.f("pk_coop_stamp_range")),
    )
    create_indexes("coop_stamp_range", "job_id", "lot", "organisation")


def bring_jobs() -> None:
    """Each kind of job with the spec that draws it as before; what it says is still read from the log."""
    insert = sa.text(
        "INSERT INTO coop_print_job"
        " (id, organisation, lot, first_number, stamp_count, created_at, printed_at, spec)"
        " SELECT id, organisation, lot, first_number, stamp_count, created_at, printed_at, :spec"
        " FROM old_coop_print_job WHERE layout = :layout AND design = :design AND dpi = :dpi"
    ).bindparams(sa.bindparam("spec", type_=sa.Text()))
    connection = op.get_bind()
    kinds = connection.execute(sa.text("SELECT DISTINCT layout, design, dpi FROM old_coop_print_job"))
    for layout, design, dpi in kinds.all():
        asked = {"layout": layout, "design": design, "dpi": dpi}
        connection.execute(insert, {**asked, "spec": old_spec(**asked)})


def old_spec(layout: str, design: str, dpi: int) -> str:
    members = {
        "v": 1,
        "file": "pdf",
        "paper": OLD_PAPERS[layout],
        "grid": [],
        "design": OLD_CRATE_DESIGN if layout == "crate" else design,
        "dpi": dpi if dpi in (300, 600) else 203,
        "level": "M",
        "used_cells": 0,
        "copies": 1,
        "offset_x_mm": "0",
        "offset_y_mm": "0",
        "scale_x": "1",
        "scale_y": "1",
        "has_secret": False,
    }
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))


def bring_reprints() -> None:
    """Of earlier reprints only the count is known."""
    insert = sa.text(
        "INSERT INTO coop_reprint"
        " (job_id, number, first_number, last_number, reason, account_id, reprinted_at)"
        " SELECT id, :number, first_number, first_number + stamp_count - 1, :reason, '',"
        " COALESCE(printed_at, created_at) FROM old_coop_print_job WHERE reprints >= :number"
    ).bindparams(sa.bindparam("number", type_=number()), sa.bindparam("reason", type_=sa.Text()))
    connection = op.get_bind()
    most = connection.scalar(sa.text("SELECT MAX(reprints) FROM old_coop_print_job")) or 0
    for count in range(1, most + 1):
        connection.execute(insert, {"number": count, "reason": OLD_REASON})


def bring_ranges() -> None:
    """An active stamp was on paper, whether anybody said so or not; of a void one the job must say it."""
    op.execute(
        "INSERT INTO coop_stamp_range"
        " (first_number, last_number, organisation, job_id, state, was_printed, lot, state_on)"
        " SELECT r.first_number, r.last_number, r.organisation, r.job_id, r.state,"
        " r.state IN ('printed', 'activated') OR (r.state = 'voided' AND j.printed_at IS NOT NULL),"
        " r.lot, r.state_on FROM old_coop_stamp_range r JOIN old_coop_print_job j ON j.id = r.job_id"
    )
