"""Hand-outs of files of stamps; scans that a manager settled, with the finding."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_coop_hand_out()
    settle_scans()


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create_coop_hand_out() -> None:
    op.create_table(
        "coop_hand_out",
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("number", number(), autoincrement=False, nullable=False),
        sa.Column("first_number", number(), nullable=False),
        sa.Column("last_number", number(), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("handed_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["coop_print_job.id"], name=op.f("fk_coop_hand_out_job_id")),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_coop_hand_out")),
    )


def settle_scans() -> None:
    """What was scanned before today of a stamp that was looked into counts as settled by that look."""
    for table in ("coop_scan_stamp", "coop_scan_day"):
        # The default is for the rows there are; new ones say it.
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("settled", number(), nullable=False, server_default="0"))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("settled", existing_type=number(), server_default=None)
    op.execute(
        "UPDATE coop_scan_stamp SET settled = total WHERE number IN (SELECT number FROM coop_scan_look)"
    )
    op.execute(
        "UPDATE coop_scan_day SET settled = scan_count WHERE number IN (SELECT number FROM coop_scan_look)"
    )
    with op.batch_alter_table("coop_scan_look", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_fine", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("rule", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("since", sa.Date(), nullable=True))
    with op.batch_alter_table("coop_scan_look", schema=None) as batch_op:
        batch_op.alter_column("is_fine", existing_type=sa.Boolean(), server_default=None)
