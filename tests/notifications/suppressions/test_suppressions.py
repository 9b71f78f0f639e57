"""The list of addresses that are not written to: kept once, asked for many at once, lifted."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.suppressions.lift import lift
from openchair.notifications.suppressions.queries import (
    Address,
    count_suppressed,
    list_suppressed,
    suppressed_among,
)
from openchair.notifications.suppressions.suppress import note_bounce, suppress
from openchair.platform.errors import Invalid, NotFound
from openchair.platform.ids import new_id
from tests.builders import make_salon

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
async def salon_id(session: AsyncSession) -> UUID:
    return (await make_salon(session)).salon_id


async def add(
    session: AsyncSession,
    salon_id: UUID,
    recipient: str,
    *,
    channel: str = "email",
    reason: str = "manual",
    until: datetime | None = None,
    now: datetime = NOW,
) -> bool:
    return await suppress(
        session,
        salon_id=salon_id,
        channel=channel,
        recipient=recipient,
        reason=reason,
        until=until,
        now=now,
    )


async def asked(
    session: AsyncSession, salon_id: UUID, *recipients: str, now: datetime = NOW
) -> dict[str, str]:
    addresses = [
        Address(salon_id=salon_id, channel="sms" if each[0] == "+" else "email", recipient=each)
        for each in recipients
    ]
    found = await suppressed_among(session, addresses=addresses, now=now)
    return {each.recipient: reason for each, reason in found.items()}


async def test_listed_is_listed_whatever_the_capitals(
    session: AsyncSession, salon_id: UUID
) -> None:
    assert await add(session, salon_id, "Anna@Example.org", reason="complaint")
    assert await add(session, salon_id, "+41791234567", channel="sms", reason="stop")
    found = await asked(session, salon_id, "anna@example.org", "ben@example.org", "+41791234567")
    assert found == {"anna@example.org": "complaint", "+41791234567": "stop"}
    other = await make_salon(session, slug="other")
    assert await asked(session, other.salon_id, "anna@example.org") == {}


async def test_the_first_reason_stays(session: AsyncSession, salon_id: UUID) -> None:
    assert await add(session, salon_id, "anna@example.org", reason="complaint")
    assert not await add(session, salon_id, "anna@example.org", reason="manual")
    assert await asked(session, salon_id, "anna@example.org") == {"anna@example.org": "complaint"}


async def test_a_time_runs_out_and_can_be_made_for_ever(
    session: AsyncSession, salon_id: UUID
) -> None:
    week = NOW + timedelta(days=7)
    await add(session, salon_id, "anna@example.org", until=week)
    assert await asked(session, salon_id, "anna@example.org", now=week - timedelta(seconds=1))
    assert not await asked(session, salon_id, "anna@example.org", now=week)
    assert await list_suppressed(session, salon_id=salon_id, now=week) == []
    assert await add(session, salon_id, "anna@example.org", reason="stop", now=week)
    assert await asked(session, salon_id, "anna@example.org", now=week + timedelta(days=999))


async def test_lifted_it_is_written_to_again(session: AsyncSession, salon_id: UUID) -> None:
    await add(session, salon_id, "anna@example.org")
    (listed,) = await list_suppressed(session, salon_id=salon_id, now=NOW)
    other = await make_salon(session, slug="other")
    with pytest.raises(NotFound):
        await lift(session, salon_id=other.salon_id, suppression_id=listed.id)
    assert await lift(session, salon_id=salon_id, suppression_id=listed.id) == listed
    assert await asked(session, salon_id, "anna@example.org") == {}
    with pytest.raises(NotFound):
        await lift(session, salon_id=salon_id, suppression_id=listed.id)


REFUSED = [
    ("not an address", "email", "manual", "recipient"),
    ("0791234567", "sms", "manual", "recipient"),
    ("anna@example.org", "email", "because", "reason"),
    ("anna@example.org", "pigeon", "manual", "channel"),
]


@pytest.mark.parametrize("given", REFUSED, ids=lambda given: given[3])
async def test_what_cannot_be_is_refused(
    session: AsyncSession, salon_id: UUID, given: tuple[str, str, str, str]
) -> None:
    recipient, channel, reason, field = given
    with pytest.raises(Invalid) as refused:
        await add(session, salon_id, recipient, channel=channel, reason=reason)
    assert refused.value.field == field


async def test_a_time_that_is_over_is_refused(session: AsyncSession, salon_id: UUID) -> None:
    with pytest.raises(Invalid):
        await add(session, salon_id, "anna@example.org", until=NOW)


async def test_pages_hold_everything_once(session: AsyncSession, salon_id: UUID) -> None:
    for number in range(25):
        when = NOW + timedelta(seconds=number // 2)
        await add(session, salon_id, f"client{number}@example.org", now=when)
    later = NOW + timedelta(days=1)
    seen: list[str] = []
    after = None
    while page := await list_suppressed(
        session, salon_id=salon_id, now=later, after=after, limit=10
    ):
        seen += [each.recipient for each in page]
        after = (page[-1].created_at, page[-1].id)
    assert len(seen) == len(set(seen)) == 25
    assert seen[0] == "client24@example.org"
    assert await count_suppressed(session, salon_id=salon_id, now=later) == 25
    found = await list_suppressed(session, salon_id=salon_id, now=later, search=" Client24@ ")
    assert [each.recipient for each in found] == ["client24@example.org"]
    assert await list_suppressed(session, salon_id=salon_id, now=later, search="%") == []


async def bounced(session: AsyncSession, salon_id: UUID, category: str) -> bool:
    return await note_bounce(
        session,
        salon_id=salon_id,
        notification_id=new_id(),
        channel="email",
        recipient="Anna@example.org",
        category=category,
        words="550 no such user",
        later=False,
        now=NOW,
    )


async def announced(session: AsyncSession) -> list[tuple[str, bool]]:
    rows = await session.scalars(text("SELECT payload FROM events ORDER BY created_at, id"))
    return [(payload["category"], payload["suppressed"]) for payload in rows]


@pytest.mark.parametrize("category", ["hard_bounce", "complaint"])
async def test_what_bounced_is_listed_with_the_servers_words(
    session: AsyncSession, salon_id: UUID, category: str
) -> None:
    assert await bounced(session, salon_id, category)
    assert not await bounced(session, salon_id, category)
    (listed,) = await list_suppressed(session, salon_id=salon_id, now=NOW)
    assert (listed.recipient, listed.reason, listed.note) == (
        "anna@example.org",
        category,
        "550 no such user",
    )
    assert await announced(session) == [(category, True)] * 2


async def test_a_full_mailbox_is_announced_and_not_listed(
    session: AsyncSession, salon_id: UUID
) -> None:
    assert not await bounced(session, salon_id, "soft_bounce")
    assert await list_suppressed(session, salon_id=salon_id, now=NOW) == []
    assert await announced(session) == [("soft_bounce", False)]
