"""Alembic's environment: every room's tables, one connection, one transaction a migration."""

import asyncio

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from openchair.platform.db.base import Base
from openchair.platform.db.tables import know_all_tables

LIMITS = ("SET lock_timeout = '5s'", "SET statement_timeout = '10min'")
OWNED_BY_PGQUEUER = "pgqueuer"


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave PgQueuer's tables alone: it versions them itself."""
    return kind != "table" or not (name or "").startswith(OWNED_BY_PGQUEUER)


def migrate(connection: Connection) -> None:
    """Run the migrations; one that waits for a lock gives up instead of stopping the salon."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=ours,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        for limit in LIMITS:
            connection.exec_driver_sql(limit)
        context.run_migrations()


async def connect_and_migrate(url: str) -> None:
    """Open one connection for the migrations and close it."""
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


def print_only() -> None:
    """Write the statements to standard output instead of running them."""
    context.configure(dialect_name="postgresql", literal_binds=True, transaction_per_migration=True)
    with context.begin_transaction():
        for limit in LIMITS:
            context.execute(limit)
        context.run_migrations()


know_all_tables()
if context.is_offline_mode():
    print_only()
else:
    asyncio.run(connect_and_migrate(context.config.attributes["url"]))
