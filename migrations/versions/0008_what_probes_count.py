"""indexes for what the probes count every few seconds"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_notification_attempts_put_off",
        "notification_attempts",
        ["finished_at"],
        unique=False,
        postgresql_where=sa.text("outcome = 'temporary'"),
    )
    op.create_index("ix_notification_usage_month", "notification_usage", ["month"], unique=False)
    op.create_index(
        "ix_webhook_messages_failed",
        "webhook_messages",
        ["finished_at"],
        unique=False,
        postgresql_where=sa.text("status = 'failed'"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_webhook_messages_failed", table_name="webhook_messages")
    op.drop_index("ix_notification_usage_month", table_name="notification_usage")
    op.drop_index("ix_notification_attempts_put_off", table_name="notification_attempts")
