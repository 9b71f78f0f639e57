from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.confirm import book
from openchair.booking.feeds.address import end_address, make_address
from openchair.booking.feeds.queries import find_feed, list_entries, list_feeds
from openchair.booking.feeds.write import write_calendar
from openchair.identity.audit.record import SYSTEM
from openchair.platform.errors import NotFound
from openchair.platform.ids import new_id
from tests.booking.team.shop import make_shop
from tests.builders import NOW, Shop, guest

SUMMER = datetime(2026, 5, 5, 8, tzinfo=UTC)
WINTER = datetime(2026, 11, 3, 9, tzinfo=UTC)
"""Both are ten o'clock in Zurich."""


async def visit(session: AsyncSession, shop: Shop, start: datetime) -> UUID:
    made = await book(
        session,
        salon=await shop.salon(),
        service_ids=[shop.services["cut"]],
        start=start,
        customer=guest(1),
        consents={},
        source="test",
        actor=SYSTEM,
        now=NOW,
    )
    return made.booking_id


async def calendar(session: AsyncSession, shop: Shop) -> Any:
    """As a program of somebody else's reads it."""
    entries = await list_entries(
        session,
        salon_id=shop.salon_id,
        staff_id=shop.staff["anna"],
        first=NOW,
        last=NOW + timedelta(days=365),
    )
    written = write_calendar(
        entries, salon=await shop.salon(), name="Anna", language="en", blocked="Blocked"
    )
    return Calendar.from_ical(written)


async def test_the_clock_on_the_wall_is_right_in_summer_and_in_winter(
    session: AsyncSession,
) -> None:
    shop = await make_shop(session)
    for start in (SUMMER, WINTER):
        await visit(session, shop, start)
    found = await calendar(session, shop)
    starts = [each["DTSTART"] for each in found.walk("VEVENT")]
    assert [f"{each.dt:%H:%M}" for each in starts] == ["10:00", "10:00"]
    assert [each.params["TZID"] for each in starts] == ["Europe/Zurich"] * 2
    assert len(found.walk("VTIMEZONE")) == 1
    assert [each.dt.astimezone(UTC) for each in starts] == [SUMMER, WINTER]


async def test_programs_are_told_how_often_to_look_in_the_form_each_knows(
    session: AsyncSession,
) -> None:
    lines = (await calendar(session, await make_shop(session))).to_ical().decode().splitlines()
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT15M" in lines
    assert "X-PUBLISHED-TTL:PT15M" in lines


async def test_a_cancelled_visit_is_gone_and_no_contact_is_told(session: AsyncSession) -> None:
    shop = await make_shop(session)
    kept, gone = [await visit(session, shop, SUMMER + timedelta(hours=n)) for n in range(0, 4, 2)]
    await cancel_booking(
        session, salon=await shop.salon(), booking_id=gone, by=SYSTEM, tell=False, now=NOW
    )
    (event,) = (await calendar(session, shop)).walk("VEVENT")
    assert event["UID"] == f"visit-{kept}@openchair"
    assert event["SUMMARY"] == "Client 1: Cut"
    assert "@" not in event.to_ical().decode().replace("@openchair", "")


async def test_an_address_is_found_by_its_secret_until_it_is_ended(session: AsyncSession) -> None:
    shop = await make_shop(session)
    anna = shop.staff["anna"]
    args: dict[str, Any] = {"salon_id": shop.salon_id, "staff_id": anna, "by": SYSTEM, "now": NOW}
    first = await make_address(session, **args)
    assert (await find_feed(session, token=first, now=NOW)).staff_id == anna
    second = await make_address(session, **args)
    with pytest.raises(NotFound):
        await find_feed(session, token=first, now=NOW)
    assert (await find_feed(session, token=second, now=NOW)).staff_id == anna
    (state,) = await list_feeds(session, salon_id=shop.salon_id)
    assert state.last_read_at == NOW
    assert await end_address(session, **args)
    assert not await end_address(session, **args)
    with pytest.raises(NotFound):
        await find_feed(session, token=second, now=NOW)


async def test_a_neighbours_stylist_gets_no_address_here(session: AsyncSession) -> None:
    shop = await make_shop(session)
    with pytest.raises(NotFound):
        await make_address(session, salon_id=shop.salon_id, staff_id=new_id(), by=SYSTEM, now=NOW)
