"""The working books of the cooperatives."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime
from ledger.trace.tables import Thousandths

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_coop_login_attempt()
    create_coop_organisation()
    create_coop_stamp_counter()
    create_coop_certificate()
    create_coop_lot_counter()
    create_coop_member()
    create_coop_partner()
    create_coop_place()
    create_coop_print_job()
    create_coop_product()
    create_coop_replay()
    create_coop_season()
    create_coop_work()
    create_coop_account()
    create_coop_shipment()
    create_coop_stamp_range()
    create_coop_session()


def create_coop_login_attempt() -> None:
    op.create_table(
        "coop_login_attempt",
        sa.Column("login_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("login_digest", name=op.f("pk_coop_login_attempt")),
    )
    with op.batch_alter_table("coop_login_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_login_attempt_since"), ["since"], unique=False)


def create_coop_organisation() -> None:
    op.create_table(
        "coop_organisation",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("registered_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_coop_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_coop_organisation_name")),
    )


def create_coop_stamp_counter() -> None:
    op.create_table(
        "coop_stamp_counter",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("next_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_coop_stamp_counter_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_stamp_counter")),
    )


def create_coop_certificate() -> None:
    op.create_table(
        "coop_certificate",
        sa.Column("uri", sa.String(length=300), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_certificate_organisation")
        ),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_coop_certificate")),
    )
    with op.batch_alter_table("coop_certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_certificate_organisation"), ["organisation"], unique=False)


def create_coop_lot_counter() -> None:
    op.create_table(
        "coop_lot_counter",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("product", sa.String(length=20), nullable=False),
        sa.Column("series", sa.String(length=8), nullable=False),
        sa.Column("given", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_lot_counter_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "product", "series", name=op.f("pk_coop_lot_counter")),
    )


def create_coop_member() -> None:
    op.create_table(
        "coop_member",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_member_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_member")),
    )
    with op.batch_alter_table("coop_member", schema=None) as batch_op:
        batch_op.create_index("ux_coop_member_code", ["organisation", "code"], unique=True)


def create_coop_partner() -> None:
    op.create_table(
        "coop_partner",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("province", sa.String(length=60), nullable=True),
        sa.Column("partner_organisation", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name="fk_coop_partner_organisation"
        ),
        sa.ForeignKeyConstraint(
            ["partner_organisation"],
            ["coop_organisation.code"],
            name=op.f("fk_coop_partner_partner_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_partner")),
    )
    with op.batch_alter_table("coop_partner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_partner_organisation"), ["organisation"], unique=False)


def create_coop_place() -> None:
    op.create_table(
        "coop_place",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("uri", sa.String(length=300), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("area_m2", Thousandths(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_place_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "code", name=op.f("pk_coop_place")),
        sa.UniqueConstraint("uri", name=op.f("uq_coop_place_uri")),
    )


def create_coop_print_job() -> None:
    op.create_table(
        "coop_print_job",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=True),
        sa.Column("first_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stamp_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("layout", sa.String(length=20), nullable=False),
        sa.Column("design", sa.String(length=40), nullable=False),
        sa.Column("dpi", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("printed_at", UtcTime(), nullable=True),
        sa.Column("reprints", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_print_job_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_print_job")),
    )
    with op.batch_alter_table("coop_print_job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_print_job_lot"), ["lot"], unique=False)
        batch_op.create_index(batch_op.f("ix_coop_print_job_organisation"), ["organisation"], unique=False)


def create_coop_product() -> None:
    op.create_table(
        "coop_product",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("uri", sa.String(length=300), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("gtin", sa.String(length=14), nullable=True),
        sa.Column("shelf_life_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("net_options_g", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_product_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "code", name=op.f("pk_coop_product")),
        sa.UniqueConstraint("gtin", name=op.f("uq_coop_product_gtin")),
        sa.UniqueConstraint("uri", name=op.f("uq_coop_product_uri")),
    )


def create_coop_replay() -> None:
    op.create_table(
        "coop_replay",
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("idempotency_key", sa.String(length=100), nullable=False),
        sa.Column("command_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_replay_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "idempotency_key", name=op.f("pk_coop_replay")),
    )


def create_coop_season() -> None:
    op.create_table(
        "coop_season",
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("product", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("expected_from", sa.Date(), nullable=True),
        sa.Column("expected_to", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_season_organisation")
        ),
        sa.PrimaryKeyConstraint("lot", name=op.f("pk_coop_season")),
    )
    with op.batch_alter_table("coop_season", schema=None) as batch_op:
        batch_op.create_index("ux_coop_season_code", ["organisation", "product", "code"], unique=True)


def create_coop_work() -> None:
    op.create_table(
        "coop_work",
        sa.Column(
            "entry_index",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=True),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_work_organisation")
        ),
        sa.PrimaryKeyConstraint("entry_index", name=op.f("pk_coop_work")),
    )
    with op.batch_alter_table("coop_work", schema=None) as batch_op:
        batch_op.create_index("ix_coop_work_recent", ["organisation", "entry_index"], unique=False)


def create_coop_account() -> None:
    op.create_table(
        "coop_account",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("secret_hash", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.String(length=120), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["coop_member.id"], name=op.f("fk_coop_account_member_id")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_account_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_account")),
        sa.UniqueConstraint("login", name=op.f("uq_coop_account_login")),
    )
    with op.batch_alter_table("coop_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_account_organisation"), ["organisation"], unique=False)


def create_coop_shipment() -> None:
    op.create_table(
        "coop_shipment",
        sa.Column("id", sa.String(length=300), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("from_organisation", sa.String(length=10), nullable=False),
        sa.Column("to_organisation", sa.String(length=10), nullable=True),
        sa.Column("to_partner", sa.String(length=36), nullable=True),
        sa.Column("lot", sa.String(length=300), nullable=False),
        sa.Column("quantity", Thousandths(), nullable=False),
        sa.Column("uom", sa.String(length=4), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("sent_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("counted", Thousandths(), nullable=True),
        sa.Column("condition", sa.String(length=10), nullable=True),
        sa.Column("received_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["from_organisation"], ["coop_organisation.code"], name=op.f("fk_coop_shipment_from_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["to_organisation"], ["coop_organisation.code"], name=op.f("fk_coop_shipment_to_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["to_partner"], ["coop_partner.id"], name=op.f("fk_coop_shipment_to_partner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coop_shipment")),
        sa.UniqueConstraint("code", name=op.f("uq_coop_shipment_code")),
    )
    with op.batch_alter_table("coop_shipment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_coop_shipment_from_organisation"), ["from_organisation"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_coop_shipment_lot"), ["lot"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_coop_shipment_to_organisation"), ["to_organisation"], unique=False
        )


def create_coop_stamp_range() -> None:
    op.create_table(
        "coop_stamp_range",
        sa.Column(
            "first_number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("last_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("lot", sa.String(length=300), nullable=True),
        sa.Column("state_on", sa.Date(), nullable=True),
        sa.CheckConstraint("first_number <= last_number", name=op.f("ck_coop_stamp_range_not_empty")),
        sa.ForeignKeyConstraint(["job_id"], ["coop_print_job.id"], name=op.f("fk_coop_stamp_range_job_id")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["coop_organisation.code"], name=op.f("fk_coop_stamp_range_organisation")
        ),
        sa.PrimaryKeyConstraint("first_number", name=op.f("pk_coop_stamp_range")),
    )
    with op.batch_alter_table("coop_stamp_range", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_stamp_range_job_id"), ["job_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coop_stamp_range_lot"), ["lot"], unique=False)


def create_coop_session() -> None:
    op.create_table(
        "coop_session",
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["coop_account.id"], name=op.f("fk_coop_session_account_id")),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_coop_session")),
    )
    with op.batch_alter_table("coop_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coop_session_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coop_session_opened_at"), ["opened_at"], unique=False)
