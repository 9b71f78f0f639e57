"""messages are found by how their recipient's address begins"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_notifications_recipient",
        "notifications",
        ["salon_id", sa.literal_column("lower(recipient) text_pattern_ops")],
        unique=False,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_notifications_recipient", table_name="notifications")
