"""Messages by SMS and in a salon's own words: who gets what, what it says, what it costs."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.messages import KINDS, booking_message, render_message
from openchair.booking.appointments.queries import get_booking_by_id
from openchair.booking.appointments.request import CustomerDetails
from openchair.booking.appointments.samples import render_sample, sample_message
from openchair.booking.appointments.tell import CHANGED, REMINDER
from openchair.booking.appointments.texts.built_in import built_in
from openchair.booking.appointments.texts.variables import variables_for
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.notifications.providers.sms.segments import count_segments, is_gsm
from openchair.notifications.rendering import Message
from openchair.notifications.templates.place import Place
from openchair.notifications.templates.policy import Policy, save_policy
from openchair.notifications.templates.rules import Written, check, mistakes_in
from openchair.notifications.templates.save import save
from openchair.platform.languages.catalogues import words_for
from openchair.platform.settings.base import forget
from tests.booking.appointments.test_messages import Visit, message_of
from tests.builders import NOW, at, make_salon

MAIL, PHONE = "anna@example.org", "+41791234567"
LANGUAGES = ("de", "en", "pl", "uk")


@pytest.fixture
def _no_sms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installation without the sandbox and without an account for SMS."""
    monkeypatch.setenv("OPENCHAIR_SANDBOX", "false")
    forget()
    yield
    forget()


async def booked(
    session: AsyncSession,
    *,
    email: str | None = MAIL,
    phone: str | None = PHONE,
    language: str = "en",
    consents: dict[str, bool] | None = None,
    policy: Policy | None = None,
) -> Visit:
    """A cut in three days, at a salon with a long name."""
    shop = await make_salon(session)
    cut = await shop.service("cut", 60)
    await shop.person("lena", cut)
    await session.execute(
        text("UPDATE salons SET name = 'Schnittwerk Your Style', slug = 'schnittwerk'")
    )
    shop.slug = "schnittwerk"
    salon = await shop.salon()
    if policy:
        await save_policy(session, salon_id=salon.id, policy=policy, now=NOW)
    made = await book(
        session,
        salon=salon,
        service_ids=[cut],
        start=at(10, days=3),
        customer=CustomerDetails(name="Anna", email=email, phone=phone, language=language),
        consents=consents or {},
        source="web",
        now=NOW,
    )
    return Visit(session, shop, salon, made.booking_id, at(10, days=3))


async def told(visit: Visit) -> list[tuple[str, str, str]]:
    return [(row["kind"], row["channel"], row["category"]) for row in await visit.queued()]


# ------------------------------------------------------------------ who gets what


async def test_who_has_a_mail_address_gets_mails_and_no_sms(session: AsyncSession) -> None:
    assert await told(await booked(session)) == [
        ("booking.confirmed", "email", "transactional"),
        ("booking.reminder", "email", "reminder"),
    ]


async def test_who_has_none_is_told_by_sms(session: AsyncSession) -> None:
    visit = await booked(session, email=None)
    assert await told(visit) == [
        ("booking.confirmed", "sms", "transactional"),
        ("booking.reminder", "sms", "reminder"),
    ]
    for row in await visit.queued():
        assert row["recipient"] == PHONE
        assert row["time_zone"] == "Europe/Zurich"
        assert row["dedupe_key"].endswith(":sms")


async def test_a_salon_can_remind_both_ways(session: AsyncSession) -> None:
    visit = await booked(session, policy=Policy(sms_reminders=True))
    assert await told(visit) == [
        ("booking.confirmed", "email", "transactional"),
        ("booking.reminder", "email", "reminder"),
        ("booking.reminder", "sms", "reminder"),
    ]
    without = await booked_again(visit, phone=None)
    assert [channel for _, channel, _ in await told(without)] == ["email", "email"]


