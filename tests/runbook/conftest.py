"""psql, as the person with the runbook uses it, and a salon to look at."""

from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from openchair.platform.db.embedded import Cluster
from openchair.platform.db.engine import Database
from tests.notifications.dead_letters.letters import salon_of

Psql = Callable[[str], list[list[str]]]


@pytest.fixture
def psql(cluster: Cluster, database_url: str) -> Psql:
    """Runs one statement by the real psql; answers the rows as it prints them."""
    name = urlsplit(database_url).path.removeprefix("/")

    def ask(statement: str) -> list[list[str]]:
        printed = cluster.run_sql(statement, database=name)
        return [line.split("|") for line in printed.splitlines()]

    return ask


@pytest.fixture
async def salon_id(database: Database) -> UUID:
    async with database.transaction() as session:
        return await salon_of(session)
