"""When a program's access was last used, to the hour."""

import sqlalchemy as sa
from alembic import op

from ledger.database import UtcTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("coop_access_token", sa.Column("last_used_at", UtcTime(), nullable=True))
