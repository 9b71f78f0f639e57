"""Reports against what was really booked: small enough to be added up by hand."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.mark import mark_arrived, mark_no_show, mark_paid
from openchair.booking.catalogue.queries import get_catalogue
from openchair.booking.reports.period import Period
from openchair.booking.reports.queries import by_day, by_service, by_stylist, cohorts, totals
from openchair.booking.reports.utilisation import utilisation
from openchair.identity.audit.record import SYSTEM
from openchair.platform.errors import Conflict
from tests.booking.team.shop import make_shop
from tests.builders import MONDAY, NOW, Shop, at, guest

WEEK = Period(MONDAY, MONDAY + timedelta(days=6))
LATER = NOW + timedelta(days=10)


async def visit(
    session: AsyncSession, shop: Shop, start: datetime, *, client: int = 1, who: str = "anna"
) -> UUID:
    made = await book(
        session,
        salon=await shop.salon(),
        service_ids=[shop.services["cut"]],
        staff_ids=[shop.staff[who]],
        start=start,
        customer=guest(client),
        consents={},
        source="test",
        actor=SYSTEM,
        now=NOW,
    )
    return made.booking_id


async def test_a_week_adds_up(session: AsyncSession) -> None:
    """Three came, one of them for the second time; one did not come, one cancelled in time, one
    too late, and one is still expected. A cut costs 50.
    """
    shop = await make_shop(session)
    salon = await shop.salon()
    came = [
        await visit(session, shop, at(10), client=1),
        await visit(session, shop, at(11), client=2),
        await visit(session, shop, at(10, days=1), client=1),
    ]
    missed = await visit(session, shop, at(12), client=3)
    early = await visit(session, shop, at(10, days=3), client=4)
    late = await visit(session, shop, at(13, days=3), client=5)
    await visit(session, shop, at(14, days=3), client=6)
    for each in came:
        await mark_arrived(session, salon_id=salon.id, booking_id=each, by=SYSTEM, now=LATER)
    await mark_no_show(session, salon_id=salon.id, booking_id=missed, by=SYSTEM, now=LATER)
    for each, when in ((early, NOW), (late, at(12, days=3))):
        await cancel_booking(session, salon=salon, booking_id=each, by=SYSTEM, tell=False, now=when)
    found = await totals(session, salon=salon, period=WEEK)
    assert (found.visits, found.happened) == (5, 3)
    assert (found.revenue_minor, found.expected_minor) == (15_000, 5_000)
    assert (found.no_shows, found.no_show_minor) == (1, 5_000)
    assert (found.cancelled, found.cancelled_late, found.cancelled_minor) == (2, 1, 10_000)
    assert (found.clients, found.new_clients) == (4, 4)

    days = await by_day(session, salon=salon, period=WEEK)
    assert len(days) == 7
    assert [each.revenue_minor for each in days] == [10_000, 5_000, 0, 0, 0, 0, 0]
    assert [each.cancelled for each in days] == [0, 0, 0, 2, 0, 0, 0]

    (mix,) = await by_service(session, salon=salon, period=WEEK)
    assert (mix.services, mix.revenue_minor) == (3, 15_000)


async def test_a_visit_ahead_is_worth_nothing_yet(session: AsyncSession) -> None:
    """It cannot be marked before its day, and so is no revenue of a day that has not been."""
    shop = await make_shop(session)
    salon = await shop.salon()
    ahead = await visit(session, shop, at(10, days=3))
    for verb in (mark_arrived, mark_paid):
        with pytest.raises(Conflict):
            await verb(session, salon_id=salon.id, booking_id=ahead, by=SYSTEM, now=NOW)
    found = await totals(session, salon=salon, period=WEEK)
    assert (found.happened, found.revenue_minor, found.expected_minor) == (0, 0, 5_000)


async def test_a_stylist_counts_their_own_services_and_their_share(session: AsyncSession) -> None:
    shop = await make_shop(session)
    salon = await shop.salon()
    await shop.person("ben", shop.services["cut"])
    mine = await visit(session, shop, at(10), who="anna")
    other = await visit(session, shop, at(10), who="ben", client=2)
    for each in (mine, other):
        await mark_arrived(session, salon_id=salon.id, booking_id=each, by=SYSTEM, now=LATER)
    await session.execute(
        text("UPDATE staff SET commission_basis_points = 3333 WHERE id = :id"),
        {"id": shop.staff["anna"]},
    )
    anna, ben = await by_stylist(session, salon=salon, period=WEEK)
    assert (anna.revenue_minor, anna.commission_minor) == (5_000, 1_667)
    assert (ben.revenue_minor, ben.commission_minor) == (5_000, 0)
    own = await totals(session, salon=salon, period=WEEK, staff_id=shop.staff["anna"])
    assert (own.visits, own.revenue_minor) == (1, 5_000)
    (only,) = await by_stylist(session, salon=salon, period=WEEK, staff_id=shop.staff["anna"])
    assert only.staff_id == shop.staff["anna"]


async def test_half_an_hour_of_eight_is_a_sixteenth(session: AsyncSession) -> None:
    shop = await make_shop(session)
    salon = await shop.salon()
    await visit(session, shop, at(10))
    staff = (await get_catalogue(session, salon_id=salon.id)).staff
    (anna,) = await utilisation(session, salon=salon, staff=staff, period=Period(MONDAY, MONDAY))
    assert (anna.working, anna.booked) == (480, 30)
    assert anna.working_by_hour == {(0, hour): 60 for hour in range(9, 17)}
    assert {key: value for key, value in anna.booked_by_hour.items() if value} == {(0, 10): 30}


async def test_who_came_again_is_known_once_the_time_is_over(session: AsyncSession) -> None:
    shop = await make_shop(session)
    salon = await shop.salon()
    for client, days in ((1, 0), (1, 20), (2, 0)):
        booked = await visit(session, shop, at(10 + client, days=days), client=client)
        seen = at(20, days=days)
        await mark_arrived(session, salon_id=salon.id, booking_id=booked, by=SYSTEM, now=seen)
    (may,) = await cohorts(session, salon=salon, now=NOW + timedelta(days=100))
    assert (may.month, may.clients) == (date(2026, 5, 1), 2)
    assert may.came_again == (1, 1, None, None, None)
