"""Orders, teams and their queues, goods put aside, deliveries, the account that payment symbols name."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime
from ledger.trace.tables import Thousandths

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_coop_team()
    create_coop_team_member()
    create_coop_order()
    create_coop_order_line()
    create_coop_order_task()
    create_coop_order_step()
    create_coop_allotment()
    create_coop_delivery()
    create_coop_delivery_shipment()
    create_coop_payment_account()


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create_coop_team() -> None:
    op.create_table(
        "coop_team",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_team_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_team")),
    )
    with op.batch_alter_table("coop_team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_team_organisation"), ["organisation"], unique=False)


def create_coop_team_member() -> None:
    op.create_table(
        "coop_team_member",
        sa.Column("team_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["coop_member.id"], name=op.f("fk_coop_team_member_member_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["coop_team.id"], name=op.f("fk_coop_team_member_team_id")),
        sa.PrimaryKeyConstraint("team_id", "member_id", name=op.f("pk_coop_team_member")),
    )
    with op.batch_alter_table("coop_team_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_team_member_member_id"), ["member_id"], unique=False)


def create_coop_order() -> None:
    op.create_table(
        "coop_order",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("number", number(), nullable=False),
        sa.Column("partner_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_order_organisation")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["coop_partner.id"], name=op.f("fk_coop_order_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_order")),
    )
    with op.batch_alter_table("coop_order", schema=None) as batch_op:
        batch_op.create_index("ix_coop_order_due", ["organisation", "state", "due_on"], unique=False)
        batch_op.create_index("ux_coop_order_number", ["organisation", "number"], unique=True)


def create_coop_order_line() -> None:
    op.create_table(
        "coop_order_line",
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("number", number(), autoincrement=False, nullable=False),
        sa.Column("product", sa.String(length=20), nullable=False),
        sa.Column("uom", sa.String(length=4), nullable=False),
        sa.Column("net_g", Thousandths(), nullable=True),
        sa.Column("quantity", Thousandths(), nullable=False),
        sa.Column("price", number(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["coop_order.id"], name=op.f("fk_coop_order_line_order_id")),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_coop_order_line")),
    )


def create_coop_order_task() -> None:
    op.create_table(
        "coop_order_task",
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("team_id", sa.String(length=36), nullable=False),
        sa.Column("place", number(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["coop_order.id"], name=op.f("fk_coop_order_task_order_id")),
        sa.ForeignKeyConstraint(["team_id"], ["coop_team.id"], name=op.f("fk_coop_order_task_team_id")),
        sa.PrimaryKeyConstraint("order_id", "team_id", name=op.f("pk_coop_order_task")),
    )
    with op.batch_alter_table("coop_order_task", schema=None) as batch_op:
        batch_op.create_index("ix_coop_order_task_queue", ["team_id", "state"], unique=False)


def create_coop_order_step() -> None:
    op.create_table(
        "coop_order_step",
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("number", number(), autoincrement=False, nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("done_at", UtcTime(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["coop_order.id"], name=op.f("fk_coop_order_step_order_id")),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_coop_order_step")),
    )


def create_coop_allotment() -> None:
    op.create_table(
        "coop_allotment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("line_number", number(), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("quantity", Thousandths(), nullable=False),
        sa.Column("shipment_id", sa.String(length=300), nullable=True),
        sa.Column("received", Thousandths(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_coop_allotment_something")),
        sa.CheckConstraint(
            "received IS NULL OR shipment_id IS NOT NULL", name=op.f("ck_coop_allotment_sent_before_received")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["coop_order.id"], name=op.f("fk_coop_allotment_order_id")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_allotment_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["coop_shipment.id"], name=op.f("fk_coop_allotment_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_allotment")),
        sa.UniqueConstraint("shipment_id", name=op.f("uq_coop_allotment_shipment_id")),
    )
    with op.batch_alter_table("coop_allotment", schema=None) as batch_op:
        batch_op.create_index("ix_coop_allotment_aside", ["organisation", "lot", "shipment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coop_allotment_order_id"), ["order_id"], unique=False)


def create_coop_delivery() -> None:
    op.create_table(
        "coop_delivery",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_delivery_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_delivery")),
    )
    with op.batch_alter_table("coop_delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_delivery_organisation"), ["organisation"], unique=False)


def create_coop_delivery_shipment() -> None:
    op.create_table(
        "coop_delivery_shipment",
        sa.Column("shipment_id", sa.String(length=300), nullable=False),
        sa.Column("delivery_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["coop_delivery.id"], name=op.f("fk_coop_delivery_shipment_delivery_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["coop_shipment.id"], name=op.f("fk_coop_delivery_shipment_shipment_id")
        ),
        sa.PrimaryKeyConstraint("shipment_id", name=op.f("pk_coop_delivery_shipment")),
    )
    with op.batch_alter_table("coop_delivery_shipment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_coop_delivery_shipment_delivery_id"), ["delivery_id"], unique=False
        )


def create_coop_payment_account() -> None:
    op.create_table(
        "coop_payment_account",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("bank", sa.String(length=6), nullable=False),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_payment_account_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", name=op.f("pk_coop_payment_account")),
    )
