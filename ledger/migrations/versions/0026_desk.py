"""The distributor's desk: kept checks, why less was taken in, what came back, and what stores goods left."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime
from ledger.trace.tables import Thousandths

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coop_desk_check",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("checked_at", UtcTime(), nullable=False),
        sa.Column("codes", number(), nullable=False),
        sa.Column("good", number(), nullable=False),
        sa.Column("caution", number(), nullable=False),
        sa.Column("bad", number(), nullable=False),
        sa.Column("result_file", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_desk_check_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_desk_check")),
    )
    op.create_index("ix_coop_desk_check_newest", "coop_desk_check", ["organisation", "checked_at"])
    op.create_table(
        "coop_receipt_difference",
        sa.Column("shipment_id", sa.String(length=300), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["coop_shipment.id"], name=op.f("fk_coop_receipt_difference_shipment_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["coop_organisation.code"],
            name=op.f("fk_coop_receipt_difference_organisation"),
        ),
        sa.PrimaryKeyConstraint("shipment_id", name=op.f("pk_coop_receipt_difference")),
    )
    op.create_table(
        "coop_shipment_return",
        sa.Column("shipment_id", sa.String(length=300), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("returned", Thousandths(), nullable=False),
        sa.Column("lost", Thousandths(), nullable=False),
        sa.Column("entry_index", number(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["coop_shipment.id"], name=op.f("fk_coop_shipment_return_shipment_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_shipment_return_organisation")
        ),
        sa.PrimaryKeyConstraint("shipment_id", name=op.f("pk_coop_shipment_return")),
    )
    op.create_index(op.f("ix_coop_shipment_return_entry_index"), "coop_shipment_return", ["entry_index"])
    op.create_table(
        "coop_store_taking",
        sa.Column("entry_index", number(), autoincrement=False, nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("quantity", Thousandths(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_store_taking_organisation")
        ),
        sa.PrimaryKeyConstraint("entry_index", "lot", name=op.f("pk_coop_store_taking")),
    )


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
