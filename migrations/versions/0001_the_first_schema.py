"""the first schema"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    op.create_table(
        "audit_logs",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("salon_id", sa.UUID(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("resource_type", sa.Text(), nullable=False),
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("ip_address", sa.Text(), nullable=True),
        sa.Column("correlation_id", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_logs")),
    )
    op.create_index("ix_audit_logs_created_at", "audit_logs", ["created_at"], unique=False)
    op.create_index(
        "ix_audit_logs_resource",
        "audit_logs",
        ["resource_type", "resource_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "auth_logs",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("ip_address", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_logs")),
    )
    op.create_index("ix_auth_logs_created_at", "auth_logs", ["created_at"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("salon_id", sa.UUID(), nullable=True),
        sa.Column("subject_id", sa.UUID(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_subject", "events", ["subject_id", "created_at"], unique=False)
    op.create_table(
        "profiles",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profiles")),
        sa.UniqueConstraint("email", name=op.f("uq_profiles_email")),
    )
    op.create_table(
        "rate_limits",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("arrival_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limits")),
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_rate_limits_arrival", "rate_limits", ["arrival_at"], unique=False)
    op.create_table(
        "salons",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tagline", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("about", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("languages", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("default_language", sa.Text(), nullable=False),
        sa.Column("tax_name", sa.Text(), nullable=False),
        sa.Column("tax_basis_points", sa.Integer(), nullable=False),
        sa.Column("tax_included", sa.Boolean(), nullable=False),
        sa.Column("cash_rounding_minor", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("brand", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_salons_currency")),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9](-?[a-z0-9])*$' AND length(slug) <= 60", name=op.f("ck_salons_slug")
        ),
        sa.CheckConstraint(
            "default_language = ANY (languages)", name=op.f("ck_salons_default_language")
        ),
        sa.CheckConstraint("tax_basis_points BETWEEN 0 AND 10000", name=op.f("ck_salons_tax")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_salons")),
        sa.UniqueConstraint("slug", name=op.f("uq_salons_slug")),
    )
    op.create_table(
        "customers",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "email IS NOT NULL OR phone IS NOT NULL", name=op.f("ck_customers_reachable")
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_customers_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_customers")),
    )
    op.create_index("ix_customers_phone", "customers", ["salon_id", "phone"], unique=False)
    op.create_index(
        "uq_customers_email",
        "customers",
        ["salon_id", "email"],
        unique=True,
        postgresql_where=sa.text("email IS NOT NULL"),
    )
    op.create_table(
        "holds",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"], ["salons.id"], name=op.f("fk_holds_salon_id_salons"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_holds")),
    )
    op.create_index("ix_holds_expires_at", "holds", ["expires_at"], unique=False)
    op.create_table(
        "locations",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("directions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_locations_country")),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_locations_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_locations")),
    )
    op.create_table(
        "notification_queue",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="pending", nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default="5", nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=True),
        sa.Column(
            "send_after",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "next_attempt_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("retry_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failure_type", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.UUID(), nullable=True),
        sa.Column("lease_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("provider_reference", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "channel IN ('email', 'sms')", name=op.f("ck_notification_queue_channel")
        ),
        sa.CheckConstraint(
            "failure_type IS NULL OR failure_type IN ('timeout', 'rate_limit', 'auth_error', 'validation_error', 'hard_bounce', 'soft_bounce', 'content_rejected', 'provider_error', 'other')",
            name=op.f("ck_notification_queue_failure_type"),
        ),
        sa.CheckConstraint(
            "status <> 'sending' OR (lease_token IS NOT NULL AND lease_until IS NOT NULL)",
            name=op.f("ck_notification_queue_sending_is_leased"),
        ),
        sa.CheckConstraint(
            "status <> 'sent' OR sent_at IS NOT NULL", name=op.f("ck_notification_queue_sent_when")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'sending', 'sent', 'doubtful', 'failed', 'expired', 'suppressed', 'cancelled')",
            name=op.f("ck_notification_queue_status"),
        ),
        sa.CheckConstraint("priority BETWEEN 1 AND 9", name=op.f("ck_notification_queue_priority")),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_notification_queue_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_notification_queue")),
        sa.UniqueConstraint(
            "salon_id", "dedupe_key", name=op.f("uq_notification_queue_salon_id_dedupe_key")
        ),
    )
    op.create_index(
        "ix_notification_queue_attention",
        "notification_queue",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('failed', 'doubtful')"),
    )
    op.create_index(
        "ix_notification_queue_due",
        "notification_queue",
        ["priority", "next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "ix_notification_queue_leased",
        "notification_queue",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("status = 'sending'"),
    )
    op.create_index(
        "ix_notification_queue_reference",
        "notification_queue",
        ["salon_id", "reference"],
        unique=False,
    )
    op.create_table(
        "salon_policies",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("lead_minutes", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("granularity_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("hold_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("cancel_deadline_minutes", sa.Integer(), nullable=False),
        sa.Column("reschedule_deadline_minutes", sa.Integer(), nullable=False),
        sa.Column("reschedule_limit", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "cancel_deadline_minutes >= 0", name=op.f("ck_salon_policies_cancel_deadline")
        ),
        sa.CheckConstraint(
            "granularity_minutes BETWEEN 5 AND 240", name=op.f("ck_salon_policies_granularity")
        ),
        sa.CheckConstraint("hold_minutes BETWEEN 1 AND 60", name=op.f("ck_salon_policies_hold")),
        sa.CheckConstraint(
            "horizon_days BETWEEN 1 AND 730", name=op.f("ck_salon_policies_horizon")
        ),
        sa.CheckConstraint(
            "lead_minutes BETWEEN 0 AND 525600", name=op.f("ck_salon_policies_lead")
        ),
        sa.CheckConstraint(
            "reschedule_deadline_minutes >= 0", name=op.f("ck_salon_policies_reschedule_deadline")
        ),
        sa.CheckConstraint(
            "reschedule_limit BETWEEN 0 AND 100", name=op.f("ck_salon_policies_reschedule_limit")
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_salon_policies_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", name=op.f("pk_salon_policies")),
    )
    op.create_table(
        "service_categories",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_service_categories_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_service_categories")),
        sa.UniqueConstraint("salon_id", "slug", name=op.f("uq_service_categories_salon_id_slug")),
    )
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("csrf_token", sa.Text(), nullable=False),
        sa.Column("ip_address", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["profiles.id"],
            name=op.f("fk_user_sessions_user_id_profiles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_sessions_token_hash")),
    )
    op.create_index("ix_user_sessions_user", "user_sessions", ["user_id"], unique=False)
    op.create_table(
        "bookings",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("location_id", sa.UUID(), nullable=False),
        sa.Column("appointment_date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("manage_token", sa.Text(), nullable=False),
        sa.Column("hold_id", sa.UUID(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("request_hash", sa.Text(), nullable=True),
        sa.Column("reschedule_count", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("revision", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("overbooked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("no_show_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status IN ('confirmed', 'arrived', 'no_show', 'cancelled')",
            name=op.f("ck_bookings_status"),
        ),
        sa.CheckConstraint("ends_at > appointment_date", name=op.f("ck_bookings_times")),
        sa.ForeignKeyConstraint(
            ["salon_id", "customer_id"],
            ["customers.salon_id", "customers.id"],
            name=op.f("fk_bookings_salon_id_customer_id_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "location_id"],
            ["locations.salon_id", "locations.id"],
            name=op.f("fk_bookings_salon_id_location_id_locations"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_bookings_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_bookings")),
    )
    op.create_index(
        "ix_bookings_customer",
        "bookings",
        ["salon_id", "customer_id", "appointment_date"],
        unique=False,
    )
    op.create_index("ix_bookings_id", "bookings", ["id"], unique=False)
    op.create_index(
        "ix_bookings_salon_date", "bookings", ["salon_id", "appointment_date"], unique=False
    )
    op.create_index(
        "uq_bookings_idempotency_key",
        "bookings",
        ["salon_id", "idempotency_key"],
        unique=True,
        postgresql_where=sa.text("idempotency_key IS NOT NULL"),
    )
    op.create_index("uq_bookings_manage_token", "bookings", ["manage_token"], unique=True)
    op.create_table(
        "consents",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('terms', 'reminders', 'marketing')", name=op.f("ck_consents_kind")
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "customer_id"],
            ["customers.salon_id", "customers.id"],
            name=op.f("fk_consents_salon_id_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_consents_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_consents")),
    )
    op.create_index(
        "ix_consents_customer",
        "consents",
        ["salon_id", "customer_id", "kind", "created_at"],
        unique=False,
    )
    op.create_table(
        "dead_letter_queue",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("notification_id", sa.UUID(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("original_payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("failure_type", sa.Text(), nullable=False),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("failure_count", sa.Integer(), server_default="1", nullable=False),
        sa.Column("status", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("retry_scheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("correlation_id", sa.Text(), nullable=True),
        sa.Column(
            "first_failed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "last_failed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "failure_type IN ('timeout', 'rate_limit', 'auth_error', 'validation_error', 'hard_bounce', 'soft_bounce', 'content_rejected', 'provider_error', 'other')",
            name=op.f("ck_dead_letter_queue_failure_type"),
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'pending', 'redriven', 'closed')",
            name=op.f("ck_dead_letter_queue_status"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "notification_id"],
            ["notification_queue.salon_id", "notification_queue.id"],
            name=op.f("fk_dead_letter_queue_salon_id_notification_id_notification_queue"),
            ondelete="SET NULL (notification_id)",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_dead_letter_queue_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_dead_letter_queue")),
        sa.UniqueConstraint(
            "salon_id",
            "notification_id",
            name=op.f("uq_dead_letter_queue_salon_id_notification_id"),
        ),
    )
    op.create_index(
        "ix_dead_letter_queue_created_at", "dead_letter_queue", ["created_at"], unique=False
    )
    op.create_index(
        "ix_dead_letter_queue_pending",
        "dead_letter_queue",
        ["retry_scheduled_at"],
        unique=False,
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "holidays",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("location_id", sa.UUID(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["salon_id", "location_id"],
            ["locations.salon_id", "locations.id"],
            name=op.f("fk_holidays_salon_id_location_id_locations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_holidays_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_holidays")),
        sa.UniqueConstraint(
            "salon_id", "location_id", "date", name=op.f("uq_holidays_salon_id_location_id_date")
        ),
    )
    op.create_table(
        "notification_attempts",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("notification_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lease_token", sa.UUID(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("failure_type", sa.Text(), nullable=True),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "failure_type IS NULL OR failure_type IN ('timeout', 'rate_limit', 'auth_error', 'validation_error', 'hard_bounce', 'soft_bounce', 'content_rejected', 'provider_error', 'other')",
            name=op.f("ck_notification_attempts_failure_type"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('sent', 'temporary', 'permanent', 'doubtful', 'lease_lost', 'not_handed_over')",
            name=op.f("ck_notification_attempts_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "notification_id"],
            ["notification_queue.salon_id", "notification_queue.id"],
            name=op.f("fk_notification_attempts_salon_id_notification_id_notification_queue"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_notification_attempts_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_notification_attempts")),
        sa.UniqueConstraint(
            "salon_id",
            "notification_id",
            "number",
            name=op.f("uq_notification_attempts_salon_id_notification_id_number"),
        ),
    )
    op.create_table(
        "opening_hours",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("location_id", sa.UUID(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("opens_minute", sa.SmallInteger(), nullable=False),
        sa.Column("closes_minute", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "opens_minute BETWEEN 0 AND 1439 AND closes_minute > opens_minute AND closes_minute <= 2880",
            name=op.f("ck_opening_hours_minutes"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_hours_weekday")),
        sa.ForeignKeyConstraint(
            ["salon_id", "location_id"],
            ["locations.salon_id", "locations.id"],
            name=op.f("fk_opening_hours_salon_id_location_id_locations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_opening_hours_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_opening_hours")),
        sa.UniqueConstraint(
            "salon_id",
            "location_id",
            "weekday",
            "opens_minute",
            name=op.f("uq_opening_hours_salon_id_location_id_weekday_opens_minute"),
        ),
    )
    op.create_table(
        "resource_groups",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("location_id", sa.UUID(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "kind IN ('chair', 'room', 'device')", name=op.f("ck_resource_groups_kind")
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "location_id"],
            ["locations.salon_id", "locations.id"],
            name=op.f("fk_resource_groups_salon_id_location_id_locations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_resource_groups_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_resource_groups")),
        sa.UniqueConstraint("salon_id", "slug", name=op.f("uq_resource_groups_salon_id_slug")),
    )
    op.create_table(
        "services",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("category_id", sa.UUID(), nullable=False),
        sa.Column("parent_id", sa.UUID(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("active_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("processing_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("finish_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("buffer_before_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("buffer_after_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'service' OR parent_id IS NULL", name=op.f("ck_services_service_parent")
        ),
        sa.CheckConstraint(
            "kind <> 'variant' OR parent_id IS NOT NULL", name=op.f("ck_services_variant_parent")
        ),
        sa.CheckConstraint(
            "kind IN ('service', 'variant', 'addon')", name=op.f("ck_services_kind")
        ),
        sa.CheckConstraint("active_minutes BETWEEN 5 AND 720", name=op.f("ck_services_active")),
        sa.CheckConstraint(
            "buffer_after_minutes BETWEEN 0 AND 240", name=op.f("ck_services_buffer_after")
        ),
        sa.CheckConstraint(
            "buffer_before_minutes BETWEEN 0 AND 240", name=op.f("ck_services_buffer_before")
        ),
        sa.CheckConstraint("finish_minutes BETWEEN 0 AND 720", name=op.f("ck_services_finish")),
        sa.CheckConstraint("price_minor BETWEEN 0 AND 100000000", name=op.f("ck_services_price")),
        sa.CheckConstraint(
            "processing_minutes BETWEEN 0 AND 720", name=op.f("ck_services_processing")
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "category_id"],
            ["service_categories.salon_id", "service_categories.id"],
            name=op.f("fk_services_salon_id_category_id_service_categories"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "parent_id"],
            ["services.salon_id", "services.id"],
            name=op.f("fk_services_salon_id_parent_id_services"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_services_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_services")),
        sa.UniqueConstraint("salon_id", "slug", name=op.f("uq_services_salon_id_slug")),
    )
    op.create_table(
        "staff",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("location_id", sa.UUID(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("bio", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("languages", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["salon_id", "location_id"],
            ["locations.salon_id", "locations.id"],
            name=op.f("fk_staff_salon_id_location_id_locations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"], ["salons.id"], name=op.f("fk_staff_salon_id_salons"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_staff")),
        sa.UniqueConstraint("salon_id", "slug", name=op.f("uq_staff_salon_id_slug")),
    )
    op.create_table(
        "appointments",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("booking_id", sa.UUID(), nullable=False),
        sa.Column("service_id", sa.UUID(), nullable=False),
        sa.Column("staff_id", sa.UUID(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("service_name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["salon_id", "booking_id"],
            ["bookings.salon_id", "bookings.id"],
            name=op.f("fk_appointments_salon_id_booking_id_bookings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "service_id"],
            ["services.salon_id", "services.id"],
            name=op.f("fk_appointments_salon_id_service_id_services"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "staff_id"],
            ["staff.salon_id", "staff.id"],
            name=op.f("fk_appointments_salon_id_staff_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_appointments_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_appointments")),
    )
    op.create_index(
        "ix_appointments_booking", "appointments", ["salon_id", "booking_id"], unique=False
    )
    op.create_index(
        "ix_appointments_staff", "appointments", ["salon_id", "staff_id", "starts_at"], unique=False
    )
    op.create_table(
        "memberships",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.UUID(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "role IN ('owner', 'manager', 'staff', 'receptionist')",
            name=op.f("ck_memberships_role"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "staff_id"],
            ["staff.salon_id", "staff.id"],
            name=op.f("fk_memberships_salon_id_staff_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_memberships_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["profiles.id"],
            name=op.f("fk_memberships_user_id_profiles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "user_id", name=op.f("pk_memberships")),
    )
    op.create_table(
        "occupancy",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("resource_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_id", sa.UUID(), nullable=True),
        sa.Column("booking_id", sa.UUID(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("resource_id"), "="),
            (sa.column("during"), "&&"),
            where=sa.text("state IN ('held', 'confirmed')"),
            using="gist",
            name="ex_occupancy_no_overlap",
        ),
        sa.CheckConstraint(
            "(state = 'held') = (expires_at IS NOT NULL)", name=op.f("ck_occupancy_holds_expire")
        ),
        sa.CheckConstraint(
            "NOT isempty(during) AND upper(during) - lower(during) <= interval '1 day'",
            name=op.f("ck_occupancy_during"),
        ),
        sa.CheckConstraint(
            "kind IN ('staff', 'resource', 'customer')", name=op.f("ck_occupancy_kind")
        ),
        sa.CheckConstraint(
            "state IN ('held', 'confirmed', 'overbooked')", name=op.f("ck_occupancy_state")
        ),
        sa.CheckConstraint(
            "num_nonnulls(hold_id, booking_id) = 1", name=op.f("ck_occupancy_one_owner")
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "booking_id"],
            ["bookings.salon_id", "bookings.id"],
            name=op.f("fk_occupancy_salon_id_booking_id_bookings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "hold_id"],
            ["holds.salon_id", "holds.id"],
            name=op.f("fk_occupancy_salon_id_hold_id_holds"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_occupancy_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_occupancy")),
    )
    op.create_index("ix_occupancy_booking", "occupancy", ["salon_id", "booking_id"], unique=False)
    op.create_index(
        "ix_occupancy_hold",
        "occupancy",
        ["salon_id", "hold_id"],
        unique=False,
        postgresql_where=sa.text("hold_id IS NOT NULL"),
    )
    op.create_index(
        "ix_occupancy_salon_start",
        "occupancy",
        ["salon_id", sa.literal_column("lower(during)")],
        unique=False,
        postgresql_include=["during", "resource_id", "state", "expires_at", "booking_id"],
        postgresql_where=sa.text("kind <> 'customer'"),
    )
    op.create_table(
        "resources",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["salon_id", "group_id"],
            ["resource_groups.salon_id", "resource_groups.id"],
            name=op.f("fk_resources_salon_id_group_id_resource_groups"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_resources_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_resources")),
        sa.UniqueConstraint(
            "salon_id", "group_id", "name", name=op.f("uq_resources_salon_id_group_id_name")
        ),
    )
    op.create_table(
        "service_requirements",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("service_id", sa.UUID(), nullable=False),
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(
            ["salon_id", "group_id"],
            ["resource_groups.salon_id", "resource_groups.id"],
            name=op.f("fk_service_requirements_salon_id_group_id_resource_groups"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "service_id"],
            ["services.salon_id", "services.id"],
            name=op.f("fk_service_requirements_salon_id_service_id_services"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "salon_id", "service_id", "group_id", name=op.f("pk_service_requirements")
        ),
    )
    op.create_index(
        "ix_service_requirements_group",
        "service_requirements",
        ["salon_id", "group_id"],
        unique=False,
    )
    op.create_table(
        "shifts",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("staff_id", sa.UUID(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("starts_minute", sa.SmallInteger(), nullable=False),
        sa.Column("ends_minute", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "(weekday IS NULL) <> (date IS NULL)", name=op.f("ck_shifts_weekday_or_date")
        ),
        sa.CheckConstraint(
            "starts_minute BETWEEN 0 AND 1439 AND ends_minute > starts_minute AND ends_minute <= 2880",
            name=op.f("ck_shifts_minutes"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_shifts_weekday")),
        sa.ForeignKeyConstraint(
            ["salon_id", "staff_id"],
            ["staff.salon_id", "staff.id"],
            name=op.f("fk_shifts_salon_id_staff_id_staff"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"], ["salons.id"], name=op.f("fk_shifts_salon_id_salons"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_shifts")),
    )
    op.create_index("ix_shifts_staff", "shifts", ["salon_id", "staff_id"], unique=False)
    op.create_table(
        "staff_services",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("staff_id", sa.UUID(), nullable=False),
        sa.Column("service_id", sa.UUID(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=True),
        sa.Column("active_minutes", sa.SmallInteger(), nullable=True),
        sa.Column("finish_minutes", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["salon_id", "service_id"],
            ["services.salon_id", "services.id"],
            name=op.f("fk_staff_services_salon_id_service_id_services"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "staff_id"],
            ["staff.salon_id", "staff.id"],
            name=op.f("fk_staff_services_salon_id_staff_id_staff"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "salon_id", "staff_id", "service_id", name=op.f("pk_staff_services")
        ),
    )
    op.create_index(
        "ix_staff_services_service", "staff_services", ["salon_id", "service_id"], unique=False
    )
    op.create_table(
        "time_off",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("staff_id", sa.UUID(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during)", name=op.f("ck_time_off_during")
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "staff_id"],
            ["staff.salon_id", "staff.id"],
            name=op.f("fk_time_off_salon_id_staff_id_staff"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_time_off_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_time_off")),
    )
    op.create_index("ix_time_off_staff", "time_off", ["salon_id", "staff_id"], unique=False)
    op.create_table(
        "shift_breaks",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("shift_id", sa.UUID(), nullable=False),
        sa.Column("starts_minute", sa.SmallInteger(), nullable=False),
        sa.Column("ends_minute", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("ends_minute > starts_minute", name=op.f("ck_shift_breaks_minutes")),
        sa.ForeignKeyConstraint(
            ["salon_id", "shift_id"],
            ["shifts.salon_id", "shifts.id"],
            name=op.f("fk_shift_breaks_salon_id_shift_id_shifts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_shift_breaks_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_shift_breaks")),
    )
    op.create_index("ix_shift_breaks_shift", "shift_breaks", ["salon_id", "shift_id"], unique=False)

    op.execute("CREATE VIEW notifications AS SELECT * FROM notification_queue")


def downgrade() -> None:
    """Undo."""
    op.execute("DROP VIEW notifications")
    op.drop_index("ix_shift_breaks_shift", table_name="shift_breaks")
    op.drop_table("shift_breaks")
    op.drop_index("ix_time_off_staff", table_name="time_off")
    op.drop_table("time_off")
    op.drop_index("ix_staff_services_service", table_name="staff_services")
    op.drop_table("staff_services")
    op.drop_index("ix_shifts_staff", table_name="shifts")
    op.drop_table("shifts")
    op.drop_index("ix_service_requirements_group", table_name="service_requirements")
    op.drop_table("service_requirements")
    op.drop_table("resources")
    op.drop_index(
        "ix_occupancy_salon_start",
        table_name="occupancy",
        postgresql_include=["during", "resource_id", "state", "expires_at", "booking_id"],
        postgresql_where=sa.text("kind <> 'customer'"),
    )
    op.drop_index(
        "ix_occupancy_hold", table_name="occupancy", postgresql_where=sa.text("hold_id IS NOT NULL")
    )
    op.drop_index("ix_occupancy_booking", table_name="occupancy")
    op.drop_table("occupancy")
    op.drop_table("memberships")
    op.drop_index("ix_appointments_staff", table_name="appointments")
    op.drop_index("ix_appointments_booking", table_name="appointments")
    op.drop_table("appointments")
    op.drop_table("staff")
    op.drop_table("services")
    op.drop_table("resource_groups")
    op.drop_table("opening_hours")
    op.drop_table("notification_attempts")
    op.drop_table("holidays")
    op.drop_index(
        "ix_dead_letter_queue_pending",
        table_name="dead_letter_queue",
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.drop_index("ix_dead_letter_queue_created_at", table_name="dead_letter_queue")
    op.drop_table("dead_letter_queue")
    op.drop_index("ix_consents_customer", table_name="consents")
    op.drop_table("consents")
    op.drop_index("uq_bookings_manage_token", table_name="bookings")
    op.drop_index(
        "uq_bookings_idempotency_key",
        table_name="bookings",
        postgresql_where=sa.text("idempotency_key IS NOT NULL"),
    )
    op.drop_index("ix_bookings_salon_date", table_name="bookings")
    op.drop_index("ix_bookings_id", table_name="bookings")
    op.drop_index("ix_bookings_customer", table_name="bookings")
    op.drop_table("bookings")
    op.drop_index("ix_user_sessions_user", table_name="user_sessions")
    op.drop_table("user_sessions")
    op.drop_table("service_categories")
    op.drop_table("salon_policies")
    op.drop_index("ix_notification_queue_reference", table_name="notification_queue")
    op.drop_index(
        "ix_notification_queue_leased",
        table_name="notification_queue",
        postgresql_where=sa.text("status = 'sending'"),
    )
    op.drop_index(
        "ix_notification_queue_due",
        table_name="notification_queue",
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.drop_index(
        "ix_notification_queue_attention",
        table_name="notification_queue",
        postgresql_where=sa.text("status IN ('failed', 'doubtful')"),
    )
    op.drop_table("notification_queue")
    op.drop_table("locations")
    op.drop_index("ix_holds_expires_at", table_name="holds")
    op.drop_table("holds")
    op.drop_index(
        "uq_customers_email", table_name="customers", postgresql_where=sa.text("email IS NOT NULL")
    )
    op.drop_index("ix_customers_phone", table_name="customers")
    op.drop_table("customers")
    op.drop_table("salons")
    op.drop_index("ix_rate_limits_arrival", table_name="rate_limits")
    op.drop_table("rate_limits")
    op.drop_table("profiles")
    op.drop_index("ix_events_subject", table_name="events")
    op.drop_table("events")
    op.drop_index("ix_auth_logs_created_at", table_name="auth_logs")
    op.drop_table("auth_logs")
    op.drop_index("ix_audit_logs_resource", table_name="audit_logs")
    op.drop_index("ix_audit_logs_created_at", table_name="audit_logs")
    op.drop_table("audit_logs")
