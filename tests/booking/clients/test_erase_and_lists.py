"""Somebody is erased who stands in a list that the salon brought along."""

from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.clients.erase import erase_client
from openchair.identity.audit.record import SYSTEM
from openchair.platform.errors import Conflict
from tests.booking.clients.scene import Scene, make_scene
from tests.builders import NOW

NAME = 'Zoë "Zo" Müller-Frei'
THEIRS = (
    ['Zoë "Zo"', "Müller-Frei", "12", "", "wegen Ammoniak"],
    ["MÜLLER-FREI", 'Zoë "Zo"', "", "zoe@", "Vor- und Nachname vertauscht"],
    ["Z. Müller", "", "079 123 45 67", "zoe@", "unter der Nummer"],
    ["Z.", "", "12", "Zoe@Example.ch", "unter der Adresse"],
)
OTHERS = (
    ["Zoë", "Müllerhans", "12", "", "heisst nur ähnlich"],
    ["Ben", "Frei", "044 123 45 68", "ben@", "jemand anderes"],
)


async def a_list(scene: Scene, *, status: str, rows: tuple[list[str], ...] = ()) -> None:
    import_id = uuid4()
    await scene.run(
        "INSERT INTO customer_imports (salon_id, id, filename, key, mapping, status)"
        " VALUES (:salon_id, :id, 'x.csv', 'x', '{}', :status)",
        salon_id=scene.salon.id, id=import_id, status=status,
    )  # fmt: skip
    for line, cells in enumerate(rows, start=2):
        await scene.run(
            "INSERT INTO customer_import_errors (salon_id, id, import_id, line, cells, field,"
            " reason) VALUES (:salon_id, gen_random_uuid(), :import_id, :line,"
            " CAST(:cells AS jsonb), 'phone', 'phone_invalid')",
            salon_id=scene.salon.id, import_id=import_id, line=line,
            cells=orjson.dumps(cells).decode(),
        )  # fmt: skip


async def erase(scene: Scene, client: UUID, *, name: str = NAME) -> None:
    await erase_client(
        scene.session, salon=scene.salon, client_id=client, typed_name=name, by=SYSTEM, now=NOW
    )


async def lines_left(scene: Scene) -> int:
    return int(await scene.one("SELECT count(*) FROM customer_import_errors"))


async def test_bad_rows_about_them_go_in_whatever_cells_they_stand(session: AsyncSession) -> None:
    scene = await make_scene(session)
    client = await scene.client(NAME, email="zoe@example.ch", phone="+41791234567")
    await a_list(scene, status="done", rows=THEIRS + OTHERS)
    await erase(scene, client)
    assert await lines_left(scene) == len(OTHERS)


async def test_a_familys_telephone_keeps_the_others_bad_rows(session: AsyncSession) -> None:
    scene = await make_scene(session)
    client = await scene.client(NAME, phone="+41791234567")
    await scene.client("Ben Frei", phone="+41791234567")
    await a_list(scene, status="done", rows=(["Ben", "Frei", "079 123 45 67", "ben@", ""],))
    await erase(scene, client)
    assert await lines_left(scene) == 1


async def test_a_name_without_a_letter_takes_nobodys_row_along(session: AsyncSession) -> None:
    scene = await make_scene(session)
    client = await scene.client("🌸")
    await a_list(scene, status="done", rows=OTHERS)
    await erase(scene, client, name="🌸")
    assert await lines_left(scene) == len(OTHERS)


async def test_nobody_is_erased_while_a_list_would_bring_them_back(session: AsyncSession) -> None:
    scene = await make_scene(session)
    client = await scene.client(NAME)
    await a_list(scene, status="running")
    with pytest.raises(Conflict, match="being taken over") as refusal:
        await erase(scene, client)
    assert refusal.value.code == "list_running"
    await scene.run("UPDATE customer_imports SET status = 'done'")
    await erase(scene, client)
