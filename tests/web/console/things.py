"""What the addresses of the console name: for each kind of id a thing that really is there.

A page with a new kind of id adds one line to `MAKERS`; `test_rights.py` then walks its routes.
"""

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi.routing import APIRoute
from sqlalchemy import text

from openchair.platform.db.engine import Database
from tests.web.console.conftest import House, add_visit, on

Maker = Callable[[Database, House], Awaitable[UUID]]
IDS = re.compile(r"\{(\w+):uuid\}")


async def make_visit(database: Database, house: House) -> UUID:
    """A visit of Anna's that has begun."""
    return await add_visit(database, house, on(9, days=-1))


async def make_message(database: Database, house: House) -> UUID:
    """The mail about a visit of Anna's; it waits to be sent."""
    await add_visit(database, house, on(11, days=3))
    return await _one(
        database,
        "SELECT id FROM notifications WHERE salon_id = :salon_id AND status = 'pending'"
        " ORDER BY created_at DESC, id DESC LIMIT 1",
        salon_id=house.salon.id,
    )


MAKERS: dict[str, Maker] = {"visit": make_visit, "message": make_message}


async def make_things(route: APIRoute, database: Database, house: House) -> dict[str, UUID]:
    """One thing for each id in the route's path."""
    return {name: await MAKERS[name](database, house) for name in IDS.findall(route.path)}


def address(route: APIRoute, *, salon: str, things: dict[str, UUID]) -> str:
    """The route's path, filled."""
    filled = IDS.sub(lambda found: str(things[found.group(1)]), route.path)
    return filled.replace("{salon}", salon)


async def _one(database: Database, statement: str, **values: object) -> UUID:
    async with database.transaction() as session:
        found = (await session.execute(text(statement), values)).scalar_one()
    return UUID(str(found))