async def booked_again(visit: Visit, **more: Any) -> Visit:
    """Another client of the same salon, an hour later."""
    given: dict[str, Any] = {"name": "Ben", "email": "ben@example.org", "language": "en", **more}
    made = await book(
        visit.session,
        salon=visit.salon,
        service_ids=[visit.shop.services["cut"]],
        start=at(12, days=3),
        customer=CustomerDetails(**given),
        consents={},
        source="web",
        now=NOW,
    )
    return Visit(visit.session, visit.shop, visit.salon, made.booking_id, at(12, days=3))


@pytest.mark.usefixtures("_no_sms")
async def test_without_an_account_for_sms_everything_goes_by_mail(session: AsyncSession) -> None:
    visit = await booked(session, policy=Policy(sms_reminders=True))
    assert [channel for _, channel, _ in await told(visit)] == ["email", "email"]
    assert await told(await booked_again(visit, email=None, phone="+41791234568")) == []


async def test_who_refused_reminders_gets_none_by_any_way(session: AsyncSession) -> None:
    visit = await booked(session, consents={"reminders": False}, policy=Policy(sms_reminders=True))
    assert await told(visit) == [("booking.confirmed", "email", "transactional")]


async def test_a_booking_by_mail_asks_for_no_policy(session: AsyncSession) -> None:
    """The way of most bookings is counted against pgbench: it asks nothing it does not need."""
    asked: list[str] = []
    connection = (await session.connection()).sync_connection
    assert connection is not None

    def note(*said: Any) -> None:
        asked.append(said[2])

    event.listen(connection, "before_cursor_execute", note)
    await booked(session, phone=None)
    assert not [statement for statement in asked if "message_policies" in statement]


# ------------------------------------------------------------------ what they say


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_sms_is_short_and_leads_to_the_visit(
    session: AsyncSession, kind: str, language: str
) -> None:
    visit = await booked(session, email=None, language=language)
    booking = await get_booking_by_id(session, booking_id=visit.id)
    data = {"before": at(9, days=1).isoformat()} if kind == CHANGED else {}
    message = message_of((await visit.queued())[0], kind=kind, data=data, language=language)
    sms = booking_message(message, booking=booking, salon=visit.salon, now=NOW)
    said = sms.text.replace("http://localhost:8000", "https://salon.example")
    assert said.startswith("Schnittwerk Your Style: ")
    assert "10:00" in said
    assert "/schnittwerk/" in said
    assert (sms.subject, sms.html, sms.attachments) == ("", "", ())
    assert "{" not in said
    if language == "uk":
        assert count_segments(said) <= 3
    else:
        assert is_gsm(said), [letter for letter in said if not is_gsm(letter)]
        assert count_segments(said) == 1, len(said)


async def test_typography_that_costs_an_sms_is_left_out(session: AsyncSession) -> None:
    visit = await booked(session, email=None)
    booking = await get_booking_by_id(session, booking_id=visit.id)
    message = message_of((await visit.queued())[0])
    own = Written(subject=None, body="„Hallo“ – {{ client }}’s Termin… {{ price }}")
    sms = booking_message(message, booking=booking, salon=visit.salon, now=NOW, own=own)
    assert sms.text == '"Hallo" - Anna\'s Termin... CHF 50'


# ------------------------------------------------------------------ in the salon's own words


async def write(
    visit: Visit, *, channel: str, language: str, body: str, subject: str = "Own: {{ when }}"
) -> None:
    place = Place(
        salon_id=visit.salon.id, kind="booking.confirmed", channel=channel, language=language
    )
    written = Written(subject=subject, body=body)
    await save(visit.session, place=place, written=written, by=None, now=NOW)


async def rendered(visit: Visit, **more: Any) -> str:
    message = message_of((await visit.queued())[0], **more)
    made = await render_message(visit.session, message, NOW)
    return f"{made.subject}|{made.text}|{made.html}"


