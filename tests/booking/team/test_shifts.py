from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.availability.find import find_times
from openchair.booking.team.queries import get_roster
from openchair.booking.team.shifts import set_date, set_week
from openchair.booking.team.week import DayShift, Span
from openchair.identity.audit.record import SYSTEM
from openchair.platform.errors import Invalid, NotFound
from openchair.platform.ids import new_id
from tests.booking.team.shop import make_shop
from tests.builders import MONDAY, NOW, Shop

TUESDAY = MONDAY + timedelta(days=1)


async def first_and_last(session: AsyncSession, shop: Shop, day: date) -> tuple[str, str] | None:
    found = await find_times(
        session,
        salon=await shop.salon(),
        service_ids=[next(iter(shop.services.values()))],
        first=day,
        last=day,
        now=NOW,
    )
    slots = found.days[0].slots
    return (f"{slots[0].start:%H:%M}", f"{slots[-1].start:%H:%M}") if slots else None


async def test_clients_are_offered_the_new_week_and_no_time_in_the_break(
    session: AsyncSession,
) -> None:
    shop = await make_shop(session)
    anna = next(iter(shop.staff.values()))
    changed = await set_week(
        session,
        salon_id=shop.salon_id,
        staff_id=anna,
        week={1: [Span(600, 720), Span(780, 900)]},
        by=SYSTEM,
        today=MONDAY,
    )
    assert changed
    assert await first_and_last(session, shop, MONDAY) is None
    assert await first_and_last(session, shop, TUESDAY) == ("10:00", "14:30")
    roster = await get_roster(session, salon_id=shop.salon_id, staff_id=anna, since=MONDAY)
    assert roster.week == {1: (DayShift(600, 900, (Span(720, 780),)),)}


async def test_the_same_week_again_is_no_change(session: AsyncSession) -> None:
    shop = await make_shop(session)
    anna = next(iter(shop.staff.values()))
    week = {day: [Span(540, 1020)] for day in range(7)}
    assert not await set_week(
        session, salon_id=shop.salon_id, staff_id=anna, week=week, by=SYSTEM, today=MONDAY
    )


async def test_one_date_is_different_until_it_is_taken_back(session: AsyncSession) -> None:
    shop = await make_shop(session)
    anna = next(iter(shop.staff.values()))
    before = await first_and_last(session, shop, TUESDAY)
    for spans, seen in (([Span(720, 840)], ("12:00", "13:30")), ([], before)):
        assert await set_date(
            session, salon_id=shop.salon_id, staff_id=anna, day=TUESDAY, spans=spans, by=SYSTEM
        )
        assert await first_and_last(session, shop, TUESDAY) == seen


async def test_what_it_was_before_is_written_down(session: AsyncSession) -> None:
    shop = await make_shop(session)
    anna = next(iter(shop.staff.values()))
    await set_week(session, salon_id=shop.salon_id, staff_id=anna, week={}, by=SYSTEM, today=MONDAY)
    told = await session.scalar(
        text("SELECT metadata FROM audit_logs WHERE resource_id = :id"), {"id": str(anna)}
    )
    assert told["before"]["0"] == [[540, 1020]]
    assert told["after"] == {}
    name = await session.scalar(
        text("SELECT name FROM events WHERE subject_id = :id"), {"id": anna}
    )
    assert name == "team.working_time_changed"


async def test_a_neighbours_stylist_is_nobody(session: AsyncSession) -> None:
    shop = await make_shop(session)
    with pytest.raises(NotFound):
        await set_week(
            session, salon_id=shop.salon_id, staff_id=new_id(), week={}, by=SYSTEM, today=MONDAY
        )


async def test_two_stretches_that_overlap_change_nothing(session: AsyncSession) -> None:
    shop = await make_shop(session)
    anna = next(iter(shop.staff.values()))
    before = await first_and_last(session, shop, MONDAY)
    with pytest.raises(Invalid) as refused:
        await set_week(
            session,
            salon_id=shop.salon_id,
            staff_id=anna,
            week={0: [Span(540, 720), Span(600, 900)]},
            by=SYSTEM,
            today=MONDAY,
        )
    assert refused.value.field == "day_0"
    assert await first_and_last(session, shop, MONDAY) == before
