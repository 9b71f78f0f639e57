"""What the addresses of the console name: for each kind of id a thing that really is there.

A page with a new kind of id adds one line to `MAKERS`; `test_rights.py` then walks its routes.
"""

import re
from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy import text

from openchair.booking.blocks.block import block_time
from openchair.booking.catalogue.add import add_item
from openchair.booking.catalogue.categories import add_category
from openchair.booking.catalogue.rules import Wanted as WantedService
from openchair.booking.clients.merge import merge_clients
from openchair.booking.equipment.change import add_group, add_thing
from openchair.booking.team.time_off import add_time_off
from openchair.booking.waitlist.join import Wanted, join_waitlist
from openchair.booking.waitlist.offer import offer_time
from openchair.booking.waitlist.rules import Wish
from openchair.customers.imports.begin import begin_import, keep_file
from openchair.customers.imports.read import read_sheet
from openchair.customers.profiles.add import add_client
from openchair.identity.accounts.roles import grant_role
from openchair.identity.audit.record import SYSTEM
from openchair.identity.invitations.invite import invite
from openchair.notifications.dead_letters.filters import Filter
from openchair.notifications.dead_letters.redrive import begin_redrive
from openchair.notifications.suppressions.suppress import suppress
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.webhooks.outgoing.create import create_endpoint
from openchair.webhooks.outgoing.publish import publish_test
from tests.builders import guest
from tests.notifications.dead_letters.letters import fail
from tests.web.console.client_things import CLIENT_MAKERS
from tests.web.console.conftest import House, add_visit, on
from tests.web.routes import Door

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


async def make_letter(database: Database, house: House) -> UUID:
    """A mail that was given up."""
    async with database.transaction() as session:
        return await fail(session, house.salon.id)


async def make_endpoint(database: Database, house: House) -> UUID:
    """Where the salon's own software is told."""
    async with database.transaction() as session:
        made = await create_endpoint(
            session, salon_id=house.salon.id, url="https://example.com/hooks"
        )
    return made.id


async def make_delivery(database: Database, house: House) -> UUID:
    """A test event on its way there."""
    endpoint_id = await make_endpoint(database, house)
    async with database.transaction() as session:
        return await publish_test(
            session, salon_id=house.salon.id, endpoint_id=endpoint_id, now=utc_now()
        )


async def make_redrive(database: Database, house: House) -> UUID:
    """A redrive that has just begun."""
    await make_letter(database, house)
    async with database.transaction() as session:
        begun, _ = await begin_redrive(
            session, meant=Filter(salon_id=house.salon.id), rate_per_minute=60, by="test"
        )
    assert begun is not None
    return begun.id


async def make_suppression(database: Database, house: House) -> UUID:
    """An address that is not written to."""
    async with database.transaction() as session:
        await suppress(
            session,
            salon_id=house.salon.id,
            channel="email",
            recipient="anna@example.org",
            reason="manual",
            now=utc_now(),
        )
    return await _one(
        database,
        "SELECT id FROM notification_suppressions WHERE salon_id = :salon_id",
        salon_id=house.salon.id,
    )


async def make_stylist(_database: Database, house: House) -> UUID:
    """Anna."""
    return house.anna


async def make_off(database: Database, house: House) -> UUID:
    """A day off that Anna asked for."""
    async with database.transaction() as session:
        return await add_time_off(
            session,
            salon_id=house.salon.id,
            staff_id=house.anna,
            start=on(0, days=20),
            end=on(0, days=21),
            reason="",
            approved=False,
            by=SYSTEM,
            now=utc_now(),
        )


async def make_kind(database: Database, house: House) -> UUID:
    """A group of chairs."""
    async with database.transaction() as session:
        return await add_group(
            session,
            salon_id=house.salon.id,
            location_id=house.salon.location.id,
            kind="chair",
            name={"en": "Chairs"},
            by=SYSTEM,
        )


async def make_thing(database: Database, house: House) -> UUID:
    """A chair."""
    kind = await make_kind(database, house)
    async with database.transaction() as session:
        return await add_thing(
            session, salon_id=house.salon.id, group_id=kind, name="By the window", by=SYSTEM
        )


async def make_person(_database: Database, house: House) -> UUID:
    """The receptionist, who can be given another role or none."""
    return house.people["receptionist"]


async def make_change(database: Database, house: House) -> UUID:
    """The receptionist's latest change of a role."""
    user_id = house.people["receptionist"]
    async with database.transaction() as session:
        for role in ("manager", "receptionist"):
            await grant_role(
                session, salon_id=house.salon.id, user_id=user_id, role=role, by=SYSTEM
            )
    return await _one(
        database,
        "SELECT id FROM role_changes WHERE salon_id = :salon_id ORDER BY id DESC LIMIT 1",
        salon_id=house.salon.id,
    )


