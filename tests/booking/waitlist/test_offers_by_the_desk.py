"""Offers that the desk makes and takes back, and who leaves the list."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from openchair.booking.waitlist.lapse import expire_entries
from openchair.booking.waitlist.offer import offer_time
from openchair.booking.waitlist.take_back import take_back_offer
from openchair.booking.waitlist.withdraw import restore_entry, withdraw_entry
from openchair.identity.audit.record import Actor
from openchair.platform.errors import Conflict, Invalid
from tests.booking.waitlist.conftest import CLIENT, Waiting, cancel, wish
from tests.builders import MONDAY, NOW, at

DESK = Actor("user")


async def test_the_desk_offers_by_hand_and_takes_it_back_with_an_apology(waiting: Waiting) -> None:
    entry_id = await waiting.join(1)
    offer = await offer_time(
        waiting.session,
        salon=waiting.salon,
        entry_id=entry_id,
        start=at(11, 5),
        staff_ids=[waiting.ben],
        by=DESK,
        now=NOW,
    )
    with pytest.raises(Conflict) as refused:
        await offer_time(
            waiting.session,
            salon=waiting.salon,
            entry_id=entry_id,
            start=at(12),
            staff_ids=[],
            by=DESK,
            now=NOW,
        )
    assert refused.value.code == "offer_open"
    await waiting.session.execute(
        text(
            "UPDATE notifications SET status = 'sent', sent_at = now()"
            " WHERE kind = 'waitlist.offer'"
        )
    )
    await take_back_offer(
        waiting.session,
        salon=waiting.salon,
        entry_id=entry_id,
        offer_id=offer.id,
        by=DESK,
        now=NOW,
    )
    kinds = [each["kind"] for each in await waiting.messages()]
    assert kinds == ["waitlist.joined", "waitlist.offer", "waitlist.gone"]
    assert (await waiting.entry(entry_id)).status == "waiting"


async def test_an_offer_taken_back_before_it_went_out_needs_no_apology(waiting: Waiting) -> None:
    entry_id = await waiting.join(1)
    offer = await offer_time(
        waiting.session,
        salon=waiting.salon,
        entry_id=entry_id,
        start=at(11),
        staff_ids=[],
        by=DESK,
        now=NOW,
    )
    await take_back_offer(
        waiting.session,
        salon=waiting.salon,
        entry_id=entry_id,
        offer_id=offer.id,
        by=DESK,
        now=NOW,
    )
    told = {each["kind"]: each["status"] for each in await waiting.messages()}
    assert told == {"waitlist.joined": "pending", "waitlist.offer": "cancelled"}


async def test_leaving_the_list_and_coming_back(waiting: Waiting) -> None:
    entry_id = await waiting.join(1)
    for _ in range(2):
        await withdraw_entry(
            waiting.session, salon=waiting.salon, entry_id=entry_id, by=CLIENT, now=NOW
        )
    assert (await waiting.entry(entry_id)).status == "withdrawn"
    await cancel(waiting, await waiting.book(10))
    assert await waiting.next() is None
    await restore_entry(waiting.session, salon=waiting.salon, entry_id=entry_id, by=CLIENT, now=NOW)
    assert (await waiting.entry(entry_id)).status == "waiting"
    assert await waiting.next() is not None
    await withdraw_entry(
        waiting.session, salon=waiting.salon, entry_id=entry_id, by=CLIENT, now=NOW
    )
    with pytest.raises(Conflict, match="days of this wish are over"):
        await restore_entry(
            waiting.session,
            salon=waiting.salon,
            entry_id=entry_id,
            by=CLIENT,
            now=NOW + timedelta(days=30),
        )


async def test_wishes_whose_days_are_past_end_by_the_salons_own_calendar(waiting: Waiting) -> None:
    entry_id = await waiting.join(1, wish=wish(MONDAY, MONDAY))
    await expire_entries(waiting.session, now=at(23, 59))
    assert (await waiting.entry(entry_id)).status == "waiting"
    await expire_entries(waiting.session, now=at(0, 1, days=1))
    assert (await waiting.entry(entry_id)).status == "expired"


async def test_who_cannot_be_reached_is_left_to_the_desk(waiting: Waiting) -> None:
    visit = await waiting.book(10)
    entry_id = await waiting.join(1)
    await waiting.session.execute(
        text("UPDATE waitlist_entries SET contact_email = NULL, contact_phone = NULL")
    )
    await cancel(waiting, visit)
    assert await waiting.next() is None
    assert (await waiting.entry(entry_id)).status == "waiting"


async def test_an_offer_needs_somebody_who_still_waits(waiting: Waiting) -> None:
    entry_id = await waiting.join(1)
    with pytest.raises(Invalid):
        await offer_time(
            waiting.session,
            salon=waiting.salon,
            entry_id=entry_id,
            start=NOW - timedelta(hours=1),
            staff_ids=[],
            by=DESK,
            now=NOW,
        )
    await withdraw_entry(
        waiting.session, salon=waiting.salon, entry_id=entry_id, by=CLIENT, now=NOW
    )
    with pytest.raises(Conflict) as refused:
        await offer_time(
            waiting.session,
            salon=waiting.salon,
            entry_id=entry_id,
            start=at(11),
            staff_ids=[],
            by=DESK,
            now=NOW,
        )
    assert refused.value.code == "not_waiting"
