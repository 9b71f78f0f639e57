"""notifications is the table, notification_queue a view of it; jobs are polled, not announced

The runbooks update the queue and create an index on notifications; only this way round can both.
The trigger of PgQueuer sent a NOTIFY from every commit, which let one commit happen at a time
(docs/adr/0008-polling-instead-of-notify.md).
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

RENAME = """
    DO $$
    DECLARE
        each record;
    BEGIN
        FOR each IN
            SELECT conrelid::regclass AS of, conname AS name FROM pg_constraint
            WHERE conname LIKE '%{old}%' AND contype IN ('c', 'f', 'p', 'u')
        LOOP
            EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I',
                each.of, each.name, replace(each.name, '{old}', '{new}'));
        END LOOP;
        FOR each IN SELECT indexname AS name FROM pg_indexes WHERE indexname LIKE '%{old}%'
        LOOP
            EXECUTE format('ALTER INDEX %I RENAME TO %I',
                each.name, replace(each.name, '{old}', '{new}'));
        END LOOP;
    END $$
"""


def upgrade() -> None:
    """Apply."""
    op.execute("-- squawk-ignore ban-drop-view\nDROP VIEW notifications")
    op.execute(
        "-- squawk-ignore renaming-table\nALTER TABLE notification_queue RENAME TO notifications"
    )
    op.execute(RENAME.format(old="notification_queue", new="notifications"))
    op.execute("CREATE VIEW notification_queue AS SELECT * FROM notifications")
    op.execute("ALTER TABLE pgqueuer DISABLE TRIGGER tg_pgqueuer_changed")


def downgrade() -> None:
    """Undo."""
    op.execute("ALTER TABLE pgqueuer ENABLE TRIGGER tg_pgqueuer_changed")
    op.execute("DROP VIEW notification_queue")
    op.execute("ALTER TABLE notifications RENAME TO notification_queue")
    op.execute(RENAME.format(old="notifications", new="notification_queue"))
    op.execute("CREATE VIEW notifications AS SELECT * FROM notification_queue")