async def test_own_words_replace_subject_and_opening_and_nothing_else(
    session: AsyncSession,
) -> None:
    visit = await booked(session)
    await write(
        visit, channel="email", language="en", body="Dear {{ client }},\nbring <b>cake</b>."
    )
    message = message_of((await visit.queued())[0])
    made = await render_message(session, message, NOW)
    assert made.subject == "Own: Thursday, 7 May, 10:00"
    assert "Dear Anna,\nbring <b>cake</b>." in made.text
    assert "Dear Anna,<br />bring &lt;b&gt;cake&lt;/b&gt;." in made.html
    assert "We look forward" not in made.text
    for kept in ("Your appointment is booked", "10:00", "Move or cancel", "Lena"):
        assert kept in made.html


async def test_what_a_client_typed_is_text_wherever_it_stands(session: AsyncSession) -> None:
    visit = await booked(session)
    await write(visit, channel="email", language="en", body="{{ client }}", subject="{{ client }}")
    await session.execute(
        text("UPDATE bookings SET contact_name = :name"),
        {"name": "{{ salon }}<script>\r\nBcc: all@example.org\u202e"},
    )
    made = await render_message(session, message_of((await visit.queued())[0]), NOW)
    assert made.subject == "{{ salon }}<script> Bcc: all@example.org"
    assert "<script>" not in made.html
    assert "\u202e" not in made.html + made.text


async def test_another_language_gets_the_salons_own_words_before_the_built_in_ones(
    session: AsyncSession,
) -> None:
    visit = await booked(session)
    assert "Wir freuen uns" in await rendered(visit, language="de")
    await write(visit, channel="email", language="en", body="Come as you are.")
    assert "Come as you are." in await rendered(visit, language="de")
    await write(visit, channel="email", language="de", body="Komm, wie du bist.")
    assert "Komm, wie du bist." in await rendered(visit, language="de")
    assert "Come as you are." in await rendered(visit, language="pl")


async def test_an_sms_is_the_salons_from_the_first_letter_to_the_last(
    session: AsyncSession,
) -> None:
    visit = await booked(session, email=None)
    await write(visit, channel="sms", language="en", body="{{ stylist }} waits. {{ link }}")
    message = message_of((await visit.queued())[0])
    assert (await render_message(session, message, NOW)).text.startswith("Lena waits. http")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["email", "sms"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_words_one_begins_with_are_right(kind: str, channel: str, language: str) -> None:
    for tone in ("polite", "informal"):
        words = words_for(domain="mails", language=language, tone=tone)
        ours = built_in(words, kind=kind, channel=channel)
        assert mistakes_in(ours, channel=channel, variables=variables_for(kind)) == []
        assert check(ours, channel=channel, variables=variables_for(kind)) == ours


# ------------------------------------------------------------------ samples


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("channel", ["email", "sms"])
async def test_every_kind_can_be_shown_about_a_visit_that_never_was(
    session: AsyncSession, kind: str, channel: str
) -> None:
    visit = await booked(session)
    for catalogue in (
        await get_catalogue(session, salon_id=visit.salon.id),
        Catalogue(categories=(), services=(), staff=()),
    ):
        for language in LANGUAGES:
            made = sample_message(
                salon=visit.salon,
                catalogue=catalogue,
                kind=kind,
                channel=channel,
                language=language,
                own=None,
                now=NOW,
            )
            assert "14:30" in made.text
            assert bool(made.html) == (channel == "email")
            assert ("instead of" in made.text) == (
                kind == CHANGED and channel == "email" and language == "en"
            )


async def test_a_sample_on_its_way_says_what_was_asked_for(session: AsyncSession) -> None:
    visit = await booked(session)
    message = Message(
        id=visit.id,
        salon_id=visit.salon.id,
        kind="booking.sample",
        channel="email",
        language="en",
        recipient="owner@example.org",
        reference="template:1",
        data={"kind": REMINDER, "own": {"subject": "Try {{ time }}", "body": "Hi {{ client }}"}},
    )
    made = await render_sample(session, message, NOW + timedelta(days=1))
    assert made.subject == "Try 14:30"
    assert "Hi Anna Muster" in made.text
    assert made.attachments == ()
