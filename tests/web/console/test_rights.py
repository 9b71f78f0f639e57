"""Every console route states who may come in, and keeps everybody else out."""

from collections.abc import Iterable, Iterator
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from httpx import AsyncClient
from starlette.routing import BaseRoute

from openchair.identity.accounts.permissions import PERMISSIONS, reach
from openchair.identity.accounts.roles import remove_role
from openchair.identity.audit.record import SYSTEM
from openchair.platform.db.engine import Database
from openchair.web.console.door import LoggedIn, May
from openchair.web.console.routes import router
from openchair.web.own_page import Anybody
from tests.web.console.conftest import (
    ORIGIN,
    ROLES,
    House,
    Sit,
    add_visit,
    make_house,
    on,
    status_of,
)
from tests.web.console.things import IDS, address, make_things


def walk(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """All routes, also of the routers inside."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from walk(inner.routes)


ROUTES = list(walk(router.routes))
SALON_ROUTES = [route for route in ROUTES if "{salon}" in route.path]


def calls(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from calls(each)


def guards(route: APIRoute) -> list[Anybody | LoggedIn | May]:
    return [call for call in calls(route.dependant) if isinstance(call, Anybody | LoggedIn | May)]


def name_of(route: APIRoute) -> str:
    return f"{method_of(route)} {route.path}"


def method_of(route: APIRoute) -> str:
    return min(route.methods or {"GET"})


def test_there_are_routes_to_look_at() -> None:
    assert len(SALON_ROUTES) >= 8


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_every_route_states_its_permission(route: APIRoute) -> None:
    stated = guards(route)
    assert len(stated) == 1
    if "{salon}" in route.path:
        assert isinstance(stated[0], May)
        assert stated[0].action in PERMISSIONS


def test_every_door_of_the_app_under_console_is_one_of_them(door: FastAPI) -> None:
    served = {route.path for route in walk(door.routes) if route.path.startswith("/console")}
    assert served == {route.path for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
async def test_nobody_comes_in_without_a_log_in(
    route: APIRoute, stranger: AsyncClient, house: House
) -> None:
    if isinstance(guards(route)[0], Anybody):
        return
    things = {name: uuid4() for name in IDS.findall(route.path)}
    where = address(route, salon="house", things=things)
    answer = await stranger.request(method_of(route), where)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/log-in")


@pytest.mark.parametrize("route", SALON_ROUTES, ids=name_of)
@pytest.mark.parametrize("role", ROLES)
async def test_each_role_gets_as_far_as_the_table_says(
    route: APIRoute, role: str, house: House, database: Database, sit: Sit
) -> None:
    """A visit is Anna's and has begun. Ben, who is `staff`, may look at it and no more."""
    things = await make_things(route, database, house)
    guard = guards(route)[0]
    allowed = reach(role=role, action=guard.action)
    seat = await sit(house.people[role])
    where = address(route, salon="house", things=things)
    if method_of(route) == "GET":
        status = (await seat.client.get(where)).status_code
    else:
        status = (await seat.press(where)).status_code
    if allowed is None or (allowed == "own" and "visit" in things):
        assert status == 403
    else:
        assert status in {200, 303, 409, 422}


@pytest.mark.parametrize("route", SALON_ROUTES, ids=name_of)
async def test_a_neighbours_salon_does_not_exist(
    route: APIRoute, house: House, database: Database, sit: Sit
) -> None:
    other = await make_house(database, slug="other")
    things = await make_things(route, database, other)
    owner = await sit(house.people["owner"])
    method = method_of(route)
    for salon in ("other", "house") if things else ("other",):
        where = address(route, salon=salon, things=things)
        answer = await owner.client.request(
            method, where, data={"csrf": owner.csrf} if method == "POST" else None
        )
        assert answer.status_code == 404
    if "visit" in things:
        assert await status_of(database, things["visit"]) == "confirmed"


@pytest.mark.parametrize(
    "route", [route for route in SALON_ROUTES if method_of(route) == "POST"], ids=name_of
)
async def test_a_form_that_is_not_ours_changes_nothing(
    route: APIRoute, house: House, database: Database, sit: Sit
) -> None:
    things = await make_things(route, database, house)
    owner, manager = await sit(house.people["owner"]), await sit(house.people["manager"])
    where = address(route, salon="house", things=things)
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
    if "visit" in things:
        assert await status_of(database, things["visit"]) == "confirmed"


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
