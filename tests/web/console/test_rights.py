"""Every console route states who may come in, and keeps everybody else out.

Generated from the app's routes. One house serves all: its things are made once for each route, and
what a case writes is undone after it.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from bs4 import BeautifulSoup
from httpx import AsyncClient, Response

from openchair.identity.accounts.permissions import PERMISSIONS, reach
from openchair.identity.accounts.roles import remove_role
from openchair.identity.audit.record import SYSTEM
from openchair.main import create_app
from openchair.platform.db.embedded import Cluster
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import forget
from openchair.web.console.door import May
from openchair.web.console.routes import router
from openchair.web.cookies import NAME
from openchair.web.own_page import Anybody
from tests.databases import clone, drop
from tests.identity.people import open_for
from tests.web.console.conftest import (
    ORIGIN,
    ROLES,
    House,
    Seat,
    Sit,
    add_visit,
    make_house,
    on,
    status_of,
)
from tests.web.console.things import IDS, THEIR_OWN, address, make_things
from tests.web.routes import Door, doors
from tests.web.undone import Doorway, Undone

DOORS = list(doors(router.routes))
IN_SALON = [each for each in DOORS if "{salon}" in each.path]
CLOSED = [each for each in DOORS if not isinstance(each.guards[0], Anybody)]
DONE = {200, 303, 409, 422}
NOT_ALLOWED = "Your role does not allow this."


@dataclass
class Quarter:
    """Two salons that know nothing of each other, and everybody of the first at the console."""

    database: Undone
    house: House
    other: House
    seats: dict[str, Seat]
    stranger: AsyncClient


@pytest.fixture(scope="module")
async def quarter(cluster: Cluster) -> AsyncIterator[Quarter]:
    """Built once for the whole file."""
    name = f"rights_{uuid4().hex[:12]}"
    database = Undone(clone(cluster, name))
    async with AsyncExitStack() as ending:
        patch = ending.enter_context(pytest.MonkeyPatch.context())
        for limit in ("READS", "WRITES"):
            patch.setenv(f"OPENCHAIR_LIMIT_{limit}_PER_MINUTE", "1000000")
        forget()
        await ending.enter_async_context(database.open())
        house = await make_house(database, slug="house")
        other = await make_house(database, slug="other")
        served = create_app(database=database)
        served.state.live.end()  # a stream has an end, as in a process that is about to end
        app = Doorway(served)
        seats = {}
        for role in ROLES:
            async with database.transaction() as session:
                opened = await open_for(session, house.people[role])
            client = AsyncClient(transport=app, base_url=ORIGIN, cookies={NAME: opened.token})
            seats[role] = Seat(await ending.enter_async_context(client), opened.csrf_token)
        stranger = AsyncClient(transport=app, base_url=ORIGIN)
        await ending.enter_async_context(stranger)
        yield Quarter(database, house, other, seats, stranger)
    await database.close()
    drop(cluster, name)


@pytest.fixture
async def theirs(door: Door, quarter: Quarter) -> AsyncIterator[dict[str, UUID]]:
    """What the address names, of the house itself; gone after the test. What belongs to a person
    and to no salon is nobody's here: `test_account.py` knows it.
    """
    if "{salon}" not in door.path:
        yield {name: uuid4() for name in IDS.findall(door.path)}
        return
    async with quarter.database.undone():
        yield await make_things(door, quarter.database, quarter.house)


async def send(seat: Seat, door: Door, where: str) -> Response:
    """Ask as a page of ours would."""
    if door.method == "GET":
        return await seat.client.get(where)
    return await seat.press(where)


def said(answer: Response) -> str:
    """What to show of an answer that was not expected: the words of its page."""
    return answer.text.partition("<main")[2] or answer.text[-1000:]


def test_there_are_routes_to_look_at() -> None:
    assert len(IN_SALON) >= 8


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_every_route_states_its_permission(door: Door) -> None:
    assert len(door.guards) == 1
    if "{salon}" in door.path:
        assert isinstance(door.guards[0], May)
        assert door.guards[0].action in PERMISSIONS


@pytest.mark.parametrize("door", CLOSED, ids=lambda door: door.name)
async def test_nobody_comes_in_without_a_log_in(door: Door, quarter: Quarter) -> None:
    things = {name: uuid4() for name in IDS.findall(door.path)}
    answer = await quarter.stranger.request(
        door.method, address(door, salon="house", things=things)
    )
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/log-in")


@pytest.mark.parametrize("door", IN_SALON, ids=lambda door: door.name)
async def test_each_role_gets_as_far_as_the_table_says(
    door: Door, quarter: Quarter, theirs: dict[str, UUID]
) -> None:
    """What can be somebody's own is Anna's. Ben, who is `staff`, may look at it and no more."""
    where = address(door, salon="house", things=theirs)
    for role in ROLES:
        allowed = reach(role=role, action=door.guards[0].action)
        async with quarter.database.undone():
            answer = await send(quarter.seats[role], door, where)
        told = f"{role}: {answer.status_code} {said(answer)}"
        if allowed is None:
            assert answer.status_code == 403, told
            assert NOT_ALLOWED in answer.text, told
            assert quarter.house.salon.name not in answer.text, told
        elif allowed == "own" and THEIR_OWN & theirs.keys():
            assert answer.status_code in {403, 404}, told
        else:
            assert answer.status_code in DONE, told


@pytest.mark.parametrize("door", IN_SALON, ids=lambda door: door.name)
async def test_a_neighbours_salon_does_not_exist(door: Door, quarter: Quarter) -> None:
    """Not by its name, and none of its things by their ids: as page, JSON, feed or export."""
    owner = quarter.seats["owner"]
    async with quarter.database.undone():
        things = await make_things(door, quarter.database, quarter.other)
        for salon in ("other", "house") if things else ("other",):
            answer = await send(owner, door, address(door, salon=salon, things=things))
            assert answer.status_code == 404, f"{salon}: {said(answer)}"
            assert quarter.other.salon.name not in answer.text
        if "visit" in things:
            assert await status_of(quarter.database, things["visit"]) == "confirmed"


@pytest.mark.parametrize(
    "door", [each for each in IN_SALON if each.path.count(":uuid}")], ids=lambda door: door.name
)
async def test_a_guessed_id_is_nothing(door: Door, quarter: Quarter) -> None:
    things = {name: uuid4() for name in IDS.findall(door.path)}
    async with quarter.database.undone():
        answer = await send(
            quarter.seats["owner"], door, address(door, salon="house", things=things)
        )
    assert answer.status_code == 404, said(answer)


@pytest.mark.parametrize(
    "door", [each for each in CLOSED if each.method == "POST"], ids=lambda door: door.name
)
async def test_a_form_that_is_not_ours_changes_nothing(
    door: Door, quarter: Quarter, theirs: dict[str, UUID]
) -> None:
    owner, manager = quarter.seats["owner"], quarter.seats["manager"]
    where = address(door, salon="house", things=theirs)
    forged = [
        ({}, {"Origin": ORIGIN}),
        ({"csrf": ""}, {"Origin": ORIGIN}),
        ({"csrf": manager.csrf}, {"Origin": ORIGIN}),
        ({"csrf": owner.csrf}, {"Origin": "https://evil.example"}),
        ({"csrf": owner.csrf}, {"Origin": "null"}),
        ({"csrf": owner.csrf}, {"Sec-Fetch-Site": "cross-site"}),
    ]
    for form, headers in forged:
        answer = await owner.client.post(where, data=form, headers=headers)
        assert answer.status_code == 403
    as_json = await owner.client.post(where, json={"csrf": owner.csrf})
    assert as_json.status_code == 403
    if "visit" in theirs:
        assert await status_of(quarter.database, theirs["visit"]) == "confirmed"


async def test_a_stylist_marks_own_visits(house: House, database: Database, sit: Sit) -> None:
    mine = await add_visit(database, house, on(9, days=-1), staff_id=house.ben)
    ben = await sit(house.people["staff"])
    answer = await ben.press(f"/console/house/visits/{mine}/arrived")
    assert answer.status_code == 303
    assert await status_of(database, mine) == "arrived"


async def test_a_role_that_was_taken_away_is_gone_at_once(
    house: House, database: Database, sit: Sit
) -> None:
    manager = await sit(house.people["manager"])
    assert (await manager.client.get("/console/house/day")).status_code == 200
    async with database.transaction() as session:
        await remove_role(
            session, salon_id=house.salon.id, user_id=house.people["manager"], by=SYSTEM
        )
    assert (await manager.client.get("/console/house/day")).status_code == 404


@pytest.mark.parametrize("path", ["/console/house/day", "/console", "/console/house/nothing"])
async def test_no_answer_is_kept_framed_or_holds_a_script(
    path: str, house: House, sit: Sit
) -> None:
    owner = await sit(house.people["owner"])
    answer = await owner.client.get(path)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-frame-options"] == "DENY"
    if answer.status_code != 303:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "script-src 'self';" in policy
        scripts = BeautifulSoup(answer.text, "html.parser").find_all("script")
        assert all(str(each.get("src")).startswith("/static/") for each in scripts)
        assert " style=" not in answer.text
