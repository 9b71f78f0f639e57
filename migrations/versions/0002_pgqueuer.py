"""the job queue of PgQueuer, as its own version 1.6 prints it"""

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.util import await_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTALL = Path(__file__).with_suffix(".sql")


def upgrade() -> None:
    """Apply: many statements at once, which only the driver's own execute takes."""
    if context.is_offline_mode():
        op.execute(INSTALL.read_text())
        return
    connection = op.get_bind()
    connection.execute(sa.text("SELECT 1"))
    await_only(connection.connection.driver_connection.execute(INSTALL.read_text()))


def downgrade() -> None:
    """Undo."""
    for table in ("pgqueuer", "pgqueuer_log", "pgqueuer_statistics", "pgqueuer_schedules"):
        op.execute(f"DROP TABLE IF EXISTS {table} CASCADE")
    op.execute("DROP FUNCTION IF EXISTS fn_pgqueuer_changed CASCADE")
    op.execute("DROP TYPE IF EXISTS pgqueuer_status CASCADE")
