"""The steps of alerting and incidents one after the other, as the watcher takes them."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from openchair.operations.incidents.calls import Reach
from openchair.operations.incidents.queries import list_incidents
from openchair.operations.incidents.watch import IncidentTick, tick
from openchair.operations.incidents.watched import IncidentMemory
from openchair.platform.db.engine import Database
from openchair.platform.probes import Reading
from tests.operations.alerts.scene import DOWN
from tests.operations.alerts.scene import Scene as Alerting
from tests.operations.incidents.scene import Phones


async def test_a_dead_database_from_its_first_sign_to_its_quiet_hour(
    database: Database, tmp_path: Path
) -> None:
    alerting = Alerting(database=database, folder=tmp_path)
    memory, phones = IncidentMemory(), Phones()

    async def look(*readings: Reading, after: float = 15) -> IncidentTick:
        found = await alerting.look(*readings, after=after)
        return await tick(
            alerting.context(),
            alerts=found,
            memory=memory,
            reach=Reach(deliver=phones.deliver, all_targets=phones.everywhere),
        )

    await look()
    alerting.is_database_alive = False
    assert len((await look(DOWN)).opened) == 1
    await look(DOWN)
    result = await look(DOWN)
    assert [each.scenario for each in result.open_incidents] == ["database"]
    alerting.is_database_alive = True
    (incident,) = (await look()).open_incidents
    assert incident.phase == "recovery"
    async with database.transaction() as session:
        linked = (await session.execute(text("SELECT name, incident_id FROM alerts"))).all()
    assert linked == [("DatabaseDown", incident.id)]
    await look()
    relapse = await look(DOWN)
    assert [each.phase for each in relapse.open_incidents] == ["investigation"]
    await look()
    await look(after=timedelta(minutes=20).total_seconds())  # it flapped; now it is over
    await look(after=timedelta(hours=1).total_seconds())
    async with database.transaction() as session:
        assert [each.phase for each in await list_incidents(session)] == ["closed"]
