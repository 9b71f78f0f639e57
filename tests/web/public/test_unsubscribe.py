"""The link that ends reminders: read ahead without harm, ended by people and by mail programs."""

from dataclasses import replace
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from openchair.customers.consents.queries import allows
from openchair.customers.profiles.contact import Contact
from openchair.customers.profiles.recognise import recognise_customer
from openchair.notifications.unsubscribe import Unsubscription, make_token
from openchair.platform.db.engine import Database
from openchair.platform.logging.redaction import redact
from tests.builders import make_salon
from tests.web.public.conftest import House

MAIL = "anna@example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def asked(database: Database, house: House) -> Unsubscription:
    """Anna's link in the reminder she got, in German."""
    async with database.transaction() as session:
        salon_id: UUID = (
            await session.execute(
                text("SELECT id FROM salons WHERE slug = :slug"), {"slug": house.slug}
            )
        ).scalar_one()
        await recognise_customer(
            session, salon_id=salon_id, contact=Contact("Anna", MAIL, None), language="de"
        )
    return Unsubscription(
        salon_id=salon_id, channel="email", recipient=MAIL, category="reminder", language="de"
    )


async def wants(database: Database, asked: Unsubscription) -> bool:
    async with database.transaction() as session:
        return await allows(
            session,
            salon_id=asked.salon_id,
            channel=asked.channel,
            recipient=asked.recipient,
            category=asked.category,
        )


async def test_looking_changes_nothing(
    client: AsyncClient, database: Database, house: House, asked: Unsubscription
) -> None:
    token = make_token(asked)
    answer = await client.get(f"/unsubscribe/{token}")
    assert answer.status_code == 302
    assert answer.headers["location"] == f"/{house.slug}/de/unsubscribe/{token}"
    page = await client.get(answer.headers["location"])
    assert page.status_code == 200
    assert "Keine Erinnerungen mehr?" in page.text
    assert MAIL in page.text
    assert "noindex" in page.text
    assert await wants(database, asked)


async def test_a_mail_program_ends_it_with_one_request(
    client: AsyncClient, database: Database, asked: Unsubscription
) -> None:
    """RFC 8058, 3.2: no cookie, no origin, no question, and no redirect to follow."""
    answer = await client.post(f"/unsubscribe/{make_token(asked)}", data=ONE_CLICK)
    assert answer.status_code == 200
    assert not await wants(database, asked)
    again = await client.post(f"/unsubscribe/{make_token(asked)}", data=ONE_CLICK)
    assert again.status_code == 200


async def test_somebody_ends_it_and_takes_it_back(
    client: AsyncClient, database: Database, house: House, asked: Unsubscription
) -> None:
    page = f"/{house.slug}/en/unsubscribe/{make_token(asked)}"
    answer = await client.post(page)
    assert answer.status_code == 303
    assert not await wants(database, asked)
    done = await client.get(answer.headers["location"])
    assert "does not remind anna@example.org of visits any more" in done.text
    assert "Take it back" in done.text
    answer = await client.post(page, data={"undo": "1"})
    assert await wants(database, asked)
    back = await client.get(answer.headers["location"])
    assert "Reminders come again" in back.text
    assert "Take it back" not in back.text


async def test_news_that_were_never_granted_are_not_granted_by_taking_back(
    client: AsyncClient, database: Database, house: House, asked: Unsubscription
) -> None:
    news = replace(asked, category="marketing")
    page = f"/{house.slug}/en/unsubscribe/{make_token(news)}"
    assert "Take it back" not in (await client.get(f"{page}?did=ended")).text
    await client.post(page, data={"undo": "1"})
    assert not await wants(database, news)


async def test_an_address_that_nobody_has_gets_a_plain_answer(
    client: AsyncClient, house: House, asked: Unsubscription
) -> None:
    strange = replace(asked, recipient="<b>ben@example.org")
    page = f"/{house.slug}/en/unsubscribe/{make_token(strange)}"
    answer = await client.get(page)
    assert "Nothing comes to this address" in answer.text
    assert "<b>ben" not in answer.text
    assert (await client.post(page)).status_code == 303


@pytest.mark.parametrize("token", ["x", "A" * 60, "%2e%2e", "ä", "A" * 900])
async def test_a_wrong_link_is_a_friendly_page(
    client: AsyncClient, database: Database, house: House, token: str
) -> None:
    for method, path in (
        ("GET", f"/unsubscribe/{token}"),
        ("POST", f"/unsubscribe/{token}"),
        ("GET", f"/{house.slug}/en/unsubscribe/{token}"),
        ("POST", f"/{house.slug}/en/unsubscribe/{token}"),
    ):
        answer = await client.request(method, path)
        assert answer.status_code == 404
        assert "<h1" in answer.text
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM consents")) == 0


async def test_another_salons_link_does_nothing_here(
    client: AsyncClient, database: Database, asked: Unsubscription
) -> None:
    async with database.transaction() as session:
        other = await make_salon(session)
    page = f"/{other.slug}/en/unsubscribe/{make_token(asked)}"
    assert (await client.get(page)).status_code == 404
    assert (await client.post(page)).status_code == 404
    assert await wants(database, asked)


def test_the_log_does_not_keep_the_address(asked: Unsubscription) -> None:
    token = make_token(asked)
    line = redact(None, "info", {"path": f"/unsubscribe/{token}"})
    assert token not in str(line)
