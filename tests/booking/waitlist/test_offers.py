"""What becomes of a time that is free again: who is asked, in which order, and what is not."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.queries import get_booking_by_id
from openchair.booking.appointments.reschedule import reschedule_booking
from openchair.booking.blocks.block import block_time, unblock
from openchair.booking.team.time_off import add_time_off, withdraw_time_off
from openchair.booking.waitlist.accept import accept_offer
from openchair.booking.waitlist.decline import decline_offer
from openchair.booking.waitlist.lapse import lapse_offers
from openchair.booking.waitlist.withdraw import withdraw_entry
from openchair.identity.audit.record import SYSTEM, Actor
from openchair.platform.errors import Conflict
from openchair.salons.queries import get_salon_by_id
from tests.booking.waitlist.conftest import CLIENT, Waiting, cancel, wish
from tests.builders import MONDAY, NOW, Shop, at, guest

DESK = Actor("user")


async def test_the_first_who_fits_is_offered_the_freed_time_with_a_hold(waiting: Waiting) -> None:
    visit = await waiting.book(10)
    tuesday = await waiting.join(1, wish=wish(MONDAY + timedelta(days=1)))
    first, second = await waiting.join(2), await waiting.join(3)
    await cancel(waiting, visit)
    offer = await waiting.next()
    assert offer is not None
    assert (offer.entry_id, offer.start) == (first, at(10))
    assert offer.expires_at == NOW + timedelta(minutes=30)
    assert (await waiting.entry(first)).status == "offered"
    assert [(await waiting.entry(each)).status for each in (tuesday, second)] == ["waiting"] * 2
    with pytest.raises(Conflict, match="not free"):
        await waiting.book(10)
    assert await waiting.next() is None, "the only freed time is kept"


async def test_nobody_is_offered_a_time_that_was_free_all_along(waiting: Waiting) -> None:
    visit = await waiting.book(10)
    await waiting.join(1, staff_id=waiting.ben)
    await cancel(waiting, visit)
    assert await waiting.next() is None


async def test_several_freed_times_go_to_several_people_and_one_to_each(waiting: Waiting) -> None:
    first, second, third = [await waiting.join(number) for number in (1, 2, 3)]
    for hour in (10, 14):
        visit = await waiting.book(hour)
        await cancel(waiting, visit)
        assert await waiting.next() is not None
    offers = [(await waiting.entry(each)).open for each in (first, second)]
    assert [each.start for each in offers if each] == [at(10), at(14)]
    assert (await waiting.entry(third)).open is None


async def test_one_person_has_one_open_offer_whatever_they_wait_for(waiting: Waiting) -> None:
    await waiting.join(1)
    await waiting.join(1, staff_id=waiting.anna)
    for hour, found in ((10, True), (14, False)):
        await cancel(waiting, await waiting.book(hour))
        assert (await waiting.next() is not None) is found


async def test_yes_makes_it_their_visit_and_twice_yes_is_one_visit(waiting: Waiting) -> None:
    visit = await waiting.book(10)
    entry_id = await waiting.join(1)
    await cancel(waiting, visit)
    await waiting.next()
    confirmed, twice = [
        await accept_offer(
            waiting.session,
            salon=waiting.salon,
            token=waiting.tokens[entry_id],
            by=CLIENT,
            now=NOW,
        )
        for _ in range(2)
    ]
    assert (twice.booking_id, twice.replayed) == (confirmed.booking_id, True)
    booking = await get_booking_by_id(waiting.session, booking_id=confirmed.booking_id)
    assert (booking.start, booking.customer_name, booking.source) == (
        at(10),
        "Client 1",
        "waitlist",
    )
    entry = await waiting.entry(entry_id)
    assert (entry.status, entry.booking_id, entry.open) == ("booked", booking.id, None)
    assert await waiting.next() is None


async def test_no_passes_it_to_the_next_and_it_does_not_come_back(waiting: Waiting) -> None:
    visit = await waiting.book(10)
    first, second = await waiting.join(1), await waiting.join(2)
    await cancel(waiting, visit)
    await waiting.next()
    await decline_offer(
        waiting.session, salon=waiting.salon, token=waiting.tokens[first], by=CLIENT, now=NOW
    )
    assert (await waiting.entry(first)).status == "waiting"
    offer = await waiting.next()
    assert offer is not None
    assert offer.entry_id == second
    await withdraw_entry(waiting.session, salon=waiting.salon, entry_id=second, by=CLIENT, now=NOW)
    assert await waiting.next() is None, "who said no is not asked again for the same time"


async def test_no_is_a_no_to_all_that_was_freed_together(waiting: Waiting) -> None:
    """The buffer behind the visit makes the next start a new one; it is still the same time."""
    await waiting.session.execute(
        text("UPDATE services SET buffer_after_minutes = 5 WHERE id = :id"), {"id": waiting.cut}
    )
    visit = await waiting.book(10)
    first, second = [await waiting.join(each, staff_id=waiting.anna) for each in (1, 2)]
    await cancel(waiting, visit)
    for entry_id in (first, second):
        offer = await waiting.next()
        assert offer is not None
        assert (offer.entry_id, offer.start) == (entry_id, at(10))
        await decline_offer(
            waiting.session,
            salon=waiting.salon,
            token=waiting.tokens[entry_id],
            by=CLIENT,
            now=NOW,
        )
    assert await waiting.next() is None
    other = await waiting.book(15)
    await cancel(waiting, other)
    again = await waiting.next()
    assert again is not None
    assert (again.entry_id, again.start) == (first, at(15))


async def test_an_unanswered_offer_lapses_and_the_time_goes_on(waiting: Waiting) -> None:
    visit = await waiting.book(10)
    first, second = await waiting.join(1), await waiting.join(2)
    await cancel(waiting, visit)
    await waiting.next()
    assert not await lapse_offers(waiting.session, now=NOW + timedelta(minutes=29))
    assert (await waiting.entry(first)).status == "offered"
    late = NOW + timedelta(minutes=30)
    await lapse_offers(waiting.session, now=late)
    assert (await waiting.entry(first)).status == "waiting"
    with pytest.raises(Conflict) as refused:
        await accept_offer(
            waiting.session, salon=waiting.salon, token=waiting.tokens[first], by=CLIENT, now=late
        )
    assert refused.value.code == "offer_over"
    offer = await waiting.next(now=late)
    assert offer is not None
    assert offer.entry_id == second


async def test_yes_after_the_time_to_answer_is_too_late_before_anybody_noticed(
    waiting: Waiting,
) -> None:
    visit = await waiting.book(10)
    entry_id = await waiting.join(1)
    await cancel(waiting, visit)
    await waiting.next()
    with pytest.raises(Conflict) as refused:
        await accept_offer(
            waiting.session,
            salon=waiting.salon,
            token=waiting.tokens[entry_id],
            by=CLIENT,
            now=NOW + timedelta(minutes=31),
        )
    assert refused.value.code == "hold_expired"


async def test_a_moved_visit_frees_its_old_time(waiting: Waiting) -> None:
    visit = await waiting.book(10)
    await waiting.join(1)
    await reschedule_booking(
        waiting.session,
        salon=waiting.salon,
        booking_id=visit,
        start=at(15),
        by=SYSTEM,
        now=NOW,
    )
    offer = await waiting.next()
    assert offer is not None
    assert offer.start == at(10)


async def test_a_block_that_is_removed_frees_its_time(waiting: Waiting) -> None:
    await waiting.join(1)
    block = await block_time(
        waiting.session,
        salon=waiting.salon,
        staff_id=waiting.anna,
        start=at(10),
        end=at(11),
        by=DESK,
        now=NOW,
    )
    await unblock(waiting.session, salon=waiting.salon, block_id=block.id, by=DESK)
    offer = await waiting.next()
    assert offer is not None
    assert offer.start == at(10)


async def test_time_off_that_is_withdrawn_frees_days_which_go_to_several(waiting: Waiting) -> None:
    """Two weeks of Anna's; who waits for her gets a time in them, one after the other."""
    away = await add_time_off(
        waiting.session,
        salon_id=waiting.salon.id,
        staff_id=waiting.anna,
        start=at(0, days=1),
        end=at(0, days=15),
        reason="",
        approved=True,
        by=DESK,
        now=NOW,
    )
    first = await waiting.join(1, staff_id=waiting.anna)
    later = wish(MONDAY + timedelta(days=9), between=(14 * 60, 16 * 60))
    second = await waiting.join(2, staff_id=waiting.anna, wish=later)
    await withdraw_time_off(
        waiting.session, salon_id=waiting.salon.id, time_off_id=away, by=DESK, now=NOW
    )
    offers = [await waiting.next() for _ in range(3)]
    made = [(each.entry_id, each.start) for each in offers if each]
    assert made == [(first, at(9, days=1)), (second, at(14, days=9))]


