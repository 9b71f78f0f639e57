"""Everything a day shows: badges, processing gaps, holds, blocks, who works when."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.hold import hold_time
from openchair.booking.blocks.block import block_time
from openchair.booking.calendar.board import read_board
from openchair.booking.calendar.shapes import CalendarBoard
from openchair.identity.audit.record import SYSTEM
from tests.booking.calendar.week import APPOINTMENTS, STYLISTS, write_week
from tests.builders import MONDAY, NOW, Shop, at, guest, make_salon

TUESDAY = MONDAY + timedelta(days=1)


async def board(shop: Shop, first: date = TUESDAY, last: date | None = None) -> CalendarBoard:
    return await read_board(
        shop.session, salon=await shop.salon(), first=first, last=last or first, now=NOW
    )


async def visit(
    shop: Shop, services: list[UUID], staff: UUID, start: datetime, *, number: int = 1
) -> UUID:
    booked = await book(
        shop.session,
        salon=await shop.salon(),
        service_ids=services,
        staff_ids=[staff],
        start=start,
        customer=guest(number),
        consents={},
        source="web",
        actor=SYSTEM,
        now=NOW,
    )
    return booked.booking_id


async def test_a_day_has_its_visits_with_processing_as_a_gap(session: AsyncSession) -> None:
    shop = await make_salon(session)
    colour = await shop.service("colour", 30, processing=20, finish=10, before=5, after=10)
    anna = await shop.person("anna", colour)
    booking = await visit(shop, [colour], anna, at(10, days=1))
    await visit(shop, [colour], anna, at(10, days=2), number=2)  # another day's

    (entry,) = (await board(shop)).entries

    assert entry.booking_id == booking
    assert (entry.staff_id, entry.minutes, entry.colour) == (anna, 60, "red")
    assert [(each.start, each.end, each.phase) for each in entry.segments] == [
        (at(10, days=1), at(10, 30, days=1), "active"),
        (at(10, 30, days=1), at(10, 50, days=1), "processing"),
        (at(10, 50, days=1), at(11, days=1), "finish"),
    ]


async def test_what_was_booked_counts_and_not_what_the_service_is_now(
    session: AsyncSession,
) -> None:
    shop = await make_salon(session)
    colour = await shop.service("colour", 30, processing=20, finish=10)
    anna = await shop.person("anna", colour)
    await visit(shop, [colour], anna, at(10, days=1))
    await session.execute(text("UPDATE services SET processing_minutes = 5, active_minutes = 60"))

    (entry,) = (await board(shop)).entries

    assert [each.phase for each in entry.segments] == ["active", "processing", "finish"]
    assert entry.segments[1].end - entry.segments[1].start == timedelta(minutes=20)


async def test_badges_know_the_past_of_the_client(session: AsyncSession) -> None:
    shop = await make_salon(session)
    cut = await shop.service("cut", 30)
    anna = await shop.person("anna", cut)
    early = await visit(shop, [cut], anna, at(9, days=1))
    late = await visit(shop, [cut], anna, at(11, days=1))
    new = await visit(shop, [cut], anna, at(12, days=1), number=2)
    await session.execute(
        text("UPDATE bookings SET status = 'no_show' WHERE id = :id"), {"id": early}
    )
    await session.execute(text("UPDATE customers SET allergies = 'PPD' WHERE name = 'Client 2'"))

    visits = {entry.booking_id: entry.visit for entry in (await board(shop)).entries}

    assert visits[late].no_shows == 1
    assert visits[late].is_first  # they never came
    assert (visits[new].no_shows, visits[new].is_first, visits[new].allergies) == (0, True, "PPD")
    await session.execute(text("UPDATE bookings SET status = 'paid' WHERE id = :id"), {"id": early})
    visits = {entry.booking_id: entry.visit for entry in (await board(shop)).entries}
    assert visits[early].is_first
    assert not visits[late].is_first
    assert visits[late].no_shows == 0


async def test_somebody_without_a_name_is_nobodys_first_visit(session: AsyncSession) -> None:
    shop = await make_salon(session)
    cut = await shop.service("cut", 30)
    anna = await shop.person("anna", cut)
    await visit(shop, [cut], anna, at(9, days=1))
    await session.execute(text("UPDATE customers SET kind = 'walk_in'"))

    (entry,) = (await board(shop)).entries

    assert entry.visit.walked_in
    assert not entry.visit.is_first


async def test_a_form_counts_when_it_is_old_enough_and_not_too_old(session: AsyncSession) -> None:
    shop = await make_salon(session)
    colour = await shop.service("colour", 30)
    anna = await shop.person("anna", colour)
    await visit(shop, [colour], anna, at(9, days=4))
    friday = MONDAY + timedelta(days=4)
    await session.execute(
        text("""
            WITH form AS (
                INSERT INTO consultation_forms (salon_id, id, name, statement, lead_hours,
                                                valid_days, active)
                SELECT id, gen_random_uuid(), '{}', '{}', 48, 30, true FROM salons WHERE id = :salon
                RETURNING id)
            UPDATE services SET required_form_id = (SELECT id FROM form) WHERE salon_id = :salon
        """),
        {"salon": shop.salon_id},
    )

    async def missing() -> bool:
        (entry,) = (await board(shop, friday)).entries
        return entry.visit.form_missing

    async def answered(outcome: str, moment: datetime) -> None:
        await session.execute(
            text("""
                INSERT INTO form_answers (salon_id, id, customer_id, form_id, outcome, answered_at)
                SELECT c.salon_id, gen_random_uuid(), c.id, f.id, :outcome, :moment
                FROM customers c JOIN consultation_forms f ON f.salon_id = c.salon_id
                WHERE c.salon_id = :salon
            """),
            {"outcome": outcome, "moment": moment, "salon": shop.salon_id},
        )

    assert await missing()
    await answered("passed", at(9, days=-30))
    assert await missing()  # too long ago
    await answered("passed", at(9, days=1))
    assert not await missing()
    await answered("reaction", at(10, days=1))
    assert await missing()  # the newest counts
    await answered("passed", at(10, days=3))
    assert await missing()  # not two days before


async def test_columns_say_who_works_and_who_is_away(session: AsyncSession) -> None:
    shop = await make_salon(session)
    cut = await shop.service("cut", 30)
    anna = await shop.person("anna", cut, shifts=((8 * 60, 18 * 60),), breaks=((720, 750),))
    await shop.away(anna, at(15, days=1), at(9, days=3))

    found = await board(shop)

    (column,) = found.columns
    assert column.working == ((at(9, days=1), at(17, days=1)),)  # the house opens at nine
    assert found.opening == ((at(9, days=1), at(17, days=1)),)
    assert [(each.kind, each.start, each.end) for each in column.away] == [
        ("break", at(12, days=1), at(12, 30, days=1)),
        ("time_off", at(15, days=1), at(0, days=2)),
    ]


async def test_a_closed_day_has_no_hours(session: AsyncSession) -> None:
    shop = await make_salon(session)
    await shop.person("anna", await shop.service("cut"))
    await shop.holiday(TUESDAY)

    found = await board(shop)

    assert found.opening == ()
    assert found.columns[0].working == ()


async def test_who_left_keeps_a_column_while_visits_stand_in_it(session: AsyncSession) -> None:
    shop = await make_salon(session)
    cut = await shop.service("cut", 30)
    anna = await shop.person("anna", cut)
    await visit(shop, [cut], anna, at(9, days=1))
    await session.execute(text("UPDATE staff SET active = false"))

    assert [column.id for column in (await board(shop)).columns] == [anna]
    assert (await board(shop, TUESDAY + timedelta(days=1))).columns == ()


async def test_what_somebody_is_typing_and_what_is_kept_free(session: AsyncSession) -> None:
    shop = await make_salon(session)
    cut = await shop.service("cut", 30)
    anna = await shop.person("anna", cut)
    salon = await shop.salon()
    held = await hold_time(
        session,
        salon=salon,
        service_ids=[cut],
        staff_ids=[anna],
        start=at(10, days=1),
        now=NOW,
    )
    block = await block_time(
        session,
        salon=salon,
        staff_id=anna,
        start=at(14, days=1),
        end=at(15, days=1),
        reason="Training",
        by=SYSTEM,
        now=NOW,
    )

    found = await board(shop)

    assert [(each.staff_id, each.start, each.expires_at) for each in found.holds] == [
        (anna, at(10, days=1), held.expires_at)
    ]
    assert [(each.id, each.name, each.reason) for each in found.blocks] == [
        (block.id, "Anna", "Training")
    ]
    later = await read_board(session, salon=salon, first=TUESDAY, last=TUESDAY, now=held.expires_at)
    assert later.holds == ()


async def test_cancelled_visits_are_counted_and_not_shown(session: AsyncSession) -> None:
    shop = await make_salon(session)
    cut = await shop.service("cut", 30)
    anna = await shop.person("anna", cut)
    await visit(shop, [cut], anna, at(9, days=1))
    await session.execute(text("UPDATE bookings SET status = 'cancelled'"))

    found = await board(shop)

    assert (found.entries, found.cancelled) == ((), 1)


async def test_another_salons_day_is_not_seen(session: AsyncSession) -> None:
    shop, other = await make_salon(session), await make_salon(session)
    cut = await other.service("cut", 30)
    await visit(other, [cut], await other.person("ben", cut), at(9, days=1))

    found = await board(shop)

    assert (found.columns, found.entries) == ((), ())


async def test_a_large_week_is_whole(session: AsyncSession) -> None:
    week = await write_week(session, monday=MONDAY, clients=500)
    shop = Shop(session, week.salon_id, week.slug, week.salon_id, week.salon_id)

    found = await board(shop, MONDAY, MONDAY + timedelta(days=6))

    assert (len(found.entries), len(found.columns)) == (APPOINTMENTS, STYLISTS)
    kinds = {each.phase for entry in found.entries for each in entry.segments}
    assert kinds == {"active", "processing", "finish"}
    visits = [entry.visit for entry in found.entries]
    assert any(visit.no_shows for visit in visits)
    assert any(visit.form_missing for visit in visits)
    assert any(visit.allergies for visit in visits)
    assert all(visit.resource_ids for visit in visits)
