"""What a salon hands out: the list of its clients, and everything about one of them."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.clients.archive import gather_archive
from openchair.booking.clients.list_out import all_clients, guarded
from openchair.customers.notes.photos import keep_photo
from openchair.identity.audit.record import SYSTEM
from openchair.platform.db.engine import Database
from tests.booking.clients.scene import make_scene
from tests.booking.clients.test_erase import a_client
from tests.builders import NOW
from tests.customers.profiles.many import write_clients
from tests.media.pictures import photo


async def test_the_archive_holds_everything_about_one_client(session: AsyncSession) -> None:
    scene = await make_scene(session)
    client = await a_client(scene)
    await keep_photo(session, salon_id=scene.salon.id, client_id=client, content=photo(), by=SYSTEM)
    archive = await gather_archive(
        session, salon=scene.salon, client_id=client, by=SYSTEM, now=NOW + timedelta(days=1)
    )
    data = archive.data
    assert data["client"][0]["name"] == "Zoë Müller-Frei"
    assert [each["services"][0]["stylist"] for each in data["visits"]] == ["Anna", "Anna"]
    assert data["visits"][0]["note"] == "Kundin ist allergisch"
    assert [each["body"] for each in data["notes"]] == ["Die Kundin"]
    assert data["consents"][0]["kind"] == "marketing"
    assert data["waitlist"][0]["contact_email"] == "freundin@example.ch"
    assert len(data["messages"]) >= 2
    assert {each["action"] for each in data["log"]} >= {"create", "edit", "note", "note_removed"}
    assert {each["by"] for each in data["log"]} <= {"you", "team", "program"}
    assert data["photos"][0]["file"] == archive.pictures[0][0] == "photos/001.webp"
    assert b"Kundin" in orjson.dumps(data, default=str)
    assert await scene.one("SELECT count(*) FROM audit_logs WHERE action = 'export'") == 1


async def test_five_thousand_clients_come_in_pages(database: Database) -> None:
    async with database.transaction() as session:
        scene = await make_scene(session)
        await write_clients(session, salon_id=scene.salon.id, count=5000)
        await a_client(scene)
    pages = [page async for page in all_clients(database, salon_id=scene.salon.id)]
    clients = [each for page in pages for each in page]
    assert len(clients) == len({each.id for each in clients}) == 4996
    assert max(map(len, pages)) == 1000
    zoe = next(each for each in clients if each.email == "zoe@example.ch")
    assert (zoe.visits, zoe.marketing, zoe.last_visit, zoe.spent_minor) == (0, True, None, 0)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-1+2", "'-1+2"),
        ("\tx", "'\tx"),
        ("+41791234567", "+41791234567"),
        ("+4179=1", "'+4179=1"),
        ("Anna", "Anna"),
        ("", ""),
    ],
)
def test_no_cell_is_run_as_a_formula(cell: str, written: str) -> None:
    assert guarded([cell]) == [written]
