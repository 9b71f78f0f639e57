"""What a salon tells its customers: who is reached and how, what it looks like, how it ends."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.notices.put import NOTICE, PutNotices, put_notices
from openchair.customers.notices.render import render_notice
from openchair.customers.profiles.contact import Contact
from openchair.customers.profiles.recognise import recognise_customer
from openchair.identity.audit.record import Actor
from openchair.notifications.errors import Outdated
from openchair.notifications.rendering import Message
from openchair.notifications.templates.rules import Written
from openchair.platform.errors import Invalid
from openchair.platform.ids import new_id
from openchair.salons.queries import Salon
from tests.builders import NOW, make_salon

NEWS = Written(subject="We moved, {{ client }}", body="Dear {{ client }},\nsee you at {{ salon }}.")
OWNER = Actor("user")


async def customer(
    session: AsyncSession,
    salon: Salon,
    *,
    name: str = "Anna",
    email: str | None = "anna@example.org",
    phone: str | None = None,
    language: str = "en",
) -> UUID:
    contact = Contact(name, email, phone)
    found = await recognise_customer(session, salon_id=salon.id, contact=contact, language=language)
    return found.id


async def tell(session: AsyncSession, salon: Salon, ids: Sequence[UUID], **more: Any) -> PutNotices:
    given: dict[str, Any] = {
        "notice": NEWS,
        "category": "marketing",
        "name": "spring",
        "by": OWNER,
        **more,
    }
    return await put_notices(session, salon=salon, customer_ids=ids, **given)


async def messages(session: AsyncSession) -> list[Message]:
    rows = await session.execute(
        text(
            "SELECT id, salon_id, kind, channel, language, recipient, reference, data, category,"
            " time_zone FROM notifications WHERE kind = :kind ORDER BY id"
        ),
        {"kind": NOTICE},
    )
    return [Message(**row) for row in rows.mappings()]


@pytest.fixture
async def salon(session: AsyncSession) -> Salon:
    return await (await make_salon(session)).salon()


async def test_each_is_told_the_way_they_can_be(session: AsyncSession, salon: Salon) -> None:
    anna = await customer(session, salon, phone="+41791234567")
    ben = await customer(session, salon, name="Ben", email=None, phone="+41791234568")
    put = await tell(session, salon, [anna, ben, new_id()])
    assert [(each.channel, each.recipient) for each in await messages(session)] == [
        ("email", "anna@example.org"),
        ("sms", "+41791234568"),
    ]
    assert len(put.message_ids) == 2
    assert len(put.unreachable) == 1


async def test_one_way_only_leaves_out_who_has_not_got_it(
    session: AsyncSession, salon: Salon
) -> None:
    anna = await customer(session, salon)
    put = await tell(session, salon, [anna], channel="sms")
    assert put == PutNotices(message_ids=(), unreachable=(anna,))


async def test_told_twice_under_one_name_is_told_once(session: AsyncSession, salon: Salon) -> None:
    anna = await customer(session, salon)
    first = await tell(session, salon, [anna, anna])
    again = await tell(session, salon, [anna])
    assert first.message_ids == again.message_ids
    assert len(await messages(session)) == 1


async def test_the_category_is_the_callers_and_nothing_else_goes(
    session: AsyncSession, salon: Salon
) -> None:
    anna = await customer(session, salon)
    await tell(session, salon, [anna])
    await tell(session, salon, [anna], category="transactional", name="closed")
    found = await session.execute(
        text("SELECT category, priority FROM notifications ORDER BY priority")
    )
    assert found.all() == [("transactional", 4), ("marketing", 8)]
    with pytest.raises(Invalid):
        await tell(session, salon, [anna], category="urgent")
    with pytest.raises(Invalid):
        await tell(session, salon, [])
    with pytest.raises(Invalid):
        await tell(session, salon, [anna], notice=Written(subject="Hi", body="{{ secret }}"))


@pytest.mark.parametrize(
    "language, end",
    [("en", "Unsubscribe"), ("de", "Abmelden"), ("pl", "Wypisz"), ("uk", "Відписатися")],
)
async def test_the_mail_is_the_salons_and_can_be_ended(
    session: AsyncSession, salon: Salon, language: str, end: str
) -> None:
    anna = await customer(session, salon, name="<b>Anna</b>", language=language)
    await tell(session, salon, [anna])
    mail = await render_notice(session, (await messages(session))[0], NOW)
    assert mail.subject == "We moved, <b>Anna</b>"
    page = BeautifulSoup(mail.html, "html.parser").get_text(" ")
    assert f"see you at {salon.name}." in page
    assert "<b>Anna</b>" in page
    assert end in page
    assert "/unsubscribe/" in mail.html
    assert "/unsubscribe/" in mail.text


async def test_what_is_no_news_has_nothing_to_unsubscribe_from(
    session: AsyncSession, salon: Salon
) -> None:
    anna = await customer(session, salon)
    await tell(session, salon, [anna], category="transactional")
    mail = await render_notice(session, (await messages(session))[0], NOW)
    assert "/unsubscribe/" not in mail.html + mail.text
    assert "as a client of" in mail.text


async def test_an_sms_says_who_writes_and_how_to_end_it(
    session: AsyncSession, salon: Salon
) -> None:
    ben = await customer(session, salon, name="Ben", email=None, phone="+41791234568")
    await tell(session, salon, [ben])
    sms = await render_notice(session, (await messages(session))[0], NOW)
    assert sms.text.startswith(f"{salon.name}: Dear Ben,")
    assert "No more: http" in sms.text
    assert (sms.subject, sms.html) == ("", "")


async def test_who_is_no_longer_on_file_hears_nothing(session: AsyncSession, salon: Salon) -> None:
    anna = await customer(session, salon)
    await tell(session, salon, [anna])
    await session.execute(text("DELETE FROM customers"))
    with pytest.raises(Outdated):
        await render_notice(session, (await messages(session))[0], NOW)
