"""what one request set in motion is found by its correlation id"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = ("events", "notifications", "api_logs", "webhook_events", "audit_logs")


def upgrade() -> None:
    """Apply."""
    for table in TABLES:
        op.create_index(
            f"ix_{table}_correlation",
            table,
            ["correlation_id"],
            unique=False,
            postgresql_where=sa.text("correlation_id IS NOT NULL"),
        )


def downgrade() -> None:
    """Take back."""
    for table in reversed(TABLES):
        op.drop_index(f"ix_{table}_correlation", table_name=table)
