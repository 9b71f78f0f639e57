"""Who wants what: defaults, channels, the newest answer, and links that end it and take it back."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.consents.queries import allows, is_known
from openchair.customers.consents.record import record_consents
from openchair.customers.consents.unsubscribe import can_resubscribe, resubscribe, unsubscribe
from openchair.customers.profiles.contact import Contact
from openchair.customers.profiles.recognise import recognise_customer
from openchair.identity.audit.queries import list_acts
from openchair.identity.audit.record import Actor
from openchair.notifications.unsubscribe import Unsubscription
from openchair.platform.errors import Invalid
from tests.builders import make_salon

MAIL, PHONE = "anna@example.org", "+41791234567"
CLIENT = Actor("client")


@dataclass
class Anna:
    """A customer of one salon; each answer is a day newer than the one before."""

    session: AsyncSession
    salon_id: UUID
    id: UUID

    async def answers(
        self, kind: str, *, granted: bool, channel: str | None = None, source: str = "web"
    ) -> None:
        await self.day_passes()
        await record_consents(
            self.session,
            salon_id=self.salon_id,
            customer_id=self.id,
            answers={kind: granted},
            source=source,
            channel=channel,
        )

    async def wants(self, category: str, channel: str = "email") -> bool:
        return await allows(
            self.session,
            salon_id=self.salon_id,
            channel=channel,
            recipient=MAIL if channel == "email" else PHONE,
            category=category,
        )

    def link(self, category: str = "reminder", channel: str = "email") -> Unsubscription:
        return Unsubscription(
            salon_id=self.salon_id,
            channel=channel,
            recipient=MAIL if channel == "email" else PHONE,
            category=category,
            language="en",
        )

    async def day_passes(self) -> None:
        await self.session.execute(
            text("UPDATE consents SET created_at = created_at - interval '1 day'")
        )


@pytest.fixture
async def anna(session: AsyncSession) -> Anna:
    shop = await make_salon(session)
    found = await recognise_customer(
        session, salon_id=shop.salon_id, contact=Contact("Anna", MAIL, PHONE), language="en"
    )
    return Anna(session, shop.salon_id, found.id)


async def test_without_an_answer_reminders_come_and_news_do_not(anna: Anna) -> None:
    assert await anna.wants("transactional")
    assert await anna.wants("reminder")
    assert not await anna.wants("marketing")
    assert not await anna.wants("something else")


async def test_the_newest_answer_counts(anna: Anna) -> None:
    await anna.answers("marketing", granted=True)
    assert await anna.wants("marketing")
    await anna.answers("marketing", granted=False)
    assert not await anna.wants("marketing")
    await anna.answers("reminders", granted=False)
    assert not await anna.wants("reminder")
    assert await anna.wants("transactional")


async def test_an_answer_about_one_channel_beats_a_newer_one_about_all(anna: Anna) -> None:
    await anna.answers("reminders", granted=False, channel="sms")
    await anna.answers("reminders", granted=True)
    assert await anna.wants("reminder", "email")
    assert not await anna.wants("reminder", "sms")


async def test_an_answer_about_all_counts_where_there_is_none_about_one(anna: Anna) -> None:
    await anna.answers("marketing", granted=True)
    await anna.answers("marketing", granted=False, channel="email")
    assert not await anna.wants("marketing", "email")
    assert await anna.wants("marketing", "sms")


async def test_another_salon_is_another_question(anna: Anna) -> None:
    other = await make_salon(anna.session)
    await anna.answers("marketing", granted=True)
    assert not await allows(
        anna.session,
        salon_id=other.salon_id,
        channel="email",
        recipient=MAIL,
        category="marketing",
    )
    assert not await is_known(
        anna.session, salon_id=other.salon_id, channel="email", recipient=MAIL
    )


async def test_a_kind_nobody_asks_for_is_refused(anna: Anna) -> None:
    with pytest.raises(Invalid):
        await anna.answers("newsletter", granted=True)


async def test_a_link_ends_one_kind_by_one_channel_and_says_so_in_the_log(anna: Anna) -> None:
    assert await unsubscribe(anna.session, asked=anna.link(), by=CLIENT)
    assert not await anna.wants("reminder", "email")
    assert await anna.wants("reminder", "sms")
    [act] = await list_acts(
        anna.session, salon_id=anna.salon_id, resource_type="customer", resource_id=anna.id
    )
    assert act.action == "unsubscribe"
    assert act.metadata["kind"] == "reminders"
    kept = await anna.session.execute(text("SELECT source, channel, granted FROM consents"))
    assert kept.one() == ("unsubscribe", "email", False)


async def test_the_same_link_twice_is_one_answer(anna: Anna) -> None:
    assert await unsubscribe(anna.session, asked=anna.link(), by=CLIENT)
    assert not await unsubscribe(anna.session, asked=anna.link(), by=CLIENT)
    assert await anna.session.scalar(text("SELECT count(*) FROM consents")) == 1


async def test_what_was_ended_can_be_taken_back(anna: Anna) -> None:
    await unsubscribe(anna.session, asked=anna.link(), by=CLIENT)
    await anna.day_passes()
    assert await can_resubscribe(anna.session, asked=anna.link())
    assert await resubscribe(anna.session, asked=anna.link(), by=CLIENT)
    assert await anna.wants("reminder")
    assert not await can_resubscribe(anna.session, asked=anna.link())


async def test_taking_back_never_grants_what_was_not_granted(anna: Anna) -> None:
    link = anna.link("marketing")
    assert not await unsubscribe(anna.session, asked=link, by=CLIENT)
    assert not await resubscribe(anna.session, asked=link, by=CLIENT)
    assert not await anna.wants("marketing")
    await anna.answers("reminders", granted=False)
    assert not await resubscribe(anna.session, asked=anna.link(), by=CLIENT)
    assert not await anna.wants("reminder")


async def test_news_that_were_granted_come_again_after_taking_back(anna: Anna) -> None:
    await anna.answers("marketing", granted=True)
    await anna.day_passes()
    assert await unsubscribe(anna.session, asked=anna.link("marketing"), by=CLIENT)
    await anna.day_passes()
    assert not await anna.wants("marketing")
    assert await resubscribe(anna.session, asked=anna.link("marketing"), by=CLIENT)
    assert await anna.wants("marketing")


async def test_everybody_with_the_number_is_meant(anna: Anna) -> None:
    await anna.session.execute(
        text(
            "INSERT INTO customers (salon_id, id, name, phone, language)"
            " VALUES (:salon_id, gen_random_uuid(), 'Ben', :phone, 'en')"
        ),
        {"salon_id": anna.salon_id, "phone": PHONE},
    )
    assert await unsubscribe(anna.session, asked=anna.link(channel="sms"), by=CLIENT)
    assert not await anna.wants("reminder", "sms")
    assert await anna.session.scalar(text("SELECT count(*) FROM consents")) == 2