async def make_invitation(database: Database, house: House) -> UUID:
    """Somebody who was asked to join and has not answered yet."""
    async with database.transaction() as session:
        return await invite(
            session,
            salon_id=house.salon.id,
            email=f"new@{house.salon.slug}.example",
            role="staff",
            staff_id=None,
            language="de",
            by=SYSTEM,
            now=utc_now(),
        )


async def make_block(database: Database, house: House) -> UUID:
    """Half an hour of Anna's that nobody can book."""
    async with database.transaction() as session:
        block = await block_time(
            session,
            salon=house.salon,
            staff_id=house.anna,
            start=on(15, days=1),
            end=on(15, 30, days=1),
            by=SYSTEM,
            now=utc_now(),
        )
    return block.id


async def make_entry(database: Database, house: House) -> UUID:
    """Somebody who waits for a cut, whom a time was offered."""
    async with database.transaction() as session:
        day = on(12, days=3)
        joined = await join_waitlist(
            session,
            salon=house.salon,
            wanted=Wanted(
                (house.cut,), None, Wish(day.date(), day.date(), frozenset(range(7)), 0, 1440)
            ),
            customer=guest(40),
            source="test",
            actor=SYSTEM,
            now=utc_now(),
        )
        await offer_time(
            session,
            salon=house.salon,
            entry_id=joined.entry_id,
            start=day,
            staff_ids=[house.anna],
            by=SYSTEM,
            now=utc_now(),
        )
    return joined.entry_id


async def make_client(database: Database, house: House) -> UUID:
    """Somebody on the list."""
    async with database.transaction() as session:
        return await add_client(session, salon=house.salon, name="Zoë Müller", by=SYSTEM)


async def make_merge(database: Database, house: House) -> UUID:
    """Somebody who was merged into the client that was made last."""
    newest = "SELECT id FROM customers WHERE salon_id = :salon_id ORDER BY created_at DESC LIMIT 1"
    kept = await _one(database, newest, salon_id=house.salon.id)
    gone = await make_client(database, house)
    async with database.transaction() as session:
        return await merge_clients(
            session, salon_id=house.salon.id, kept_id=kept, gone_id=gone, choices={}, by=SYSTEM
        )


async def make_upload(database: Database, house: House) -> UUID:
    """A list of clients that is not taken over yet."""
    content = b"name\nAnna\n"
    key = await keep_file(salon_id=house.salon.id, content=content)
    async with database.transaction() as session:
        return await begin_import(
            session,
            salon_id=house.salon.id,
            filename="clients.csv",
            key=key,
            sheet=read_sheet(content, country="CH"),
            rows_total=1,
            by=SYSTEM,
        )


async def make_service(database: Database, house: House) -> UUID:
    """A service of the price list."""
    async with database.transaction() as session:
        category = await session.scalar(
            text("SELECT id FROM service_categories WHERE salon_id = :salon_id LIMIT 1"),
            {"salon_id": house.salon.id},
        )
        done = await add_item(
            session,
            salon=house.salon,
            kind="service",
            parent_id=None,
            wanted=WantedService(
                name={house.salon.default_language: "Shave"},
                description={},
                category_id=UUID(str(category)),
                price_minor=3000,
                active_minutes=30,
            ),
            by=SYSTEM,
        )
    return done.id


async def make_category(database: Database, house: House) -> UUID:
    """A heading of the price list, with nothing under it."""
    async with database.transaction() as session:
        name = {house.salon.default_language: "Beard"}
        done = await add_category(
            session, salon=house.salon, name=name, colour="#1c7ed6", by=SYSTEM
        )
    return done.id


MAKERS: dict[str, Maker] = {
    "service": make_service,
    "category": make_category,
    **CLIENT_MAKERS,
    "client": make_client,
    "other": make_client,
    "merge": make_merge,
    "upload": make_upload,
    "entry": make_entry,
    "stylist": make_stylist,
    "off": make_off,
    "kind": make_kind,
    "thing": make_thing,
    "visit": make_visit,
    "block": make_block,
    "message": make_message,
    "letter": make_letter,
    "redrive": make_redrive,
    "endpoint": make_endpoint,
    "delivery": make_delivery,
    "suppression": make_suppression,
    "person": make_person,
    "change": make_change,
    "invitation": make_invitation,
}

THEIR_OWN = {"block", "off", "stylist", "visit"}
"""Kinds that belong to a stylist: `staff` with `Reach.OWN` is refused here, for it is Anna's."""


async def make_things(door: Door, database: Database, house: House) -> dict[str, UUID]:
    """One thing for each id in the route's path."""
    return {name: await MAKERS[name](database, house) for name in IDS.findall(door.path)}


def address(door: Door, *, salon: str, things: dict[str, UUID]) -> str:
    """The route's path, filled."""
    filled = IDS.sub(lambda found: str(things[found.group(1)]), door.path)
    return filled.replace("{salon}", salon)


async def _one(database: Database, statement: str, **values: object) -> UUID:
    async with database.transaction() as session:
        found = (await session.execute(text(statement), values)).scalar_one()
    return UUID(str(found))
