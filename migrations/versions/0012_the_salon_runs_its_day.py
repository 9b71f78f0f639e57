"""the salon runs its day: clients that are found while typing, statuses of a visit's own day, series
and groups, blocked time, the waitlist, forms, pictures, imports, invitations, passkeys, feeds
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Cyrillic names are kept in the letters of a passport, so that either spelling finds them and the
# trigrams of a database without a locale, which know ASCII only, hold them.
LETTERS = ("абвгґдезиіїйклмнопрстуфыэё", "abvhgdezyiiiklmnoprstufyee")
SOUNDS = (
    (" є", " ye"), (" ї", " yi"), (" й", " y"), (" ю", " yu"), (" я", " ya"),
    ("зг", "zgh"), ("є", "ie"), ("ж", "zh"), ("х", "kh"), ("ц", "ts"), ("ч", "ch"), ("ш", "sh"),
    ("щ", "shch"), ("ю", "iu"), ("я", "ia"), ("ь", ""), ("ъ", ""), ("’", ""),
)  # fmt: skip
IN_LATIN = "' ' || lower(value)"
for sound, spelt in SOUNDS:
    IN_LATIN = f"replace({IN_LATIN}, '{sound}', '{spelt}')"
# `unaccent` is not immutable, as its dictionary could be changed; ours is named and never is.
FOLD_TEXT = f"""
    CREATE FUNCTION fold_text(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN lower(public.unaccent('public.unaccent'::regdictionary,
        substr(translate({IN_LATIN}, '{LETTERS[0]}', '{LETTERS[1]}'), 2)))
"""
STATUSES = "status IN ('confirmed', 'arrived', 'in_chair', 'done', 'paid', 'no_show', 'cancelled')"
FORMER = "status IN ('confirmed', 'arrived', 'no_show', 'cancelled')"
CHECKS = (
    ("bookings", "status", STATUSES, FORMER),
    (
        "occupancy",
        "one_owner",
        "num_nonnulls(hold_id, booking_id, block_id) = 1",
        "num_nonnulls(hold_id, booking_id) = 1",
    ),
    ("customers", "reachable", None, "email IS NOT NULL OR phone IS NOT NULL"),
    ("customers", "kind", "kind IN ('person', 'walk_in')", None),
    ("customers", "merged_into", "merged_into <> id", None),
    ("staff", "commission", "commission_basis_points BETWEEN 0 AND 10000", None),
    ("time_off", "status", "status IN ('requested', 'approved', 'declined')", None),
    ("salon_policies", "waitlist_offer", "waitlist_offer_minutes BETWEEN 5 AND 1440", None),
)


def link(table: str, column: str, target: str, *, ondelete: str = "NO ACTION") -> None:
    """A foreign key of the tenant's tables, which is looked through without locking others out."""
    name = f"fk_{table}_salon_id_{column}_{target}"
    op.execute(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (salon_id, {column})"
        f" REFERENCES {target} (salon_id, id) ON DELETE {ondelete} NOT VALID"
    )
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def change_checks(*, back: bool) -> None:
    """Replace each check by its other form; None is no check at all."""
    for table, name, new, former in CHECKS:
        full = f"ck_{table}_{name}"
        if new if back else former:
            op.execute(
                f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT {full}"
            )
        if wanted := former if back else new:
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {full} CHECK ({wanted}) NOT VALID")
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {full}")


def upgrade() -> None:
    """Apply."""
    for extension in ("pg_trgm", "unaccent", "btree_gin"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.execute(FOLD_TEXT)
    op.create_table(
        "booking_groups",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_booking_groups_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_booking_groups")),
    )
    op.create_table(
        "booking_series",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("every_weeks", sa.SmallInteger(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "every_weeks BETWEEN 1 AND 52", name=op.f("ck_booking_series_every_weeks")
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_booking_series_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_booking_series")),
    )
    op.create_table(
        "consultation_forms",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("statement", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("lead_hours", sa.SmallInteger(), nullable=False),
        sa.Column("valid_days", sa.SmallInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("lead_hours BETWEEN 0 AND 720", name=op.f("ck_consultation_forms_lead")),
        sa.CheckConstraint(
            "valid_days BETWEEN 1 AND 3650", name=op.f("ck_consultation_forms_valid")
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_consultation_forms_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_consultation_forms")),
    )
    op.create_table(
        "customer_imports",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), server_default="uploaded", nullable=False),
        sa.Column("rows_total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_read", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_created", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_updated", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_refused", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started_by", sa.UUID(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status IN ('uploaded', 'mapped', 'running', 'done', 'failed', 'undone')",
            name=op.f("ck_customer_imports_status"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_customer_imports_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_customer_imports")),
    )
    op.create_index(
        "ix_customer_imports_salon", "customer_imports", ["salon_id", "created_at"], unique=False
    )
    op.create_table(
        "customer_merges",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kept_id", sa.UUID(), nullable=False),
        sa.Column("gone_id", sa.UUID(), nullable=False),
        sa.Column("gone", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("merged_by", sa.UUID(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_customer_merges_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_customer_merges")),
    )
    op.create_index(
        "ix_customer_merges_kept", "customer_merges", ["salon_id", "kept_id"], unique=False
    )
    op.create_table(
        "media_files",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "purpose IN ('service', 'staff', 'client')", name=op.f("ck_media_files_purpose")
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_media_files_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_media_files")),
        sa.UniqueConstraint("salon_id", "key", name=op.f("uq_media_files_salon_id_key")),
    )
    op.create_table(
        "passkey_challenges",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('register', 'log_in', 'second_factor')",
            name=op.f("ck_passkey_challenges_purpose"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["profiles.id"],
            name=op.f("fk_passkey_challenges_user_id_profiles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_challenges")),
    )
    op.create_index(
        "ix_passkey_challenges_expires", "passkey_challenges", ["expires_at"], unique=False
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["profiles.id"],
            name=op.f("fk_passkeys_user_id_profiles"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index("ix_passkeys_user", "passkeys", ["user_id"], unique=False)
    op.create_table(
        "customer_import_errors",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("import_id", sa.UUID(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["salon_id", "import_id"],
            ["customer_imports.salon_id", "customer_imports.id"],
            name=op.f("fk_customer_import_errors_salon_id_import_id_customer_imports"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_customer_import_errors_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_customer_import_errors")),
    )
    op.create_index(
        "uq_customer_import_errors_line",
        "customer_import_errors",
        ["salon_id", "import_id", "line"],
        unique=True,
    )
    op.create_table(
        "customer_notes",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by", sa.UUID(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "customer_id"],
            ["customers.salon_id", "customers.id"],
            name=op.f("fk_customer_notes_salon_id_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_customer_notes_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_customer_notes")),
    )
    op.create_index(
        "ix_customer_notes_customer",
        "customer_notes",
        ["salon_id", "customer_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "customer_photos",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("media_id", sa.UUID(), nullable=False),
        sa.Column("caption", sa.Text(), server_default="", nullable=False),
        sa.Column("taken_by", sa.UUID(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "customer_id"],
            ["customers.salon_id", "customers.id"],
            name=op.f("fk_customer_photos_salon_id_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "media_id"],
            ["media_files.salon_id", "media_files.id"],
            name=op.f("fk_customer_photos_salon_id_media_id_media_files"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_customer_photos_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_customer_photos")),
    )
    op.create_index(
        "ix_customer_photos_customer",
        "customer_photos",
        ["salon_id", "customer_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "form_answers",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("form_id", sa.UUID(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "outcome IN ('passed', 'reaction')", name=op.f("ck_form_answers_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "customer_id"],
            ["customers.salon_id", "customers.id"],
            name=op.f("fk_form_answers_salon_id_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "form_id"],
            ["consultation_forms.salon_id", "consultation_forms.id"],
            name=op.f("fk_form_answers_salon_id_form_id_consultation_forms"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_form_answers_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_form_answers")),
    )
    op.create_index(
        "ix_form_answers_customer",
        "form_answers",
        ["salon_id", "customer_id", "form_id", "answered_at"],
        unique=False,
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("staff_id", sa.UUID(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("last_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "staff_id"],
            ["staff.salon_id", "staff.id"],
            name=op.f("fk_calendar_feeds_salon_id_staff_id_staff"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_calendar_feeds_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_calendar_feeds")),
    )
    op.create_index(
        "uq_calendar_feeds_live",
        "calendar_feeds",
        ["salon_id", "staff_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_index("uq_calendar_feeds_token", "calendar_feeds", ["token_hash"], unique=True)
    op.create_table(
        "invitations",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.UUID(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("invited_by", sa.UUID(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "role IN ('owner', 'manager', 'staff', 'receptionist')",
            name=op.f("ck_invitations_role"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "staff_id"],
            ["staff.salon_id", "staff.id"],
            name=op.f("fk_invitations_salon_id_staff_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_invitations_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_invitations")),
    )
    op.create_index(
        "uq_invitations_open",
        "invitations",
        ["salon_id", "email"],
        unique=True,
        postgresql_where=sa.text("accepted_at IS NULL AND revoked_at IS NULL"),
    )
    op.create_index("uq_invitations_token", "invitations", ["token_hash"], unique=True)
    op.create_table(
        "waitlist_entries",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("customer_id", sa.UUID(), nullable=False),
        sa.Column("service_ids", sa.ARRAY(sa.UUID()), nullable=False),
        sa.Column("staff_id", sa.UUID(), nullable=True),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("weekdays", sa.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("from_minute", sa.SmallInteger(), nullable=False),
        sa.Column("to_minute", sa.SmallInteger(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("booking_id", sa.UUID(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'offered', 'booked', 'withdrawn', 'expired')",
            name=op.f("ck_waitlist_entries_status"),
        ),
        sa.CheckConstraint(
            "cardinality(service_ids) BETWEEN 1 AND 10", name=op.f("ck_waitlist_entries_services")
        ),
        sa.CheckConstraint(
            "cardinality(weekdays) BETWEEN 1 AND 7", name=op.f("ck_waitlist_entries_weekdays")
        ),
        sa.CheckConstraint(
            "from_minute BETWEEN 0 AND 1439 AND to_minute > from_minute AND to_minute <= 2880",
            name=op.f("ck_waitlist_entries_minutes"),
        ),
        sa.CheckConstraint("last_date >= first_date", name=op.f("ck_waitlist_entries_dates")),
        sa.ForeignKeyConstraint(
            ["salon_id", "booking_id"],
            ["bookings.salon_id", "bookings.id"],
            name=op.f("fk_waitlist_entries_salon_id_booking_id_bookings"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "customer_id"],
            ["customers.salon_id", "customers.id"],
            name=op.f("fk_waitlist_entries_salon_id_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "staff_id"],
            ["staff.salon_id", "staff.id"],
            name=op.f("fk_waitlist_entries_salon_id_staff_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_waitlist_entries_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_waitlist_entries")),
    )
    op.create_index(
        "ix_waitlist_entries_customer",
        "waitlist_entries",
        ["salon_id", "customer_id"],
        unique=False,
    )
    op.create_index(
        "ix_waitlist_entries_waiting",
        "waitlist_entries",
        ["salon_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('waiting', 'offered')"),
    )
    op.create_index("uq_waitlist_entries_token", "waitlist_entries", ["token_hash"], unique=True)
    op.create_table(
        "blocks",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("staff_id", sa.UUID(), nullable=True),
        sa.Column("resource_id", sa.UUID(), nullable=True),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_by", sa.UUID(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "NOT isempty(during) AND upper(during) - lower(during) <= interval '1 day'",
            name=op.f("ck_blocks_during"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(staff_id, resource_id) = 1", name=op.f("ck_blocks_one_subject")
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "resource_id"],
            ["resources.salon_id", "resources.id"],
            name=op.f("fk_blocks_salon_id_resource_id_resources"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "staff_id"],
            ["staff.salon_id", "staff.id"],
            name=op.f("fk_blocks_salon_id_staff_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"], ["salons.id"], name=op.f("fk_blocks_salon_id_salons"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_blocks")),
    )
    op.create_index(
        "ix_blocks_during", "blocks", ["salon_id", "during"], unique=False, postgresql_using="gist"
    )
    op.create_table(
        "waitlist_offers",
        sa.Column("salon_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("entry_id", sa.UUID(), nullable=False),
        sa.Column("hold_id", sa.UUID(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status IN ('open', 'accepted', 'declined', 'lapsed')",
            name=op.f("ck_waitlist_offers_status"),
        ),
        sa.ForeignKeyConstraint(
            ["salon_id", "entry_id"],
            ["waitlist_entries.salon_id", "waitlist_entries.id"],
            name=op.f("fk_waitlist_offers_salon_id_entry_id_waitlist_entries"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["salon_id"],
            ["salons.id"],
            name=op.f("fk_waitlist_offers_salon_id_salons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("salon_id", "id", name=op.f("pk_waitlist_offers")),
    )
    op.create_index(
        "ix_waitlist_offers_entry",
        "waitlist_offers",
        ["salon_id", "entry_id", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_waitlist_offers_expires",
        "waitlist_offers",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "uq_waitlist_offers_open",
        "waitlist_offers",
        ["salon_id", "entry_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index("uq_waitlist_offers_token", "waitlist_offers", ["token_hash"], unique=True)
    op.add_column(
        "appointments",
        sa.Column("extra_minutes", sa.SmallInteger(), server_default="0", nullable=False),
    )
    op.add_column("bookings", sa.Column("series_id", sa.UUID(), nullable=True))
    op.add_column("bookings", sa.Column("group_id", sa.UUID(), nullable=True))
    op.add_column("bookings", sa.Column("in_chair_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("bookings", sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("bookings", sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_bookings_group",
        "bookings",
        ["salon_id", "group_id"],
        unique=False,
        postgresql_where=sa.text("group_id IS NOT NULL"),
    )
    op.create_index(
        "ix_bookings_series",
        "bookings",
        ["salon_id", "series_id"],
        unique=False,
        postgresql_where=sa.text("series_id IS NOT NULL"),
    )
    link("bookings", "group_id", "booking_groups")
    link("bookings", "series_id", "booking_series")
    op.add_column(
        "customers", sa.Column("kind", sa.Text(), server_default="person", nullable=False)
    )
    op.add_column("customers", sa.Column("allergies", sa.Text(), server_default="", nullable=False))
    op.execute(  # rewrites the table, which takes about a second for 100,000 clients
        "-- squawk-ignore adding-field-with-default\n"
        "ALTER TABLE customers ADD COLUMN search_text text GENERATED ALWAYS AS (fold_text("
        "name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, ''))) STORED NOT NULL"
    )
    op.add_column("customers", sa.Column("import_id", sa.UUID(), nullable=True))
    op.add_column("customers", sa.Column("merged_into", sa.UUID(), nullable=True))
    op.add_column("customers", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_customers_import",
        "customers",
        ["salon_id", "import_id"],
        unique=False,
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )
    op.create_index(
        "ix_customers_name",
        "customers",
        ["salon_id", sa.literal_column("lower(name)"), "id"],
        unique=False,
    )
    op.create_index(
        "ix_customers_search",
        "customers",
        ["salon_id", "search_text"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index(
        "uq_customers_walk_in",
        "customers",
        ["salon_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'walk_in'"),
    )
    link("customers", "merged_into", "customers")
    op.add_column("occupancy", sa.Column("block_id", sa.UUID(), nullable=True))
    op.create_index(
        "ix_occupancy_block",
        "occupancy",
        ["salon_id", "block_id"],
        unique=False,
        postgresql_where=sa.text("block_id IS NOT NULL"),
    )
    link("occupancy", "block_id", "blocks", ondelete="CASCADE")
    op.add_column(
        "salon_policies",
        sa.Column("waitlist_offer_minutes", sa.SmallInteger(), server_default="30", nullable=False),
    )
    op.add_column(
        "salons",
        sa.Column(
            "embed_origins", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.add_column("services", sa.Column("required_form_id", sa.UUID(), nullable=True))
    op.add_column("services", sa.Column("image_id", sa.UUID(), nullable=True))
    link("services", "image_id", "media_files", ondelete="RESTRICT")
    link("services", "required_form_id", "consultation_forms", ondelete="RESTRICT")
    op.add_column(
        "staff",
        sa.Column("commission_basis_points", sa.SmallInteger(), server_default="0", nullable=False),
    )
    op.add_column("staff", sa.Column("image_id", sa.UUID(), nullable=True))
    link("staff", "image_id", "media_files", ondelete="RESTRICT")
    op.add_column(
        "time_off", sa.Column("status", sa.Text(), server_default="approved", nullable=False)
    )
    op.add_column("time_off", sa.Column("requested_by", sa.UUID(), nullable=True))
    op.add_column("time_off", sa.Column("decided_by", sa.UUID(), nullable=True))
    op.add_column("time_off", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "time_off",
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
    )
    change_checks(back=False)


def downgrade() -> None:
    """Take back."""
    change_checks(back=True)
    op.drop_column("time_off", "created_at")
    op.drop_column("time_off", "decided_at")
    op.drop_column("time_off", "decided_by")
    op.drop_column("time_off", "requested_by")
    op.drop_column("time_off", "status")
    op.drop_constraint(op.f("fk_staff_salon_id_image_id_media_files"), "staff", type_="foreignkey")
    op.drop_column("staff", "image_id")
    op.drop_column("staff", "commission_basis_points")
    op.drop_constraint(
        op.f("fk_services_salon_id_required_form_id_consultation_forms"),
        "services",
        type_="foreignkey",
    )
    op.drop_constraint(
        op.f("fk_services_salon_id_image_id_media_files"), "services", type_="foreignkey"
    )
    op.drop_column("services", "image_id")
    op.drop_column("services", "required_form_id")
    op.drop_column("salons", "embed_origins")
    op.drop_column("salon_policies", "waitlist_offer_minutes")
    op.drop_constraint(
        op.f("fk_occupancy_salon_id_block_id_blocks"), "occupancy", type_="foreignkey"
    )
    op.drop_index(
        "ix_occupancy_block",
        table_name="occupancy",
        postgresql_where=sa.text("block_id IS NOT NULL"),
    )
    op.drop_column("occupancy", "block_id")
    op.drop_constraint(
        op.f("fk_customers_salon_id_merged_into_customers"), "customers", type_="foreignkey"
    )
    op.drop_index(
        "uq_customers_walk_in", table_name="customers", postgresql_where=sa.text("kind = 'walk_in'")
    )
    op.drop_index(
        "ix_customers_search",
        table_name="customers",
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.drop_index("ix_customers_name", table_name="customers")
    op.drop_index(
        "ix_customers_import",
        table_name="customers",
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )
    op.drop_column("customers", "erased_at")
    op.drop_column("customers", "merged_into")
    op.drop_column("customers", "import_id")
    op.drop_column("customers", "search_text")
    op.drop_column("customers", "allergies")
    op.drop_column("customers", "kind")
    op.drop_constraint(
        op.f("fk_bookings_salon_id_series_id_booking_series"), "bookings", type_="foreignkey"
    )
    op.drop_constraint(
        op.f("fk_bookings_salon_id_group_id_booking_groups"), "bookings", type_="foreignkey"
    )
    op.drop_index(
        "ix_bookings_series",
        table_name="bookings",
        postgresql_where=sa.text("series_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_bookings_group", table_name="bookings", postgresql_where=sa.text("group_id IS NOT NULL")
    )
    op.drop_column("bookings", "paid_at")
    op.drop_column("bookings", "done_at")
    op.drop_column("bookings", "in_chair_at")
    op.drop_column("bookings", "group_id")
    op.drop_column("bookings", "series_id")
    op.drop_column("appointments", "extra_minutes")
    op.drop_index("uq_waitlist_offers_token", table_name="waitlist_offers")
    op.drop_index(
        "uq_waitlist_offers_open",
        table_name="waitlist_offers",
        postgresql_where=sa.text("status = 'open'"),
    )
    op.drop_index(
        "ix_waitlist_offers_expires",
        table_name="waitlist_offers",
        postgresql_where=sa.text("status = 'open'"),
    )
    op.drop_index("ix_waitlist_offers_entry", table_name="waitlist_offers")
    op.drop_table("waitlist_offers")
    op.drop_index("ix_blocks_during", table_name="blocks", postgresql_using="gist")
    op.drop_table("blocks")
    op.drop_index("uq_waitlist_entries_token", table_name="waitlist_entries")
    op.drop_index(
        "ix_waitlist_entries_waiting",
        table_name="waitlist_entries",
        postgresql_where=sa.text("status IN ('waiting', 'offered')"),
    )
    op.drop_index("ix_waitlist_entries_customer", table_name="waitlist_entries")
    op.drop_table("waitlist_entries")
    op.drop_index("uq_invitations_token", table_name="invitations")
    op.drop_index(
        "uq_invitations_open",
        table_name="invitations",
        postgresql_where=sa.text("accepted_at IS NULL AND revoked_at IS NULL"),
    )
    op.drop_table("invitations")
    op.drop_index("uq_calendar_feeds_token", table_name="calendar_feeds")
    op.drop_index(
        "uq_calendar_feeds_live",
        table_name="calendar_feeds",
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_table("calendar_feeds")
    op.drop_index("ix_form_answers_customer", table_name="form_answers")
    op.drop_table("form_answers")
    op.drop_index("ix_customer_photos_customer", table_name="customer_photos")
    op.drop_table("customer_photos")
    op.drop_index("ix_customer_notes_customer", table_name="customer_notes")
    op.drop_table("customer_notes")
    op.drop_index("uq_customer_import_errors_line", table_name="customer_import_errors")
    op.drop_table("customer_import_errors")
    op.drop_index("ix_passkeys_user", table_name="passkeys")
    op.drop_table("passkeys")
    op.drop_index("ix_passkey_challenges_expires", table_name="passkey_challenges")
    op.drop_table("passkey_challenges")
    op.drop_table("media_files")
    op.drop_index("ix_customer_merges_kept", table_name="customer_merges")
    op.drop_table("customer_merges")
    op.drop_index("ix_customer_imports_salon", table_name="customer_imports")
    op.drop_table("customer_imports")
    op.drop_table("consultation_forms")
    op.drop_table("booking_series")
    op.drop_table("booking_groups")
    op.execute("DROP FUNCTION fold_text(text)")
