"""The watcher's step while the database is away: it opens and escalates by what it wrote down, and
hands everything over once.
"""

from collections import Counter
from datetime import timedelta

from tests.operations.incidents.scene import Scene, alert

MINUTES = timedelta(minutes=1)


async def test_while_the_database_is_away_it_escalates_and_is_written_once_when_back(
    scene: Scene,
) -> None:
    await scene.people()
    await scene.look()  # the contacts are known from now on
    scene.is_database_alive = False
    given = alert("DatabaseDown")
    result = await scene.look(given)
    (provisional,) = result.open_incidents
    assert (provisional.number, provisional.scenario) == (0, "database")
    scene.restart()
    assert [each.id for each in (await scene.look()).open_incidents] == [provisional.id]
    for _ in range(30):
        await scene.look(after=1 * MINUTES)
    assert scene.phones.called() == ["marek@example.org", "+491710000001"]
    scene.acknowledge(given, who="Marek")
    await scene.look()
    await scene.look(over=[scene.firing[given.id]])
    assert await scene.incidents() == []
    scene.is_database_alive = True
    await scene.look()
    (incident,) = await scene.incidents()
    assert (incident.id, incident.phase) == (provisional.id, "recovery")
    assert incident.number > 0
    lines = await scene.lines(incident)
    scene.restart()
    await scene.look()
    await scene.look()
    assert await scene.lines(incident) == lines
    kinds = Counter(kind for kind, _ in lines)
    assert kinds == {
        "opened": 1,
        "role": 1,
        "alert": 2,
        "reminder": 2,
        "told": 2,
        "escalation": 1,
        "acknowledged": 1,
        "resolved": 1,
    }
    acts = await scene.run("SELECT action FROM audit_logs WHERE resource_type = 'incident'")
    assert acts == [("open",)]
    attempts = await scene.run("SELECT count(*), count(DISTINCT id) FROM alert_attempts")
    assert attempts[0][0] == attempts[0][1] > 0


async def test_a_watcher_that_died_after_handing_over_hands_over_the_same(scene: Scene) -> None:
    scene.is_database_alive = False
    await scene.look(alert("DatabaseDown"))
    file = scene.folder / "incidents.json"
    left = file.read_bytes()
    scene.is_database_alive = True
    await scene.look()
    (incident,) = await scene.incidents()
    lines = await scene.lines(incident)
    file.write_bytes(left)
    scene.restart()
    await scene.look()
    (again,) = await scene.incidents()
    assert again.id == incident.id
    assert await scene.lines(again) == lines


async def test_a_file_that_cannot_be_read_is_left_behind(scene: Scene) -> None:
    scene.folder.mkdir(parents=True)
    (scene.folder / "incidents.json").write_text("{half")
    await scene.look(alert("DatabaseDown"))
    assert len(await scene.incidents()) == 1
