"""Devices that ask to be taken in, and what devices signed."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_coop_device_request()
    create_coop_record_note()


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create_coop_device_request() -> None:
    op.create_table(
        "coop_device_request",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("verifier_key", sa.String(length=400), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("decided_at", UtcTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_device_request_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_device_request")),
        sa.UniqueConstraint("verifier_key", name=op.f("uq_coop_device_request_verifier_key")),
    )
    with op.batch_alter_table("coop_device_request", schema=None) as batch_op:
        batch_op.create_index(
            "ix_coop_device_request_listed", ["organisation", "state", "asked_at"], unique=False
        )


def create_coop_record_note() -> None:
    op.create_table(
        "coop_record_note",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("signer", sa.String(length=255), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("first_seq", number(), nullable=False),
        sa.Column("entries", number(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_record_note_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "digest", name=op.f("pk_coop_record_note")),
    )
    with op.batch_alter_table("coop_record_note", schema=None) as batch_op:
        batch_op.create_index("ix_coop_record_note_entries", ["organisation", "first_seq"], unique=False)
