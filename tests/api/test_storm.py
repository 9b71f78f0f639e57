"""Sixty-four clients want the same time: one gets it, the others are offered something else."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from httpx import AsyncClient, Response

from openchair.platform.db.engine import Database
from tests.api.conftest import on, stored
from tests.api.web_process import WebProcess, web_process
from tests.builders import make_salon

CLIENTS = 64
PATIENCE = 60.0
MOMENTS = (0.01, 0.04, 0.1, 0.2)
"""Seconds into the storm at which the process is killed."""

pytestmark = pytest.mark.timeout(300)


async def make_busy_salon(database: Database, *, stylists: int) -> UUID:
    """Each visit needs a stylist, a chair and its client; there are as many chairs as stylists."""
    async with database.transaction() as session:
        shop = await make_salon(session, slug="busy")
        chairs = await shop.things("chair", stylists)
        cut = await shop.service("cut", 30, before=5, after=10, needs=(chairs,))
        for number in range(stylists):
            await shop.person(f"stylist-{number}", cut)
        return cut


def wish(cut: UUID, start: str, number: int) -> dict[str, Any]:
    return {
        "service_ids": [str(cut)],
        "start": start,
        "customer": {"name": f"Client {number}", "email": f"client{number}@example.com"},
    }


async def overlaps(database: Database) -> int:
    """Pairs of rows that take one resource at one moment; written without the constraint's help."""
    async with database.engine.connect() as connection:
        found = await connection.exec_driver_sql(
            """
            SELECT count(*) FROM occupancy a JOIN occupancy b
              ON a.resource_id = b.resource_id AND a.id < b.id
             AND lower(a.during) < upper(b.during) AND lower(b.during) < upper(a.during)
            """
        )
        return int(found.scalar_one())


async def deadlocks(database: Database) -> int:
    async with database.engine.connect() as connection:
        found = await connection.exec_driver_sql(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        return int(found.scalar_one())


def check_refusals(answers: list[Response]) -> None:
    """Every loser is told what is free instead."""
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["code"] == "time_taken"
            assert answer.json()["alternatives"]


@pytest.mark.parametrize("stylists", [1, 3])
async def test_64_clients_on_one_time(
    database: Database, database_url: str, run_folder: Path, stylists: int
) -> None:
    cut = await make_busy_salon(database, stylists=stylists)
    with web_process(database_url=database_url, folder=run_folder) as web:
        limits = httpx.Limits(max_connections=CLIENTS)
        async with AsyncClient(base_url=web.url, timeout=PATIENCE, limits=limits) as call:
            for start in (on(10), on(14)):
                answers = await asyncio.gather(
                    *(
                        call.post("/api/v1/salons/busy/bookings", json=wish(cut, start, number))
                        for number in range(CLIENTS)
                    )
                )
                told = Counter(each.status_code for each in answers)
                assert told == {201: stylists, 409: CLIENTS - stylists}
                check_refusals(answers)
    assert await stored(database, "bookings") == 2 * stylists
    assert await stored(database, "occupancy") == 2 * stylists * 3
    assert await stored(database, "notification_queue") == 2 * stylists * 2
    assert await overlaps(database) == 0
    assert await deadlocks(database) == 0


async def test_64_clients_hold_one_time(
    database: Database, database_url: str, run_folder: Path
) -> None:
    cut = await make_busy_salon(database, stylists=1)
    body = {"service_ids": [str(cut)], "start": on(10)}
    with web_process(database_url=database_url, folder=run_folder) as web:
        limits = httpx.Limits(max_connections=CLIENTS)
        async with AsyncClient(base_url=web.url, timeout=PATIENCE, limits=limits) as call:
            answers = await asyncio.gather(
                *(call.post("/api/v1/salons/busy/holds", json=body) for _ in range(CLIENTS))
            )
            assert Counter(each.status_code for each in answers) == {201: 1, 409: CLIENTS - 1}
            check_refusals(answers)
            hold = next(each.json() for each in answers if each.status_code == 201)
            confirm = {"hold_id": hold["hold_id"], "customer": wish(cut, "", 1)["customer"]}
            confirmed = await asyncio.gather(
                *(call.post("/api/v1/salons/busy/bookings", json=confirm) for _ in range(8))
            )
    assert {each.status_code for each in confirmed} == {201}
    assert len({each.content for each in confirmed}) == 1
    assert await stored(database, "bookings") == 1
    assert await stored(database, "holds") == 0
    assert await overlaps(database) == 0


async def test_64_clients_on_one_time_while_the_web_process_is_killed(
    database: Database, database_url: str, run_folder: Path
) -> None:
    """Clients whose answer was lost ask again with their key, as the documentation says."""
    cut = await make_busy_salon(database, stylists=1)
    lost = 0
    with web_process(database_url=database_url, folder=run_folder) as web:
        for round_number, moment in enumerate(MOMENTS):
            start = on(10 + round_number)
            storm = asyncio.gather(
                *(ask_until_answered(web, cut, start, number) for number in range(CLIENTS))
            )
            await asyncio.sleep(moment)
            web.kill()
            await asyncio.to_thread(web.start)
            outcomes = await storm
            answers = [answer for answer, _ in outcomes]
            lost += sum(tries > 1 for _, tries in outcomes)
            assert Counter(each.status_code for each in answers) == {201: 1, 409: CLIENTS - 1}
            check_refusals(answers)
            assert await stored(database, "bookings") == round_number + 1
    assert lost > 0
    assert await stored(database, "appointments") == len(MOMENTS)
    assert await stored(database, "notification_queue") == 2 * len(MOMENTS)
    assert await overlaps(database) == 0
    assert await deadlocks(database) == 0


async def ask_until_answered(
    web: WebProcess, cut: UUID, start: str, number: int
) -> tuple[Response, int]:
    """The answer, and how many times it was asked for."""
    key = {"Idempotency-Key": f"{start}-{number}"}
    for tries in range(1, 50):
        try:
            async with AsyncClient(base_url=web.url, timeout=PATIENCE) as call:
                answer = await call.post(
                    "/api/v1/salons/busy/bookings", json=wish(cut, start, number), headers=key
                )
        except httpx.TransportError:
            await asyncio.sleep(0.05)
        else:
            return answer, tries
    pytest.fail("never answered")
