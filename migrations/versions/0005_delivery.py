"""delivery: budgets, templates, suppressions, breakers, webhooks in and out, calls of services"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OLD_OUTCOMES = (
    "outcome IS NULL OR outcome IN"
    " ('sent', 'temporary', 'permanent', 'doubtful', 'lease_lost', 'not_handed_over')"
)
OUTCOMES = OLD_OUTCOMES[:-1] + ", 'found', 'not_found')"
VIEW = "CREATE OR REPLACE VIEW notification_queue AS SELECT * FROM notifications"


def check(name: str, table: str, rule: str) -> None:
    """A constraint that is believed first and looked at afterwards, so that nobody waits."""
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({rule}) NOT VALID")
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "api_logs",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("service_name", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("salon_id", sa.UUID(), nullable=True),
        sa.Column("correlation_id", sa.Text(), nullable=True),
        sa.Column("trace_id", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_logs")),
    )
    op.create_index("ix_api_logs_created_at", "api_logs", ["created_at"], unique=False)
    op.create_index("ix_api_logs_service", "api_logs", ["service_name", "created_at"], unique=False)
    op.create_table(
        "ip_blocks",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("blocked_by", sa.UUID(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ip_blocks")),
    )
    op.create_index("ix_ip_blocks_expires", "ip_blocks", ["expires_at"], unique=False)
    op.create_table(
        "provider_breakers",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="closed", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probe_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('closed', 'open')", name=op.f("ck_provider_breakers_state")),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_provider_breakers")),
    )
    op.create_table(
        "webhook_events",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("provider_event_id", sa.Text(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), server_default="received", nullable=False),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("retry_count", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("duplicates", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "next_attempt_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=True,
        ),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("salon_id", sa.UUID(), nullable=True),
        sa.Column("correlation_id", sa.Text(), nullable=True),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status IN ('received', 'processing', 'processed', 'ignored', 'failed')",
            name=op.f("ck_webhook_events_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_events")),
        sa.UniqueConstraint(
            "source", "provider_event_id", name=op.f("uq_webhook_events_source_provider_event_id")
        ),
    )
    op.create_index("ix_webhook_events_created_at", "webhook_events", ["created_at"], unique=False)
    op.create_index(
        "ix_webhook_events_due",
        "webhook_events",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('received', 'failed')"),
    )
    op.create_index(
        "ix_webhook_events_leased",
        "webhook_events",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("status = 'processing'"),
    )
    op.create_index(
        "ix_webhook_events_status", "webhook_events", ["status", "created_at"], unique=False
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workers")),
    )
    op.create_table(
        "message_policies",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("quiet_from_minute", sa.SmallInteger(), server_default="1260", nullable=False),
        sa.Column("quiet_until_minute", sa.SmallInteger(), server_default="480", nullable=False),
        sa.Column("sms_reminders", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "quiet_from_minute BETWEEN 0 AND 1439 AND quiet_until_minute BETWEEN 0 AND 1439",
            name=op.f("ck_message_policies_quiet"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_message_policies_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", name=op.f("pk_message_policies")),
    )
    op.create_table(
        "message_templates",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_by", sa.UUID(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('email', 'sms')", name=op.f("ck_message_templates_channel")
        ),
        sa.CheckConstraint(
            "length(body) <= 5000 AND length(subject) <= 200",
            name=op.f("ck_message_templates_length"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_message_templates_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_message_templates")),
        sa.UniqueConstraint(
            "salon_id",
            "kind",
            "channel",
            "language",
            name=op.f("uq_message_templates_salon_id_kind_channel_language"),
        ),
    )
    op.create_table(
        "notification_budgets",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("monthly_limit", sa.Integer(), nullable=False),
        sa.Column("at_cap", sa.Text(), server_default="reminders_only", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "at_cap IN ('reminders_only', 'delay', 'skip')",
            name=op.f("ck_notification_budgets_at_cap"),
        ),
        sa.CheckConstraint(
            "channel IN ('email', 'sms')", name=op.f("ck_notification_budgets_channel")
        ),
        sa.CheckConstraint(
            "monthly_limit BETWEEN 0 AND 100000000",
            name=op.f("ck_notification_budgets_monthly_limit"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_notification_budgets_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "channel", name=op.f("pk_notification_budgets")),
    )
    op.create_table(
        "notification_suppressions",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("notification_id", sa.UUID(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "channel IN ('email', 'sms')", name=op.f("ck_notification_suppressions_channel")
        ),
        sa.CheckConstraint(
            "reason IN ('hard_bounce', 'complaint', 'stop', 'manual')",
            name=op.f("ck_notification_suppressions_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_notification_suppressions_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_notification_suppressions")),
        sa.UniqueConstraint(
            "salon_id",
            "channel",
            "recipient",
            name=op.f("uq_notification_suppressions_salon_id_channel_recipient"),
        ),
    )
    op.create_index(
        "ix_notification_suppressions_created",
        "notification_suppressions",
        ["salon_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "notification_usage",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cost_micros", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cost_currency", sa.Text(), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("critical_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("capped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "channel IN ('email', 'sms')", name=op.f("ck_notification_usage_channel")
        ),
        sa.CheckConstraint("used >= 0", name=op.f("ck_notification_usage_used")),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_notification_usage_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "channel", "month", name=op.f("pk_notification_usage")),
    )
    op.create_table(
        "webhook_endpoints",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("event_types", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("previous_secret", sa.Text(), nullable=True),
        sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enabled", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("length(url) <= 2000", name=op.f("ck_webhook_endpoints_url")),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_webhook_endpoints_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_webhook_endpoints")),
    )
    op.create_index(
        "ix_webhook_endpoints_created",
        "webhook_endpoints",
        ["salon_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "webhook_messages",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("endpoint_id", sa.UUID(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("attempt_count", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column(
            "next_attempt_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("correlation_id", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'sending', 'delivered', 'failed', 'cancelled')",
            name=op.f("ck_webhook_messages_status"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "endpoint_id"],
            ["webhook_endpoints.salon_id", "webhook_endpoints.id"],
            name=op.f("fk_webhook_messages_salon_id_endpoint_id_webhook_endpoints"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_webhook_messages_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_webhook_messages")),
        sa.UniqueConstraint(
            "salon_id",
            "endpoint_id",
            "event_id",
            name=op.f("uq_webhook_messages_salon_id_endpoint_id_event_id"),
        ),
    )
    op.create_index(
        "ix_webhook_messages_due",
        "webhook_messages",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "ix_webhook_messages_endpoint",
        "webhook_messages",
        ["salon_id", "endpoint_id", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_webhook_messages_leased",
        "webhook_messages",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("status = 'sending'"),
    )
    op.create_table(
        "webhook_attempts",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("message_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "message_id"],
            ["webhook_messages.salon_id", "webhook_messages.id"],
            name=op.f("fk_webhook_attempts_salon_id_message_id_webhook_messages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_webhook_attempts_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_webhook_attempts")),
    )
    op.create_index(
        "ix_webhook_attempts_message",
        "webhook_attempts",
        ["salon_id", "message_id", "started_at"],
        unique=False,
    )
    op.add_column("consents", sa.Column("channel", sa.Text(), nullable=True))
    op.create_index(
        "ix_dead_letter_queue_salon",
        "dead_letter_queue",
        ["salon_id", "status", "created_at"],
        unique=False,
    )
    op.execute(
        "-- squawk-ignore ban-drop-not-null\n"
        "ALTER TABLE notification_attempts ALTER COLUMN lease_token DROP NOT NULL"
    )
    op.add_column(
        "notifications",
        sa.Column("category", sa.Text(), server_default="transactional", nullable=False),
    )
    op.add_column("notifications", sa.Column("time_zone", sa.Text(), nullable=True))
    op.add_column("notifications", sa.Column("waits_for", sa.Text(), nullable=True))
    op.add_column(
        "notifications",
        sa.Column("lost_leases", sa.SmallInteger(), server_default="0", nullable=False),
    )
    op.add_column(
        "notifications",
        sa.Column("was_doubtful", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column(
        "notifications", sa.Column("reconcile_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "notifications",
        sa.Column("reconcile_count", sa.SmallInteger(), server_default="0", nullable=False),
    )
    op.add_column("notifications", sa.Column("delivery_status", sa.Text(), nullable=True))
    op.add_column(
        "notifications", sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("notifications", sa.Column("segments", sa.SmallInteger(), nullable=True))
    op.add_column("notifications", sa.Column("cost_micros", sa.BigInteger(), nullable=True))
    op.add_column("notifications", sa.Column("cost_currency", sa.Text(), nullable=True))
    op.add_column("notifications", sa.Column("budget_month", sa.Date(), nullable=True))
    op.add_column(
        "notifications",
        sa.Column("budget_units", sa.SmallInteger(), server_default="0", nullable=False),
    )
    op.drop_index(
        op.f("ix_notifications_due"),
        table_name="notifications",
        postgresql_where="(status = 'pending'::text)",
    )
    op.create_index(
        "ix_notifications_due",
        "notifications",
        ["channel", "priority", "next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("status = 'pending' AND lost_leases = 0"),
    )
    op.create_index(
        "ix_notifications_created", "notifications", ["salon_id", "created_at"], unique=False
    )
    op.create_index(
        "ix_notifications_phone",
        "notifications",
        ["recipient"],
        postgresql_where=sa.text("channel = 'sms'"),
    )
    op.create_index(
        "ix_notifications_recent", "notifications", ["created_at"], postgresql_using="brin"
    )
    op.create_index(
        "ix_notifications_doubtful",
        "notifications",
        ["reconcile_at"],
        unique=False,
        postgresql_where=sa.text("status = 'doubtful' AND reconcile_at IS NOT NULL"),
    )
    op.create_index(
        "ix_notifications_expiring",
        "notifications",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index("ix_notifications_message_id", "notifications", ["message_id"], unique=False)
    op.create_index(
        "ix_notifications_provider_reference",
        "notifications",
        ["provider_reference"],
        unique=False,
        postgresql_where=sa.text("provider_reference IS NOT NULL AND channel = 'sms'"),
    )
    op.create_index(
        "ix_notifications_suspect",
        "notifications",
        ["channel", "next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("status = 'pending' AND lost_leases > 0"),
    )
    check("ck_consents_channel", "consents", "channel IN ('email', 'sms')")
    check(
        "ck_notifications_category",
        "notifications",
        "category IN ('transactional', 'reminder', 'marketing')",
    )
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE notification_attempts DROP CONSTRAINT ck_notification_attempts_outcome"
    )
    check("ck_notification_attempts_outcome", "notification_attempts", OUTCOMES)
    op.execute(VIEW)


def downgrade() -> None:
    """Undo."""
    op.execute("DROP VIEW notification_queue")
    op.execute("DELETE FROM notification_attempts WHERE outcome IN ('found', 'not_found')")
    op.drop_constraint("ck_notification_attempts_outcome", "notification_attempts")
    check("ck_notification_attempts_outcome", "notification_attempts", OLD_OUTCOMES)
    op.drop_index(
        "ix_notifications_suspect",
        table_name="notifications",
        postgresql_where=sa.text("status = 'pending' AND lost_leases > 0"),
    )
    op.drop_index(
        "ix_notifications_provider_reference",
        table_name="notifications",
        postgresql_where=sa.text("provider_reference IS NOT NULL AND channel = 'sms'"),
    )
    op.drop_index("ix_notifications_recent", table_name="notifications")
    op.drop_index("ix_notifications_phone", table_name="notifications")
    op.drop_index("ix_notifications_message_id", table_name="notifications")
    op.drop_index(
        "ix_notifications_expiring",
        table_name="notifications",
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.drop_index(
        "ix_notifications_doubtful",
        table_name="notifications",
        postgresql_where=sa.text("status = 'doubtful' AND reconcile_at IS NOT NULL"),
    )
    op.drop_index("ix_notifications_created", table_name="notifications")
    op.drop_index(
        "ix_notifications_due",
        table_name="notifications",
        postgresql_where=sa.text("status = 'pending' AND lost_leases = 0"),
    )
    op.create_index(
        op.f("ix_notifications_due"),
        "notifications",
        ["priority", "next_attempt_at"],
        unique=False,
        postgresql_where="(status = 'pending'::text)",
    )
    op.drop_column("notifications", "budget_units")
    op.drop_column("notifications", "budget_month")
    op.drop_column("notifications", "cost_currency")
    op.drop_column("notifications", "cost_micros")
    op.drop_column("notifications", "segments")
    op.drop_column("notifications", "delivered_at")
    op.drop_column("notifications", "delivery_status")
    op.drop_column("notifications", "reconcile_count")
    op.drop_column("notifications", "reconcile_at")
    op.drop_column("notifications", "was_doubtful")
    op.drop_column("notifications", "lost_leases")
    op.drop_column("notifications", "waits_for")
    op.drop_column("notifications", "time_zone")
    op.drop_column("notifications", "category")
    op.alter_column("notification_attempts", "lease_token", existing_type=sa.UUID(), nullable=False)
    op.drop_index("ix_dead_letter_queue_salon", table_name="dead_letter_queue")
    op.drop_column("consents", "channel")
    op.drop_index("ix_webhook_attempts_message", table_name="webhook_attempts")
    op.drop_table("webhook_attempts")
    op.drop_index(
        "ix_webhook_messages_leased",
        table_name="webhook_messages",
        postgresql_where=sa.text("status = 'sending'"),
    )
    op.drop_index("ix_webhook_messages_endpoint", table_name="webhook_messages")
    op.drop_index(
        "ix_webhook_messages_due",
        table_name="webhook_messages",
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.drop_table("webhook_messages")
    op.drop_index("ix_webhook_endpoints_created", table_name="webhook_endpoints")
    op.drop_table("webhook_endpoints")
    op.drop_table("notification_usage")
    op.drop_index("ix_notification_suppressions_created", table_name="notification_suppressions")
    op.drop_table("notification_suppressions")
    op.drop_table("notification_budgets")
    op.drop_table("message_templates")
    op.drop_table("message_policies")
    op.drop_table("workers")
    op.drop_index("ix_webhook_events_status", table_name="webhook_events")
    op.drop_index(
        "ix_webhook_events_leased",
        table_name="webhook_events",
        postgresql_where=sa.text("status = 'processing'"),
    )
    op.drop_index(
        "ix_webhook_events_due",
        table_name="webhook_events",
        postgresql_where=sa.text("status IN ('received', 'failed')"),
    )
    op.drop_index("ix_webhook_events_created_at", table_name="webhook_events")
    op.drop_table("webhook_events")
    op.drop_table("provider_breakers")
    op.drop_index("ix_ip_blocks_expires", table_name="ip_blocks")
    op.drop_table("ip_blocks")
    op.drop_index("ix_api_logs_service", table_name="api_logs")
    op.drop_index("ix_api_logs_created_at", table_name="api_logs")
    op.drop_table("api_logs")
    op.execute(VIEW)
