"""Supplies: what a cooperative buys for its work, in lots, bought, used and counted."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime
from ledger.trace.tables import Thousandths

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_coop_supply()
    create_coop_supply_lot()
    create_coop_supply_purchase()
    create_coop_supply_use()
    create_coop_supply_move()


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def of_organisation(table: str) -> sa.ForeignKeyConstraint:
    return of(table, "organisation", "coop_organisation.code")


def create_coop_supply() -> None:
    op.create_table(
        "coop_supply",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("active_ingredient", sa.String(length=120), nullable=True),
        sa.Column("registration_no", sa.String(length=60), nullable=True),
        sa.Column("products", sa.String(length=400), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("retired_at", UtcTime(), nullable=True),
        of_organisation("coop_supply"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_supply")),
    )
    op.create_index("ux_coop_supply_name", "coop_supply", ["organisation", "name_key"], unique=True)


def create_coop_supply_lot() -> None:
    op.create_table(
        "coop_supply_lot",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("supply_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("left_amount", Thousandths(), nullable=False),
        sa.Column("came_at", UtcTime(), nullable=False),
        of_organisation("coop_supply_lot"),
        of("coop_supply_lot", "supply_id", "coop_supply.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_supply_lot")),
    )
    with op.batch_alter_table("coop_supply_lot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_supply_lot_organisation"), ["organisation"], unique=False)
        batch_op.create_index(batch_op.f("ix_coop_supply_lot_supply_id"), ["supply_id"], unique=False)


def create_coop_supply_purchase() -> None:
    op.create_table(
        "coop_supply_purchase",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("supply_id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("amount", Thousandths(), nullable=False),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("cost", number(), nullable=True),
        sa.Column("supplier_id", sa.String(length=36), nullable=True),
        sa.Column("invoice_no", sa.String(length=40), nullable=True),
        sa.Column("invoice_photo", sa.String(length=80), nullable=True),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", UtcTime(), nullable=False),
        sa.Column("withdrawn_at", UtcTime(), nullable=True),
        of_organisation("coop_supply_purchase"),
        of("coop_supply_purchase", "supply_id", "coop_supply.id"),
        of("coop_supply_purchase", "lot_id", "coop_supply_lot.id"),
        of("coop_supply_purchase", "supplier_id", "coop_partner.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_supply_purchase")),
    )
    with op.batch_alter_table("coop_supply_purchase", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_supply_purchase_supply_id"), ["supply_id"], unique=False)
        batch_op.create_index("ix_coop_supply_purchase_day", ["organisation", "bought_on"], unique=False)


def create_coop_supply_use() -> None:
    op.create_table(
        "coop_supply_use",
        sa.Column("entry_index", number(), autoincrement=False, nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("supply_id", sa.String(length=36), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("amount", Thousandths(), nullable=True),
        sa.Column("named_lot", sa.String(length=40), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        of_organisation("coop_supply_use"),
        of("coop_supply_use", "supply_id", "coop_supply.id"),
        sa.PrimaryKeyConstraint("entry_index", name=op.f("pk_coop_supply_use")),
    )
    with op.batch_alter_table("coop_supply_use", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_supply_use_lot"), ["lot"], unique=False)
        batch_op.create_index(batch_op.f("ix_coop_supply_use_supply_id"), ["supply_id"], unique=False)
        batch_op.create_index("ix_coop_supply_use_open", ["organisation", "amount"], unique=False)


def create_coop_supply_move() -> None:
    op.create_table(
        "coop_supply_move",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("supply_id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("delta", Thousandths(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", UtcTime(), nullable=False),
        of_organisation("coop_supply_move"),
        of("coop_supply_move", "supply_id", "coop_supply.id"),
        of("coop_supply_move", "lot_id", "coop_supply_lot.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_supply_move")),
    )
    with op.batch_alter_table("coop_supply_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_supply_move_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coop_supply_move_subject"), ["subject"], unique=False)
        batch_op.create_index("ix_coop_supply_move_newest", ["supply_id", "recorded_at"], unique=False)
