"""A stylist's private calendar as a program reads it."""

import orjson
import pytest
from httpx import AsyncClient
from sqlalchemy import text

from openchair.booking.feeds.jobs import end_feed
from openchair.identity.accounts.models import RoleChangeRow
from openchair.platform.db.engine import Database
from openchair.platform.jobs.queue import JobContext
from tests.web.console.conftest import House, Sit, add_visit, on


async def test_a_stylist_makes_an_address_and_a_program_reads_it(
    house: House, database: Database, sit: Sit, stranger: AsyncClient
) -> None:
    await add_visit(database, house, on(10, days=2), staff_id=house.ben)
    ben = await sit(house.people["staff"])
    page = await ben.press(f"/console/house/feeds/{house.ben}")
    assert page.status_code == 200
    address = page.text.split('<code class="secret">')[1].split("<")[0]
    path = "/feeds/" + address.rpartition("/")[2]
    answer = await stranger.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.text.count("BEGIN:VEVENT") == 1
    again = await stranger.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await ben.press(f"/console/house/feeds/{house.ben}/end")
    assert (await stranger.get(path)).status_code == 404


async def test_a_guessed_address_is_nothing(stranger: AsyncClient, house: House) -> None:
    assert house.salon.slug
    assert (await stranger.get("/feeds/guess.ics")).status_code == 404


@pytest.mark.parametrize("how", ["removed", "linked to nobody", "never meant to join"])
async def test_who_left_reads_their_calendar_no_longer(
    house: House, database: Database, sit: Sit, stranger: AsyncClient, how: str
) -> None:
    owner, ben = await sit(house.people["owner"]), await sit(house.people["staff"])
    page = await ben.press(f"/console/house/feeds/{house.ben}")
    path = "/feeds/" + page.text.split('<code class="secret">')[1].split("<")[0].rpartition("/")[2]
    assert (await stranger.get(path)).status_code == 200
    people = "/console/house/salon/people"
    where = f"{people}/{house.people['staff']}"
    if how == "removed":
        await owner.press(f"{where}/remove")
    elif how == "linked to nobody":
        await owner.press(f"{where}/role", role="staff", staff_id="")
    else:
        async with database.transaction() as session:
            change = RoleChangeRow(
                salon_id=house.salon.id, user_id=house.people["staff"], new_role="staff"
            )
            session.add(change)
            await session.flush()
        done = await owner.press(f"{people}/changes/{change.id}/undo", staff_id="")
        assert done.status_code == 303
    async with database.transaction() as session:
        queued = text("SELECT payload FROM pgqueuer WHERE entrypoint = 'feeds.end'")
        payload = orjson.loads((await session.execute(queued)).scalar_one())
    await end_feed(JobContext(database=database), payload)
    assert (await stranger.get(path)).status_code == 404


async def test_a_role_alone_leaves_the_calendar_where_it_is(
    house: House, database: Database, sit: Sit
) -> None:
    owner = await sit(house.people["owner"])
    where = f"/console/house/salon/people/{house.people['staff']}/role"
    wanted = {"role": "receptionist", "staff_id": str(house.ben), "confirmed": "yes"}
    assert (await owner.press(where, **wanted)).status_code == 303
    async with database.transaction() as session:
        queued = text("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'feeds.end'")
        assert await session.scalar(queued) == 0
