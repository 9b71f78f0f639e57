"""Every route of the operations console states who may come in, and keeps everybody else out."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from httpx import AsyncClient
from starlette.routing import BaseRoute

from openchair.identity.audit.record import SYSTEM
from openchair.identity.operators.grant import revoke
from openchair.identity.operators.permissions import PERMISSIONS, may
from openchair.platform.db.engine import Database
from openchair.web.ops.door import Known, Operates
from openchair.web.ops.routes import router
from openchair.web.own_page import Anybody
from tests.web.ops.conftest import ORIGIN, Sit

HALF_A_DAY = timedelta(hours=12, seconds=1)
PLACES = re.compile(r"\{(\w+):(uuid|int|path)\}")


def walk(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """All routes, also of the routers inside."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from walk(inner.routes)


ROUTES = list(walk(router.routes))


def calls(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from calls(each)


def guards(route: APIRoute) -> list[Anybody | Known | Operates]:
    return [call for call in calls(route.dependant) if isinstance(call, Anybody | Known | Operates)]


def method_of(route: APIRoute) -> str:
    return min(route.methods or {"GET"})


def name_of(route: APIRoute) -> str:
    return f"{method_of(route)} {route.path}"


def address(route: APIRoute) -> str:
    values = {"uuid": str(uuid4()), "int": "7", "path": "nowhere"}
    return PLACES.sub(lambda found: values[found[2]], route.path)


OPERATED = [route for route in ROUTES if isinstance(guards(route)[0], Operates)]


def test_there_are_routes_to_look_at() -> None:
    assert len(OPERATED) >= 30


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_every_route_states_its_permission(route: APIRoute) -> None:
    stated = guards(route)
    assert len(stated) == 1
    if isinstance(stated[0], Operates):
        assert stated[0].action in PERMISSIONS


def test_only_the_ways_in_are_open_before_the_second_factor() -> None:
    open_ones = {name_of(route) for route in ROUTES if route not in OPERATED}
    assert open_ones == {
        "GET /ops/log-in",
        "POST /ops/log-in",
        "POST /ops/log-out",
        "POST /ops/look",
        "GET /ops/second-factor",
        "POST /ops/second-factor",
        "GET /ops/second-factor/set-up",
        "POST /ops/second-factor/set-up",
        "GET /ops/{rest:path}",
    }


def test_every_door_of_the_app_under_ops_is_one_of_them(door: FastAPI) -> None:
    served = {route.path for route in walk(door.routes) if route.path.startswith("/ops")}
    assert served == {route.path for route in ROUTES}


async def test_nobody_comes_in_without_a_log_in(stranger: AsyncClient) -> None:
    for route in ROUTES:
        if isinstance(guards(route)[0], Anybody):
            continue
        answer = await stranger.request(method_of(route), address(route))
        assert answer.status_code == 303, name_of(route)
        assert answer.headers["location"].startswith("/ops/log-in")


async def test_for_the_team_of_a_salon_there_is_nothing(sit: Sit) -> None:
    seat = await sit("nobody")
    for route in ROUTES:
        if isinstance(guards(route)[0], Anybody):
            continue
        answer = await seat.client.request(
            method_of(route), address(route), data={"csrf": seat.csrf}, headers={"Origin": ORIGIN}
        )
        assert answer.status_code == 404, name_of(route)
        assert "Log out" not in answer.text


@pytest.mark.parametrize("shown", [None, HALF_A_DAY])
async def test_without_a_fresh_second_factor_every_route_asks_for_it(
    shown: timedelta | None, sit: Sit
) -> None:
    seat = await sit("operator", shown=shown)
    for route in OPERATED:
        answer = await seat.client.request(
            method_of(route), address(route), data={"csrf": seat.csrf}, headers={"Origin": ORIGIN}
        )
        assert answer.status_code == 303, name_of(route)
        assert answer.headers["location"].startswith("/ops/second-factor")


async def test_an_owner_gets_as_far_as_the_table_says(sit: Sit) -> None:
    seat = await sit("owner")
    for route in OPERATED:
        answer = await seat.client.request(
            method_of(route), address(route), data={"csrf": seat.csrf}, headers={"Origin": ORIGIN}
        )
        if may(role="owner", action=guards(route)[0].action):
            assert answer.status_code in {200, 303}, name_of(route)
        else:
            assert answer.status_code == 403, name_of(route)


async def test_an_operator_gets_everywhere(sit: Sit) -> None:
    seat = await sit("operator")
    for route in OPERATED:
        answer = await seat.client.request(
            method_of(route), address(route), data={"csrf": seat.csrf}, headers={"Origin": ORIGIN}
        )
        assert answer.status_code in {200, 303, 404, 409, 422}, f"{name_of(route)} {answer.text}"


async def test_a_form_that_is_not_ours_changes_nothing(sit: Sit) -> None:
    seat, other = await sit("operator"), await sit("operator")
    forged = [
        ({}, {"Origin": ORIGIN}),
        ({"csrf": other.csrf}, {"Origin": ORIGIN}),
        ({"csrf": seat.csrf}, {"Origin": "https://evil.example"}),
        ({"csrf": seat.csrf}, {"Sec-Fetch-Site": "cross-site"}),
    ]
    for route in ROUTES:
        if method_of(route) != "POST" or isinstance(guards(route)[0], Anybody):
            continue
        for form, headers in forged:
            answer = await seat.client.post(address(route), data=form, headers=headers)
            assert answer.status_code == 403, name_of(route)


async def test_a_right_that_was_taken_away_is_gone_at_once(sit: Sit, database: Database) -> None:
    seat = await sit("operator")
    assert (await seat.client.get("/ops")).status_code == 200
    async with database.transaction() as session:
        await revoke(session, user_id=seat.user_id, by=SYSTEM)
    assert (await seat.client.get("/ops")).status_code == 404


@pytest.mark.parametrize("path", ["/ops", "/ops/alerts", "/ops/nothing"])
async def test_no_answer_is_kept_framed_or_styled_from_elsewhere(path: str, sit: Sit) -> None:
    seat = await sit("operator")
    answer = await seat.client.get(path)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-frame-options"] == "DENY"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert " style=" not in answer.text
