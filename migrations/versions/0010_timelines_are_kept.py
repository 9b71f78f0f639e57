"""a line of an incident's timeline is never changed; the alerts of an incident are found"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute("""
        CREATE FUNCTION refuse_change_of_timeline() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'a line of an incident''s timeline is never changed';
        END $$
    """)
    op.execute("""
        CREATE TRIGGER tg_incident_entries_kept BEFORE UPDATE ON incident_entries
        FOR EACH ROW EXECUTE FUNCTION refuse_change_of_timeline()
    """)
    op.create_index(
        "ix_alerts_incident",
        "alerts",
        ["incident_id"],
        unique=False,
        postgresql_where=sa.text("incident_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_alerts_incident", table_name="alerts")
    op.execute("DROP TRIGGER tg_incident_entries_kept ON incident_entries")
    op.execute("DROP FUNCTION refuse_change_of_timeline()")
