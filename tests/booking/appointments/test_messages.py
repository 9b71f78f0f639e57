"""What clients are told: on a real database, rendered as the worker does it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any
from uuid import UUID

import orjson
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair import reactions
from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.messages import booking_message, register_mails, render_message
from openchair.booking.appointments.queries import get_booking_by_id
from openchair.booking.appointments.request import CustomerDetails
from openchair.booking.appointments.reschedule import reschedule_booking
from openchair.booking.appointments.restore import restore_booking
from openchair.identity.audit.record import Actor
from openchair.notifications.errors import Outdated
from openchair.notifications.providers.email.compose import compose
from openchair.notifications.providers.provider import Outgoing
from openchair.notifications.rendering import Message, Rendered, render
from openchair.platform.db.engine import Database
from openchair.salons.queries import Salon
from tests.builders import NOW, Shop, at, make_salon

CLIENT = Actor("client")
TEAM = Actor("user")
LANGUAGES = ("de", "en", "pl", "uk")
HEADLINES = {
    "de": "Ihr Termin ist gebucht",
    "en": "Your appointment is booked",
    "pl": "Wizyta jest zarezerwowana",
    "uk": "Ваш візит заброньовано",
}
POSTER = {"art": "poster", "tone": "informal", "radius_control": "0px", "wordmark": ["Schnitt"]}
ARCHES = {
    "art": "arches",
    "tone": "polite",
    "radius_control": "999px",
    "fonts": {"display": "cormorant", "text": "mulish"},
    "colours": {"paper": "oklch(0.978 0.011 80)", "action": "oklch(0.35 0.055 42)"},
}


@pytest.fixture(autouse=True)
def _house() -> None:
    """Events have somebody to tell, and mails somebody to write them, as in every process."""
    reactions.start()
    register_mails()


@dataclass
class Visit:
    """A visit that was just booked, and the salon it was booked at."""

    session: AsyncSession
    shop: Shop
    salon: Salon
    id: UUID
    start: datetime

    async def queued(self) -> list[dict[str, Any]]:
        """The messages about it, in the order they were queued."""
        found = await self.session.execute(
            text("SELECT * FROM notification_queue WHERE reference = :about ORDER BY id"),
            {"about": f"booking:{self.id}"},
        )
        return [dict(row) for row in found.mappings()]

    async def states(self) -> list[tuple[str, str]]:
        """Kind and status of each message."""
        return [(row["kind"], row["status"]) for row in await self.queued()]

    async def mail(self, number: int = 0) -> Rendered:
        """One queued message, rendered."""
        return await render_message(self.session, message_of((await self.queued())[number]), NOW)


def message_of(row: dict[str, Any], **more: Any) -> Message:
    names = ("id", "salon_id", "kind", "channel", "language", "recipient", "reference", "data")
    return Message(**{name: row[name] for name in names} | more)


async def visit(
    session: AsyncSession,
    *,
    language: str = "en",
    name: str = "Anna Kowalska",
    email: str | None = "anna@example.org",
    days: int = 3,
    brand: dict[str, Any] | None = None,
    now: datetime = NOW,
) -> Visit:
    """Cut and colour, three days ahead at ten."""
    shop = await make_salon(session)
    cut, colour = await shop.service("cut", 60, price=9500), await shop.service("colour", 45)
    await shop.person("lena", cut, colour)
    await session.execute(
        text("UPDATE salons SET brand = CAST(:brand AS jsonb) WHERE id = :id"),
        {"id": shop.salon_id, "brand": orjson.dumps(brand or {}).decode()},
    )
    salon = await shop.salon()
    start = at(10, days=days)
    booked = await book(
        session,
        salon=salon,
        service_ids=[cut, colour],
        start=start,
        customer=CustomerDetails(
            name=name, email=email, phone=None if email else "+41791234567", language=language
        ),
        consents={},
        source="web",
        now=now,
    )
    return Visit(session, shop, salon, booked.booking_id, start)


# ------------------------------------------------------------------ what is queued, and when


async def test_a_booking_queues_its_confirmation_and_a_reminder_a_day_before(
    session: AsyncSession,
) -> None:
    found = await visit(session)
    confirmation, reminder = await found.queued()
    assert (confirmation["kind"], confirmation["status"]) == ("booking.confirmed", "pending")
    assert (reminder["kind"], reminder["status"]) == ("booking.reminder", "pending")
    assert reminder["send_after"] == found.start - timedelta(hours=24)
    assert reminder["recipient"] == "anna@example.org"


async def test_a_booking_that_is_rolled_back_tells_nobody(database: Database) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012 -- the block is the transaction
        async with database.transaction() as session:
            found = await visit(session)
            assert len(await found.queued()) == 2
            raise RuntimeError("the process died")
    async with database.transaction() as session:
        for table in ("bookings", "notification_queue", "pgqueuer"):
            left = await session.execute(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 -- names of ours
            assert left.scalar_one() == 0, table


async def test_a_booking_for_tomorrow_morning_needs_no_reminder(session: AsyncSession) -> None:
    found = await visit(session, days=1, now=at(11))
    assert await found.states() == [("booking.confirmed", "pending")]


async def test_a_moved_booking_moves_its_reminder(session: AsyncSession) -> None:
    found = await visit(session)
    await reschedule_booking(
        session, salon=found.salon, booking_id=found.id, start=at(14, days=5), by=CLIENT, now=NOW
    )
    confirmed, old, changed, reminder = await found.queued()
    assert (old["kind"], old["status"]) == ("booking.reminder", "cancelled")
    assert (changed["kind"], changed["status"]) == ("booking.changed", "pending")
    assert (reminder["kind"], reminder["status"]) == ("booking.reminder", "pending")
    assert reminder["send_after"] == at(14, days=4)
    with pytest.raises(Outdated):
        await render_message(session, message_of(confirmed), NOW)


async def test_a_cancelled_booking_is_not_remembered(session: AsyncSession) -> None:
    found = await visit(session)
    await cancel_booking(session, salon=found.salon, booking_id=found.id, by=CLIENT, now=NOW)
    assert await found.states() == [
        ("booking.confirmed", "pending"),
        ("booking.reminder", "cancelled"),
        ("booking.cancelled", "pending"),
    ]
    with pytest.raises(Outdated):
        await found.mail(0)


async def test_a_restored_booking_is_confirmed_again(session: AsyncSession) -> None:
    found = await visit(session)
    await cancel_booking(session, salon=found.salon, booking_id=found.id, by=TEAM, now=NOW)
    await restore_booking(session, salon=found.salon, booking_id=found.id, by=TEAM, now=NOW)
    states = await found.states()
    assert states[-2:] == [("booking.confirmed", "pending"), ("booking.reminder", "pending")]
    assert ("booking.cancelled", "cancelled") in states


# ------------------------------------------------------------------ what they say


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_confirmation_is_complete_in_the_clients_language(
    session: AsyncSession, language: str
) -> None:
    found = await visit(session, language=language)
    mail = await found.mail()
    booking = await get_booking_by_id(session, booking_id=found.id)
    page = BeautifulSoup(mail.html, "html.parser").get_text(" ")
    for part in (HEADLINES[language], "10:00", "Cut", "Colour", "Lena", "95", "145", "Gasse 1"):
        assert part in page, part
    for part in (HEADLINES[language].upper(), "10:00", "Cut", "Lena", "9000 St. Gallen"):
        assert part in mail.text, part
    link = f"/{found.salon.slug}/{language}/booking/{booking.manage_token}"
    assert link in mail.html
    assert link in mail.text
    assert f"{link}/calendar.ics" in mail.html
    assert found.salon.name in mail.subject
    assert mail.sender_name == found.salon.name
    assert mail.reply_to == "hello@salon.example"
    [file] = mail.attachments
    assert file.content_type == "text/calendar; method=REQUEST; charset=utf-8"


async def test_another_language_falls_back_to_the_salons(session: AsyncSession) -> None:
    found = await visit(session)
    row = (await found.queued())[0]
    mail = await render_message(session, message_of(row, language="fr"), NOW)
    assert "Your appointment is booked" in mail.html


async def test_times_are_the_salons_and_policy_is_told_in_words(session: AsyncSession) -> None:
    mail = await (await visit(session)).mail()
    assert "Thursday, 7 May 2026" in mail.html
    assert "until 11:45" in mail.text
    assert "You can move or cancel it online until Wednesday, 6 May, 10:00." in mail.text


async def test_what_can_no_longer_be_changed_online_is_a_call(session: AsyncSession) -> None:
    found = await visit(session)
    booking = await get_booking_by_id(session, booking_id=found.id)
    message = message_of((await found.queued())[0])
    mail = booking_message(message, booking=booking, salon=found.salon, now=at(9, days=3))
    assert "Please call us: +41712223344" in mail.text


async def test_the_changed_mail_names_the_old_time(session: AsyncSession) -> None:
    found = await visit(session)
    await reschedule_booking(
        session, salon=found.salon, booking_id=found.id, start=at(14, days=5), by=CLIENT, now=NOW
    )
    mail = await found.mail(2)
    assert mail.subject.startswith("New time: Saturday, 9 May, 14:00")
    assert "instead of Thursday, 7 May, 10:00" in mail.text
    assert b"SEQUENCE:1" in mail.attachments[0].content


@pytest.mark.parametrize(
    "by, words", [(CLIENT, "there is nothing more to do"), (TEAM, "We are sorry")]
)
async def test_the_cancellation_says_whose_it_was_and_takes_it_out_of_the_calendar(
    session: AsyncSession, by: Actor, words: str
) -> None:
    found = await visit(session)
    await cancel_booking(session, salon=found.salon, booking_id=found.id, by=by, now=NOW)
    mail = await found.mail(2)
    assert words in mail.text
    assert "<s" in mail.html
    [file] = mail.attachments
    assert "method=CANCEL" in file.content_type
    assert b"METHOD:CANCEL" in file.content
    assert b"STATUS:CANCELLED" in file.content


@pytest.mark.parametrize(
    "now, headline",
    [
        (at(10, days=2), "See you tomorrow"),
        (at(1, days=3), "See you today"),
        (at(10, days=1), "See you soon"),
    ],
)
async def test_the_reminder_says_when_in_words_that_are_true(
    session: AsyncSession, now: datetime, headline: str
) -> None:
    found = await visit(session)
    booking = await get_booking_by_id(session, booking_id=found.id)
    reminder = message_of((await found.queued())[1])
    mail = booking_message(reminder, booking=booking, salon=found.salon, now=now)
    assert headline in mail.html
    assert mail.attachments == ()


async def test_two_salons_look_and_sound_like_two_brands(session: AsyncSession) -> None:
    poster = await (await visit(session, language="de", brand=POSTER)).mail()
    arches = await (await visit(session, language="de", brand=ARCHES)).mail()
    assert "Dein Termin steht" in poster.html
    assert "Ihr Termin ist gebucht" in arches.html
    assert "Inter Tight" in poster.html
    assert "Cormorant" in arches.html
    assert "border-radius:150px" in arches.html
    assert "border-radius:150px" not in poster.html
    assert "#fcf7f0" in arches.html  # the paper, oklch(0.978 0.011 80)
    assert "oklch" not in arches.html


# ------------------------------------------------------------------ whatever people are called

ODD_NAMES = [
    "محمد بن عبد الله",
    "Zoë 💇‍♀️ O'Brien-Šťastná",
    "<script>alert(1)</script>",
    "Anna\u202egnirts\u202c",
    "x" * 200,
    "{{ 7 * 7 }} {name} %s",
]


@pytest.mark.parametrize("name", ODD_NAMES)
async def test_odd_names_break_neither_mail_nor_header_nor_calendar(
    session: AsyncSession, name: str
) -> None:
    found = await visit(session)
    await session.execute(text("UPDATE bookings SET contact_name = :name"), {"name": name})
    await session.execute(
        text("UPDATE salons SET name = :name WHERE id = :id"),
        {"name": f"{name}\r\nBcc: all@example.org", "id": found.salon.id},
    )
    mail = await found.mail()
    assert "<script>alert" not in mail.html
    assert "\u202e" not in mail.html + mail.text
    raw = compose(
        Outgoing(
            salon_id=found.salon.id,
            notification_id=found.id,
            recipient="anna@example.org",
            message_id="<1@example.org>",
            correlation_id=None,
            language="en",
            rendered=mail,
        ),
        mail_from="appointments@example.org",
        now=datetime(2026, 5, 4, tzinfo=UTC),
    )
    assert "Bcc" not in message_from_bytes(raw)


async def test_every_kind_of_mail_is_known_to_the_post_office(session: AsyncSession) -> None:
    found = await visit(session)
    for row in await found.queued():
        assert (await render(session, message=message_of(row), now=NOW)).html
