"""Goods in the house: where they stand, full cartons, sales at the orchard; samples and what was found."""

import sqlalchemy as sa
from alembic import op

from ledger.trace.tables import Thousandths

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_coop_stock_place()
    create_coop_stock_move()
    create_coop_carton()
    create_coop_orchard_sale()
    create_coop_sample()
    create_coop_sample_value()


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def of_organisation(table: str) -> sa.ForeignKeyConstraint:
    return of(table, "organisation", "coop_organisation.code")


def create_coop_stock_place() -> None:
    op.create_table(
        "coop_stock_place",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("quantity", Thousandths(), nullable=False),
        sa.Column("came_index", number(), nullable=False),
        of_organisation("coop_stock_place"),
        sa.PrimaryKeyConstraint("organisation", "lot", "place", name=op.f("pk_coop_stock_place")),
    )
    op.create_index("ix_coop_stock_place_place", "coop_stock_place", ["organisation", "place"], unique=False)


def create_coop_stock_move() -> None:
    op.create_table(
        "coop_stock_move",
        sa.Column("entry_index", number(), autoincrement=False, nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("from_place", sa.String(length=20), nullable=True),
        sa.Column("to_place", sa.String(length=20), nullable=False),
        sa.Column("quantity", Thousandths(), nullable=False),
        of_organisation("coop_stock_move"),
        sa.PrimaryKeyConstraint("entry_index", name=op.f("pk_coop_stock_move")),
    )
    op.create_index(op.f("ix_coop_stock_move_lot"), "coop_stock_move", ["lot"], unique=False)


def create_coop_carton() -> None:
    op.create_table(
        "coop_carton",
        sa.Column("code", sa.String(length=18), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("carton_number", number(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("packs", number(), nullable=False),
        sa.Column("filled_index", number(), nullable=False),
        sa.Column("pallet", sa.String(length=18), nullable=True),
        of_organisation("coop_carton"),
        of("coop_carton", "job_id", "coop_carton_job.id"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_coop_carton")),
    )
    with op.batch_alter_table("coop_carton", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_carton_job_id"), ["job_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coop_carton_lot"), ["lot"], unique=False)
        batch_op.create_index(batch_op.f("ix_coop_carton_pallet"), ["pallet"], unique=False)


def create_coop_orchard_sale() -> None:
    op.create_table(
        "coop_orchard_sale",
        sa.Column("shipment_id", sa.String(length=300), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("season", sa.String(length=300), nullable=False),
        sa.Column("paid", number(), nullable=True),
        sa.Column("sold_on", sa.Date(), nullable=False),
        of_organisation("coop_orchard_sale"),
        of("coop_orchard_sale", "shipment_id", "coop_shipment.id"),
        sa.PrimaryKeyConstraint("shipment_id", name=op.f("pk_coop_orchard_sale")),
    )
    with op.batch_alter_table("coop_orchard_sale", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_orchard_sale_season"), ["season"], unique=False)
        batch_op.create_index("ix_coop_orchard_sale_day", ["organisation", "sold_on"], unique=False)


def create_coop_sample() -> None:
    op.create_table(
        "coop_sample",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=True),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("taken_index", number(), nullable=False),
        sa.Column("lab", sa.String(length=120), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("report_no", sa.String(length=60), nullable=True),
        sa.Column("outcome", sa.String(length=4), nullable=True),
        sa.Column("result_index", number(), nullable=True),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        of_organisation("coop_sample"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_sample")),
    )
    with op.batch_alter_table("coop_sample", schema=None) as batch_op:
        batch_op.create_index("ux_coop_sample_code", ["organisation", "code"], unique=True)
        batch_op.create_index("ix_coop_sample_newest", ["organisation", "taken_index"], unique=False)
        for column in ("lot", "taken_index", "result_index"):
            batch_op.create_index(batch_op.f(f"ix_coop_sample_{column}"), [column], unique=False)


def create_coop_sample_value() -> None:
    op.create_table(
        "coop_sample_value",
        sa.Column("sample_id", sa.String(length=36), nullable=False),
        sa.Column("value_number", number(), autoincrement=False, nullable=False),
        sa.Column("criterion", sa.String(length=80), nullable=False),
        sa.Column("found", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=6), nullable=False),
        sa.Column("allowed", sa.String(length=40), nullable=True),
        sa.Column("is_met", sa.Boolean(), nullable=False),
        of("coop_sample_value", "sample_id", "coop_sample.id"),
        sa.PrimaryKeyConstraint("sample_id", "value_number", name=op.f("pk_coop_sample_value")),
    )
