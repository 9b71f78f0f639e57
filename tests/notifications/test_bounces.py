"""What the mail provider tells later: once, forward only, in whatever order it comes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.bounces import category_of, handle_mail_event
from openchair.notifications.suppressions.queries import Address, suppressed_among
from openchair.platform.errors import Unavailable
from openchair.platform.ids import new_id
from openchair.webhooks.handlers import Ignored, WebhookEventView
from tests.builders import make_salon

NOW = datetime.now(UTC)


@pytest.fixture
async def salon_id(session: AsyncSession) -> UUID:
    return (await make_salon(session)).salon_id


async def add_mail(session: AsyncSession, salon_id: UUID, *, status: str = "sent") -> UUID:
    """A mail to Anna that a server has had."""
    notification_id = new_id()
    await session.execute(
        text("""
            INSERT INTO notifications (salon_id, id, kind, channel, recipient, language, data,
                reference, dedupe_key, message_id, status, sent_at, finished_at, handed_over_at,
                lease_count, lease_token, lease_until, provider, was_doubtful)
            VALUES (:salon_id, :id, 'test', 'email', 'Anna@example.org', 'en', '{}', 'test:1',
                :message_id, :message_id, CAST(:status AS text),
                CASE WHEN :status = 'sent' THEN now() END,
                CASE WHEN :status = 'sent' THEN now() END,
                now(), 1, CASE WHEN :status = 'sending' THEN gen_random_uuid() END,
                CASE WHEN :status = 'sending' THEN now() END, 'smtp', :status = 'doubtful')
        """),
        {
            "salon_id": salon_id,
            "id": notification_id,
            "message_id": message_id_of(notification_id),
            "status": status,
        },
    )
    return notification_id


def message_id_of(notification_id: UUID) -> str:
    return f"<{notification_id}@salon.example>"


def event(notification_id: UUID, kind: str, **data: Any) -> WebhookEventView:
    """As the webhooks' loop hands it over."""
    payload = {"type": kind, "data": {"message_id": message_id_of(notification_id), **data}}
    return WebhookEventView(
        id=new_id(),
        source="email",
        provider_event_id=new_id().hex,
        event_type=kind,
        payload=payload,
        created_at=NOW,
        retry_count=0,
    )


def bounced(notification_id: UUID, status: str = "5.1.1", kind: str = "permanent") -> Any:
    bounce = {"type": kind, "status": status, "message": f"{status} as it is"}
    return event(notification_id, "email.bounced", bounce=bounce)


def delivered(notification_id: UUID) -> WebhookEventView:
    return event(notification_id, "email.delivered")


async def row_of(session: AsyncSession, notification_id: UUID) -> dict[str, Any]:
    found = await session.execute(
        text("SELECT * FROM notifications WHERE id = :id"), {"id": notification_id}
    )
    return dict(found.mappings().one())


async def letters_of(session: AsyncSession, notification_id: UUID) -> list[dict[str, Any]]:
    found = await session.execute(
        text("SELECT * FROM dead_letter_queue WHERE notification_id = :id"),
        {"id": notification_id},
    )
    return [dict(row) for row in found.mappings()]


async def is_suppressed(session: AsyncSession, salon_id: UUID) -> str | None:
    anna = Address(salon_id=salon_id, channel="email", recipient="anna@EXAMPLE.org")
    later = NOW + timedelta(days=400)
    return (await suppressed_among(session, addresses=[anna], now=later)).get(anna)


async def test_delivered_is_noted_with_its_moment(session: AsyncSession, salon_id: UUID) -> None:
    mail = await add_mail(session, salon_id)
    an_hour_ago = (NOW - timedelta(hours=1)).isoformat()
    told = event(mail, "email.delivered", occurred_at=an_hour_ago)
    assert await handle_mail_event(session, told) is None
    row = await row_of(session, mail)
    assert (row["status"], row["delivery_status"]) == ("sent", "delivered")
    assert row["delivered_at"].isoformat() == an_hour_ago
    assert isinstance(await handle_mail_event(session, told), Ignored)


async def test_a_hard_bounce_after_acceptance_fails_the_mail_and_lists_the_address(
    session: AsyncSession, salon_id: UUID
) -> None:
    mail = await add_mail(session, salon_id)
    for _ in range(2):
        await handle_mail_event(session, bounced(mail))
    row = await row_of(session, mail)
    assert (row["status"], row["failure_type"], row["delivery_status"]) == (
        "failed",
        "hard_bounce",
        "bounced",
    )
    (letter,) = await letters_of(session, mail)
    assert (letter["failure_type"], letter["failure_count"]) == ("hard_bounce", 1)
    assert await is_suppressed(session, salon_id) == "hard_bounce"
    events = await session.execute(
        text("SELECT payload FROM events WHERE name = 'message.bounced'")
    )
    (payload,) = events.scalars()
    assert (payload["category"], payload["later"], payload["suppressed"]) == (
        "hard_bounce",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("status", "category"),
    [
        ("5.1.1", "hard_bounce"),
        ("5.1.10", "hard_bounce"),
        ("5.2.1", "hard_bounce"),
        ("5.2.2", "soft_bounce"),
        ("5.3.2", "soft_bounce"),
        ("5.3.4", "content_rejected"),
        ("5.4.4", "hard_bounce"),
        ("5.6.1", "content_rejected"),
        ("5.7.1", "content_rejected"),
        ("", "hard_bounce"),
        ("smtp; 550-5.7.26 unauthenticated", "content_rejected"),
        ("1.2.3.4 says no", "hard_bounce"),
    ],
)
async def test_the_enhanced_status_says_whose_fault_it_is(
    session: AsyncSession, salon_id: UUID, status: str, category: str
) -> None:
    assert category_of({"message": status}) == category
    mail = await add_mail(session, salon_id)
    await handle_mail_event(session, bounced(mail, status))
    assert (await row_of(session, mail))["failure_type"] == category
    assert (await is_suppressed(session, salon_id) is not None) == (category == "hard_bounce")


