"""Telephone numbers, PINs, cards and passkeys to sign in by; what a manager looks over."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_coop_phone_login()
    create_coop_pin()
    create_coop_card()
    create_coop_passkey()
    create_coop_review()
    tell_sessions_apart()


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["account_id"], ["coop_account.id"], name=op.f(f"fk_{table}_account_id"))


def create_coop_phone_login() -> None:
    op.create_table(
        "coop_phone_login",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("phone_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        account("coop_phone_login"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_coop_phone_login")),
    )
    with op.batch_alter_table("coop_phone_login", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_phone_login_phone_digest"), ["phone_digest"], unique=False)
        batch_op.create_index("ux_coop_phone_login_phone", ["organisation", "phone_digest"], unique=True)


def create_coop_pin() -> None:
    op.create_table(
        "coop_pin",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("set_at", UtcTime(), nullable=False),
        account("coop_pin"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_coop_pin")),
    )
    op.create_table(
        "coop_pin_attempt",
        sa.Column("who_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("attempts", number(), nullable=False),
        sa.PrimaryKeyConstraint("who_digest", name=op.f("pk_coop_pin_attempt")),
    )
    with op.batch_alter_table("coop_pin_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_pin_attempt_since"), ["since"], unique=False)


def create_coop_card() -> None:
    op.create_table(
        "coop_card",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("asks_pin", sa.Boolean(), nullable=False),
        sa.Column("batch", sa.String(length=36), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        account("coop_card"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_coop_card")),
        sa.UniqueConstraint("id", name=op.f("uq_coop_card_id")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_coop_card_secret_digest")),
    )
    with op.batch_alter_table("coop_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_card_batch"), ["batch"], unique=False)


def create_coop_passkey() -> None:
    op.create_table(
        "coop_passkey",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", number(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("added_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        account("coop_passkey"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_coop_passkey_credential_id")),
    )
    with op.batch_alter_table("coop_passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_passkey_account_id"), ["account_id"], unique=False)
    op.create_table(
        "coop_used_challenge",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_coop_used_challenge")),
    )
    with op.batch_alter_table("coop_used_challenge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_used_challenge_used_at"), ["used_at"], unique=False)


def create_coop_review() -> None:
    op.create_table(
        "coop_review",
        sa.Column("entry_index", number(), autoincrement=False, nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("marks", number(), nullable=False),
        sa.Column("late_days", number(), nullable=False),
        sa.Column("looked_at", UtcTime(), nullable=True),
        sa.Column("looked_by", sa.String(length=36), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("entry_index", name=op.f("pk_coop_review")),
    )
    with op.batch_alter_table("coop_review", schema=None) as batch_op:
        batch_op.create_index(
            "ix_coop_review_listed", ["organisation", "looked_at", "entry_index"], unique=False
        )
    op.create_table(
        "coop_usual_amount",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=160), nullable=False),
        sa.Column("seen", number(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("spread", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "kind", name=op.f("pk_coop_usual_amount")),
    )
    op.create_table(
        "coop_review_setting",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("marks", number(), nullable=False),
        sa.Column("late_days", number(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_review_setting_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", name=op.f("pk_coop_review_setting")),
    )


def tell_sessions_apart() -> None:
    """By what and where each was opened, and whether it is on somebody's own telephone."""
    with op.batch_alter_table("coop_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("device", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("way", sa.String(length=10), nullable=False, server_default="password"))
        batch_op.add_column(sa.Column("stays", sa.Boolean(), nullable=False, server_default=sa.false()))