async def test_what_is_taken_meanwhile_is_not_offered(waiting: Waiting) -> None:
    visit = await waiting.book(10)
    await waiting.join(1)
    await cancel(waiting, visit)
    await waiting.book(10, number=70)
    assert await waiting.next() is None


async def test_nothing_in_the_past_or_inside_the_lead_time(waiting: Waiting) -> None:
    visit = await waiting.book(10)
    await waiting.join(1)
    await cancel(waiting, visit)
    assert await waiting.next(now=at(11)) is None
    assert await waiting.next(now=at(10, 40)) is None, "nobody can answer in five minutes"
    await waiting.session.execute(
        text("UPDATE salon_policies SET lead_minutes = 180 WHERE salon_id = :id"),
        {"id": waiting.salon.id},
    )
    waiting.salon = await get_salon_by_id(waiting.session, salon_id=waiting.salon.id)
    assert await waiting.next() is None


async def test_a_scarce_room_counts_as_much_as_a_stylist(waiting: Waiting) -> None:
    """Ben was free all along; what he lacked was the only laser, which Anna had."""
    shop = Shop(
        waiting.session,
        waiting.salon.id,
        waiting.salon.slug,
        waiting.salon.location.id,
        await waiting.session.scalar(
            text("SELECT id FROM service_categories WHERE salon_id = :id"),
            {"id": waiting.salon.id},
        ),
    )
    laser = await shop.service("laser", 60, needs=(await shop.things("laser", 1, "device"),))
    for person in (waiting.anna, waiting.ben):
        await shop.can(person, laser)
    booked = await book(
        waiting.session,
        salon=waiting.salon,
        service_ids=[laser],
        staff_ids=[waiting.anna],
        start=at(10),
        customer=guest(50),
        consents={},
        source="test",
        actor=SYSTEM,
        now=NOW,
    )
    entry_id = await waiting.join(1, services=(laser,), staff_id=waiting.ben)
    await cancel(waiting, booked.booking_id)
    offer = await waiting.next()
    assert offer is not None
    assert (offer.entry_id, offer.start) == (entry_id, at(10))