async def test_a_server_that_keeps_trying_has_not_failed(
    session: AsyncSession, salon_id: UUID
) -> None:
    mail = await add_mail(session, salon_id)
    assert await handle_mail_event(session, bounced(mail, "4.2.2", "transient")) is None
    row = await row_of(session, mail)
    assert (row["status"], row["delivery_status"]) == ("sent", "delayed")
    assert await letters_of(session, mail) == []


async def test_who_calls_it_spam_is_not_written_to_again(
    session: AsyncSession, salon_id: UUID
) -> None:
    mail = await add_mail(session, salon_id)
    await handle_mail_event(session, delivered(mail))
    await handle_mail_event(session, event(mail, "email.complained"))
    row = await row_of(session, mail)
    assert (row["status"], row["delivery_status"]) == ("sent", "complained")
    assert row["delivered_at"] is not None
    assert await is_suppressed(session, salon_id) == "complaint"


Tell = Callable[[UUID], WebhookEventView]


@pytest.mark.parametrize("order", [*permutations(("delivered", "bounced", "delayed"))])
async def test_the_order_in_which_it_is_told_does_not_matter(
    session: AsyncSession, salon_id: UUID, order: tuple[str, ...]
) -> None:
    mail = await add_mail(session, salon_id)
    tell: dict[str, Tell] = {
        "delivered": delivered,
        "bounced": bounced,
        "delayed": lambda of: bounced(of, "4.4.1", "transient"),
    }
    for each in order:
        await handle_mail_event(session, tell[each](mail))
    row = await row_of(session, mail)
    assert (row["status"], row["delivery_status"]) == ("failed", "bounced")
    assert len(await letters_of(session, mail)) == 1


@pytest.mark.parametrize("status", ["doubtful", "pending"])
async def test_what_was_delivered_is_not_sent_again(
    session: AsyncSession, salon_id: UUID, status: str
) -> None:
    mail = await add_mail(session, salon_id, status=status)
    await handle_mail_event(session, delivered(mail))
    row = await row_of(session, mail)
    assert (row["status"], row["was_doubtful"]) == ("sent", True)
    found = await session.execute(
        text("SELECT outcome, worker FROM notification_attempts WHERE notification_id = :id"),
        {"id": mail},
    )
    assert found.all() == [("found", "callback")]


async def test_a_doubtful_mail_that_bounced_has_failed(
    session: AsyncSession, salon_id: UUID
) -> None:
    mail = await add_mail(session, salon_id, status="doubtful")
    await handle_mail_event(session, bounced(mail))
    row = await row_of(session, mail)
    assert (row["status"], row["was_doubtful"]) == ("failed", True)
    assert len(await letters_of(session, mail)) == 1


async def test_while_a_worker_is_at_it_it_is_asked_again(
    session: AsyncSession, salon_id: UUID
) -> None:
    mail = await add_mail(session, salon_id, status="sending")
    with pytest.raises(Unavailable):
        await handle_mail_event(session, delivered(mail))
    assert (await row_of(session, mail))["status"] == "sending"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("email.delivered", {"message_id": "<nobody@salon.example>"}),
        ("email.delivered", {"message_id": ""}),
        ("email.delivered", {"message_id": 7}),
        ("email.delivered", {"message_id": None}),
        ("email.opened", {}),
    ],
)
async def test_what_is_not_ours_is_ignored(
    session: AsyncSession, salon_id: UUID, kind: str, data: dict[str, Any]
) -> None:
    mail = await add_mail(session, salon_id)
    assert isinstance(await handle_mail_event(session, event(mail, kind, **data)), Ignored)
    assert (await row_of(session, mail))["delivery_status"] is None


@pytest.mark.parametrize("payload", [{}, {"data": None}, {"data": []}, {"data": "x"}])
async def test_a_payload_of_another_shape_is_ignored(
    session: AsyncSession, payload: dict[str, Any]
) -> None:
    strange = event(new_id(), "email.bounced")
    assert isinstance(
        await handle_mail_event(
            session,
            WebhookEventView(
                id=strange.id,
                source="email",
                provider_event_id="1",
                event_type="email.bounced",
                payload=payload,
                created_at=NOW,
                retry_count=0,
            ),
        ),
        Ignored,
    )


async def test_a_moment_to_come_is_not_believed(session: AsyncSession, salon_id: UUID) -> None:
    mail = await add_mail(session, salon_id)
    later = (NOW + timedelta(days=3)).isoformat()
    await handle_mail_event(session, event(mail, "email.delivered", occurred_at=later))
    assert (await row_of(session, mail))["delivered_at"] == NOW
