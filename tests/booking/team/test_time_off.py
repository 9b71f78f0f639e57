from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.availability.find import find_times
from openchair.booking.team.queries import list_time_off
from openchair.booking.team.time_off import add_time_off, decide_time_off, withdraw_time_off
from openchair.identity.audit.record import SYSTEM
from openchair.platform.errors import Conflict, Invalid
from tests.booking.team.shop import make_shop
from tests.builders import MONDAY, NOW, Shop

DAY = datetime(2026, 5, 3, 22, tzinfo=NOW.tzinfo)
"""Midnight in Zurich, at the beginning of that Monday."""


async def times(session: AsyncSession, shop: Shop) -> int:
    found = await find_times(
        session,
        salon=await shop.salon(),
        service_ids=[next(iter(shop.services.values()))],
        first=MONDAY,
        last=MONDAY,
        now=NOW,
    )
    return len(found.days[0].slots)


async def ask(session: AsyncSession, shop: Shop, *, approved: bool = False, days: int = 0) -> UUID:
    return await add_time_off(
        session,
        salon_id=shop.salon_id,
        staff_id=next(iter(shop.staff.values())),
        start=DAY + timedelta(days=days),
        end=DAY + timedelta(days=days + 1),
        reason="Dentist",
        approved=approved,
        by=SYSTEM,
        now=NOW,
    )


async def test_only_what_is_approved_keeps_clients_away(session: AsyncSession) -> None:
    shop = await make_shop(session)
    free = await times(session, shop)
    asked = await ask(session, shop)
    assert await times(session, shop) == free > 0
    for status, seen in (("approved", 0), ("declined", free), ("approved", 0), ("requested", free)):
        await decide_time_off(
            session, salon_id=shop.salon_id, time_off_id=asked, status=status, by=SYSTEM, now=NOW
        )
        assert await times(session, shop) == seen, status


async def test_withdrawn_it_is_gone_and_says_what_it_was(session: AsyncSession) -> None:
    shop = await make_shop(session)
    free = await times(session, shop)
    asked = await ask(session, shop, approved=True)
    gone = await withdraw_time_off(
        session, salon_id=shop.salon_id, time_off_id=asked, by=SYSTEM, now=NOW
    )
    assert (gone.status, gone.reason, gone.start) == ("approved", "Dentist", DAY)
    assert await times(session, shop) == free


async def test_the_same_day_is_not_asked_for_twice(session: AsyncSession) -> None:
    shop = await make_shop(session)
    await ask(session, shop)
    with pytest.raises(Conflict) as refused:
        await ask(session, shop)
    assert refused.value.code == "time_off_overlaps"


async def test_declined_it_does_not_stand_in_the_way(session: AsyncSession) -> None:
    shop = await make_shop(session)
    asked = await ask(session, shop)
    await decide_time_off(
        session, salon_id=shop.salon_id, time_off_id=asked, status="declined", by=SYSTEM, now=NOW
    )
    assert await ask(session, shop) != asked


async def test_it_has_to_end_after_it_begins(session: AsyncSession) -> None:
    shop = await make_shop(session)
    with pytest.raises(Invalid) as refused:
        await add_time_off(
            session,
            salon_id=shop.salon_id,
            staff_id=next(iter(shop.staff.values())),
            start=DAY,
            end=DAY,
            reason="",
            approved=True,
            by=SYSTEM,
            now=NOW,
        )
    assert refused.value.field == "end"


async def test_the_list_is_read_page_by_page(session: AsyncSession) -> None:
    shop = await make_shop(session)
    asked = [await ask(session, shop, days=number) for number in range(5)]
    seen: list[UUID] = []
    after = None
    for _ in range(3):
        page = await list_time_off(session, salon_id=shop.salon_id, now=NOW, limit=2, after=after)
        seen += [each.id for each in page]
        after = (page[-1].start, page[-1].id)
    assert seen == asked
    past = await list_time_off(
        session, salon_id=shop.salon_id, now=DAY + timedelta(days=9), past=True
    )
    assert [each.id for each in past] == asked[::-1]
