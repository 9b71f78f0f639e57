"""redrives: letting many dead letters out again, a canary first, then at a rate"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REASONS = "closed_reason IN ('sent', 'cancelled', 'expired', 'suppressed', 'gone', 'dismissed')"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "dead_letter_redrives",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("salon_id", sa.UUID(), nullable=True),
        sa.Column("failure_types", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), server_default="canary", nullable=False),
        sa.Column("rate_per_minute", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("released", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ended_otherwise", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_release_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("stopped_reason", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('canary', 'running', 'stopped', 'done')",
            name=op.f("ck_dead_letter_redrives_state"),
        ),
        sa.CheckConstraint(
            "rate_per_minute BETWEEN 1 AND 6000", name=op.f("ck_dead_letter_redrives_rate")
        ),
        sa.CheckConstraint(
            "state <> 'stopped' OR stopped_reason IS NOT NULL",
            name=op.f("ck_dead_letter_redrives_stopped_why"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_dead_letter_redrives_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter_redrives")),
    )
    op.create_index(
        "ix_dead_letter_redrives_active",
        "dead_letter_redrives",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('canary', 'running')"),
    )
    op.create_index(
        "ix_dead_letter_redrives_salon",
        "dead_letter_redrives",
        ["salon_id", "created_at"],
        unique=False,
    )
    op.add_column("dead_letter_queue", sa.Column("redrive_id", sa.UUID(), nullable=True))
    op.add_column(
        "dead_letter_queue", sa.Column("redriven_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("dead_letter_queue", sa.Column("closed_reason", sa.Text(), nullable=True))
    op.add_column(
        "dead_letter_queue", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute(
        "ALTER TABLE dead_letter_queue ADD CONSTRAINT ck_dead_letter_queue_closed_reason"
        f" CHECK ({REASONS}) NOT VALID"
    )
    op.execute(
        "ALTER TABLE dead_letter_queue VALIDATE CONSTRAINT ck_dead_letter_queue_closed_reason"
    )
    op.create_index(
        "ix_dead_letter_queue_redrive",
        "dead_letter_queue",
        ["redrive_id", "redriven_at"],
        unique=False,
        postgresql_where=sa.text("redrive_id IS NOT NULL"),
    )
    op.create_index(
        "ix_dead_letter_queue_open",
        "dead_letter_queue",
        ["failure_type", "channel", "created_at"],
        unique=False,
        postgresql_where=sa.text("status <> 'closed'"),
    )
    op.create_index(
        "ix_dead_letter_queue_unsettled",
        "dead_letter_queue",
        ["redriven_at"],
        unique=False,
        postgresql_where=sa.text(
            "status = 'redriven' OR (status = 'closed' AND closed_at IS NULL)"
        ),
    )
    op.create_index(
        "ix_dead_letter_queue_closed",
        "dead_letter_queue",
        ["closed_at"],
        unique=False,
        postgresql_where=sa.text("status = 'closed'"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_dead_letter_queue_closed", table_name="dead_letter_queue")
    op.drop_index("ix_dead_letter_queue_unsettled", table_name="dead_letter_queue")
    op.drop_index("ix_dead_letter_queue_open", table_name="dead_letter_queue")
    op.drop_index("ix_dead_letter_queue_redrive", table_name="dead_letter_queue")
    op.drop_constraint("ck_dead_letter_queue_closed_reason", "dead_letter_queue")
    op.drop_column("dead_letter_queue", "closed_at")
    op.drop_column("dead_letter_queue", "closed_reason")
    op.drop_column("dead_letter_queue", "redriven_at")
    op.drop_column("dead_letter_queue", "redrive_id")
    op.drop_table("dead_letter_redrives")
