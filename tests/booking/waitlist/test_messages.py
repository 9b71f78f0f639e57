"""What those who wait are told: on a real database, rendered as the worker does it."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text

from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.request import CustomerDetails
from openchair.booking.waitlist.decline import decline_offer
from openchair.booking.waitlist.messages import render_message
from openchair.booking.waitlist.withdraw import withdraw_entry
from openchair.identity.audit.record import SYSTEM
from openchair.notifications.errors import Outdated
from openchair.notifications.rendering import Message, Rendered
from tests.booking.waitlist.conftest import CLIENT, Waiting
from tests.builders import NOW

LANGUAGES = ("de", "en", "pl", "uk")
HEADLINES = {
    "de": "Eine Zeit ist frei für Sie",
    "en": "A time is free for you",
    "pl": "Zwolnił się termin dla Państwa",
    "uk": "Для вас звільнився час",
}
BRANDS: dict[str, dict[str, Any]] = {
    "poster": {"art": "poster", "tone": "informal", "radius_control": "0px", "wordmark": ["S"]},
    "arches": {"art": "arches", "tone": "polite", "radius_control": "999px"},
}
INFORMAL = {**HEADLINES, "de": "Eine Zeit ist frei für dich", "pl": "Zwolnił się termin dla Ciebie"}
INFORMAL["uk"] = "Для тебе звільнився час"


async def offered(waiting: Waiting, customer: CustomerDetails) -> dict[str, Any]:
    """The queued offer to somebody, after a visit was cancelled."""
    visit = await waiting.book(10)
    await waiting.join(customer=customer)
    await cancel_booking(
        waiting.session, salon=waiting.salon, booking_id=visit, by=SYSTEM, tell=False, now=NOW
    )
    assert await waiting.next() is not None
    return (await waiting.messages())[-1]


def message_of(row: dict[str, Any]) -> Message:
    names = ("id", "salon_id", "kind", "channel", "language", "recipient", "reference", "data")
    return Message(**{name: row[name] for name in names})


async def rendered(waiting: Waiting, row: dict[str, Any]) -> Rendered:
    return await render_message(waiting.session, message_of(row), NOW)


def olena(language: str = "en", *, phone: str | None = None) -> CustomerDetails:
    email = None if phone else "olena@example.org"
    return CustomerDetails("Olena Kowalska", email, phone, language)


async def test_the_whole_mail_as_text(waiting: Waiting) -> None:
    row = await offered(waiting, olena())
    mail = await rendered(waiting, row)
    token = row["data"]["token"]
    page = f"http://localhost:8000/{waiting.salon.slug}/en/waitlist/{token}"
    assert mail.subject == f"Free for you: Monday, 4 May, 10:00 · {waiting.salon.name}"
    assert (row["priority"], row["category"]) == (1, "transactional")
    assert row["expires_at"] == NOW + timedelta(minutes=30)
    assert mail.text.startswith(
        f"""Hello Olena Kowalska

A TIME IS FREE FOR YOU
It suits what you are waiting for. One tap, and it is yours.

----------------------------------------
Monday, 4 May 2026, 10:00
until 11:00 · 60 mins
----------------------------------------

Cut

We keep it for you until 08:30. Then it goes to whoever waits next.

Yes, I take it:
{page}?answer=yes

No, thank you:
{page}?answer=no
"""
    )


@pytest.mark.parametrize("art", BRANDS)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_two_buttons_in_four_languages_and_both_brands(
    waiting: Waiting, language: str, art: str
) -> None:
    await waiting.session.execute(
        text("UPDATE salons SET brand = CAST(:brand AS jsonb) WHERE id = :id"),
        {"id": waiting.salon.id, "brand": orjson.dumps(BRANDS[art]).decode()},
    )
    mail = await rendered(waiting, await offered(waiting, olena(language)))
    page = BeautifulSoup(mail.html, "html.parser")
    expected = INFORMAL if art == "poster" else HEADLINES
    assert expected[language] in page.get_text()
    links = [str(each["href"]) for each in page.find_all("a") if "answer=" in str(each["href"])]
    assert [each.rpartition("=")[2] for each in links] == ["yes", "no"]
    assert f"/{language}/waitlist/" in links[0]
    assert "{" not in mail.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_sms_fits_and_has_the_link(waiting: Waiting, language: str) -> None:
    row = await offered(waiting, olena(language, phone="+41791234567"))
    assert row["channel"] == "sms"
    sms = await rendered(waiting, row)
    assert f"/waitlist/{row['data']['token']}" in sms.text
    assert "8:30" in sms.text
    assert len(sms.text) < 300


async def test_an_offer_that_is_over_is_not_sent(waiting: Waiting) -> None:
    row = await offered(waiting, olena())
    with pytest.raises(Outdated):
        await render_message(waiting.session, message_of(row), NOW + timedelta(minutes=31))
    await decline_offer(
        waiting.session,
        salon=waiting.salon,
        token=row["data"]["token"],
        by=CLIENT,
        now=NOW,
    )
    with pytest.raises(Outdated):
        await rendered(waiting, row)


async def test_who_is_put_down_is_told_what_they_wait_for(waiting: Waiting) -> None:
    entry_id = await waiting.join(customer=olena("de"), staff_id=waiting.anna)
    (row,) = await waiting.messages()
    mail = await rendered(waiting, row)
    assert "Auf der Warteliste" in mail.subject
    assert "Anna" in mail.text
    assert "Montag, 4. Mai \N{EN DASH} Sonntag, 10. Mai" in mail.text
    await withdraw_entry(
        waiting.session, salon=waiting.salon, entry_id=entry_id, by=CLIENT, now=NOW
    )
    with pytest.raises(Outdated):
        await rendered(waiting, row)
