"""Exchange with other programs: access tokens, capture jobs, named queries, subscriptions."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_coop_access_token()
    create_coop_capture_job()
    create_coop_named_query()
    create_coop_subscription()


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def of_organisation(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_organisation")
    return sa.ForeignKeyConstraint(["organisation"], ["coop_organisation.code"], name=name)


def create_coop_access_token() -> None:
    op.create_table(
        "coop_access_token",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("partner", sa.String(length=36), nullable=True),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("scopes", sa.String(length=120), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=True),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("revoked_at", UtcTime(), nullable=True),
        of_organisation("coop_access_token"),
        sa.ForeignKeyConstraint(["partner"], ["coop_partner.id"], name=op.f("fk_coop_access_token_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_access_token")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_coop_access_token_token_digest")),
    )
    for column in ("organisation", "partner"):
        op.create_index(op.f(f"ix_coop_access_token_{column}"), "coop_access_token", [column], unique=False)


def create_coop_capture_job() -> None:
    op.create_table(
        "coop_capture_job",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("behaviour", sa.String(length=8), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("finished_at", UtcTime(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        of_organisation("coop_capture_job"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_capture_job")),
    )
    recent = ["organisation", "created_at", "id"]
    op.create_index("ix_coop_capture_job_recent", "coop_capture_job", recent, unique=False)


def create_coop_named_query() -> None:
    op.create_table(
        "coop_named_query",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("holder", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        of_organisation("coop_named_query"),
        sa.PrimaryKeyConstraint("organisation", "holder", "name", name=op.f("pk_coop_named_query")),
    )


def create_coop_subscription() -> None:
    op.create_table(
        "coop_subscription",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("holder", sa.String(length=36), nullable=False),
        sa.Column("query", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("dest", sa.String(length=500), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("schedule", sa.String(length=500), nullable=True),
        sa.Column("report_if_empty", sa.Boolean(), nullable=False),
        sa.Column("initial_record_time", UtcTime(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("next_index", number(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=True),
        sa.Column("failures", number(), nullable=False),
        sa.Column("failing_since", UtcTime(), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=True),
        sa.Column("last_notified_at", UtcTime(), nullable=True),
        of_organisation("coop_subscription"),
        sa.ForeignKeyConstraint(["token"], ["coop_access_token.id"], name=op.f("fk_coop_subscription_token")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_subscription")),
    )
    table = "coop_subscription"
    op.create_index("ix_coop_subscription_query", table, ["organisation", "holder", "query"], unique=False)
    for column in ("due_at", "token"):
        op.create_index(op.f(f"ix_coop_subscription_{column}"), table, [column], unique=False)
