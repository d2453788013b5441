"""What stamps of a sealed lot carry of its seal; jobs from before go on without."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("coop_print_job", sa.Column("seal_short", sa.String(length=6), nullable=True))
