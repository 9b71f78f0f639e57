"""Drill 6 as an incident: PostgreSQL really dies, the watcher opens one beside it, and it is in the
database once when that is back.
"""

import asyncio
from pathlib import Path

import pytest

from openchair.operations.incidents.incident_file import read_incidents
from tests.drills.watched import now, open_watched

pytestmark = pytest.mark.timeout(240)

INCIDENTS = "SELECT scenario || ' ' || phase FROM incidents"
LINES = "SELECT string_agg(kind, ' ' ORDER BY at, id) FROM incident_entries WHERE kind <> 'told'"
TWICE = "SELECT count(*) - count(DISTINCT source) FROM incident_entries WHERE source IS NOT NULL"
LINKED = "SELECT count(*) FROM alerts JOIN incidents ON incidents.id = alerts.incident_id"


def provisional(folder: Path) -> list[str]:
    """Scenarios of incidents that the watcher keeps beside the database."""
    return [
        each.incident.scenario
        for file in folder.rglob("incidents.json")
        for each in read_incidents(file.parent).watched
        if each.base is None
    ]


async def test_an_incident_opens_without_a_database_and_is_in_it_later(
    watched_folder: Path,
) -> None:
    async with open_watched(watched_folder) as scene:
        since = now()
        await asyncio.to_thread(
            scene.cluster._run, "pg_ctl", "stop", "-D", scene.cluster.data, "-m", "immediate", "-w"
        )
        await scene.is_told("DatabaseDown", channels={"webhook", "slack", "sms"}, since=since)

        async def is_written_beside() -> bool:
            return "database" in provisional(watched_folder)

        await scene.until(is_written_beside)
        await asyncio.to_thread(scene.cluster.start)
        await scene.is_over("DatabaseDown", channels={"webhook", "slack", "sms"})

        async def is_in_it() -> bool:
            return scene.sql(INCIDENTS) == "database recovery"

        await scene.until(is_in_it)
        assert scene.sql(LINES).startswith("opened alert")
        assert scene.sql(TWICE) == "0"
        assert int(scene.sql(LINKED)) >= 1
