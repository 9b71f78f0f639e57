"""A salon's own words change, are written down, and can be brought back."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.queries import Act, list_acts
from openchair.identity.audit.record import Actor
from openchair.notifications.templates.place import Place
from openchair.notifications.templates.policy import Policy, get_policy
from openchair.notifications.templates.queries import find, list_own
from openchair.notifications.templates.rules import Written
from openchair.operations.wording.change import RESOURCE, bring_back, change_words
from openchair.operations.wording.send_sample import send_sample
from openchair.operations.wording.set_policy import set_policy
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.salons.queries import Salon
from tests.builders import NOW, make_salon

OWNER = Actor("user", UUID(int=5))
FIRST = Written(subject="See you", body="Dear {{ client }}")
SECOND = Written(subject="See you soon", body="Hello {{ client }}")


@pytest.fixture
async def salon(session: AsyncSession) -> Salon:
    return await (await make_salon(session)).salon()


@pytest.fixture
def place(salon: Salon) -> Place:
    return Place(salon_id=salon.id, kind="booking.reminder", channel="email", language="de")


async def change(session: AsyncSession, place: Place, written: Written | None) -> bool:
    return await change_words(session, place=place, written=written, by=OWNER, now=NOW)


async def own(session: AsyncSession, place: Place) -> Written | None:
    found = await find(
        session,
        salon_id=place.salon_id,
        kind=place.kind,
        channel=place.channel,
        language=place.language,
        default_language="en",
    )
    return found.written if found else None


async def acts(session: AsyncSession, place: Place) -> list[Act]:
    return await list_acts(
        session, salon_id=place.salon_id, resource_type=RESOURCE, resource_id=place.id
    )


async def moment_of(session: AsyncSession, action: str, nth: int = 0) -> datetime:
    """When the nth act of this kind was; acts of one transaction share their moment, so each is
    given its own first.
    """
    await session.execute(
        text(
            "UPDATE audit_logs SET created_at = created_at + step * interval '1 second'"
            " FROM (SELECT id, row_number() OVER (ORDER BY id) AS step FROM audit_logs) AS n"
            " WHERE n.id = audit_logs.id"
        )
    )
    rows = await session.scalars(
        text("SELECT created_at FROM audit_logs WHERE action = :action ORDER BY id"),
        {"action": action},
    )
    found: datetime = rows.all()[nth]
    return found


async def test_each_change_says_what_stood_there_before(
    session: AsyncSession, place: Place
) -> None:
    assert await change(session, place, FIRST)
    assert await change(session, place, SECOND)
    assert await own(session, place) == SECOND
    assert await change(session, place, None)
    assert await own(session, place) is None
    before = {
        act.action: act.metadata["before"] and act.metadata["before"]["body"]
        for act in await acts(session, place)
    }
    assert before["reset"] == SECOND.body
    assert {act.user_id for act in await acts(session, place)} == {OWNER.user_id}


async def test_the_same_words_again_are_no_change(session: AsyncSession, place: Place) -> None:
    await change(session, place, FIRST)
    assert not await change(session, place, FIRST)
    assert len(await acts(session, place)) == 1
    assert await change(session, place, None)
    assert not await change(session, place, None)
    assert len(await acts(session, place)) == 2


async def test_any_change_can_be_undone_also_an_undo(session: AsyncSession, place: Place) -> None:
    await change(session, place, FIRST)
    await change(session, place, SECOND)
    at = await moment_of(session, "save", 1)
    assert await bring_back(session, place=place, at=at, by=OWNER, now=NOW)
    assert await own(session, place) == FIRST
    at = await moment_of(session, "bring_back")
    assert await bring_back(session, place=place, at=at, by=OWNER, now=NOW)
    assert await own(session, place) == SECOND
    at = await moment_of(session, "save", 0)
    assert await bring_back(session, place=place, at=at, by=OWNER, now=NOW)
    assert await own(session, place) is None


async def test_a_change_that_the_log_does_not_know_is_refused(
    session: AsyncSession, place: Place
) -> None:
    await change(session, place, FIRST)
    with pytest.raises(Conflict):
        await bring_back(session, place=place, at=NOW, by=OWNER, now=NOW)
    assert await own(session, place) == FIRST


async def test_words_that_cannot_be_filled_in_change_nothing(
    session: AsyncSession, place: Place
) -> None:
    with pytest.raises(Invalid):
        await change(session, place, Written(subject="Hi", body="{{ before }}"))
    assert await acts(session, place) == []
    assert await list_own(session, salon_id=place.salon_id) == []


@pytest.mark.parametrize(
    "kind, channel, language",
    [
        ("customers.notice", "email", "de"),
        ("booking.reminder", "fax", "de"),
        ("booking.reminder", "sms", "fr"),
        ("", "", ""),
    ],
)
async def test_there_are_no_words_where_there_is_no_place(
    session: AsyncSession, salon: Salon, kind: str, channel: str, language: str
) -> None:
    nowhere = Place(salon_id=salon.id, kind=kind, channel=channel, language=language)
    with pytest.raises(NotFound):
        await change(session, nowhere, FIRST)
    with pytest.raises(NotFound):
        await change(session, nowhere, None)


async def test_a_sample_is_one_message_for_each_click(
    session: AsyncSession, salon: Salon, place: Place
) -> None:
    async def send(click: str) -> UUID:
        return await send_sample(
            session,
            salon=salon,
            place=place,
            written=FIRST,
            recipient="owner@example.org",
            click=click,
            by=OWNER,
        )

    first = await send("a")
    assert await send("a") == first
    assert await send("b") != first
    rows = await session.execute(text("SELECT kind, status, category, data FROM notifications"))
    assert {(row.kind, row.status, row.category) for row in rows} == {
        ("booking.sample", "pending", "transactional")
    }
    [act, *_] = await acts(session, place)
    assert (act.action, act.metadata["recipient"]) == ("send_sample", "owner@example.org")


async def test_a_policy_counts_and_is_written_down(session: AsyncSession, salon: Salon) -> None:
    assert await get_policy(session, salon_id=salon.id) == Policy()
    wish = Policy(quiet_from_minute=20 * 60, quiet_until_minute=9 * 60, sms_reminders=True)
    for expected in (True, False):
        changed = await set_policy(session, salon_id=salon.id, policy=wish, by=OWNER, now=NOW)
        assert changed is expected
    assert await get_policy(session, salon_id=salon.id) == wish
    [act] = await list_acts(
        session, salon_id=salon.id, resource_type="message_policy", resource_id=salon.id
    )
    assert act.metadata["before"] == {
        "quiet_from_minute": 1260,
        "quiet_until_minute": 480,
        "sms_reminders": False,
    }
    with pytest.raises(Invalid):
        await set_policy(
            session, salon_id=salon.id, policy=Policy(quiet_from_minute=1440), by=OWNER, now=NOW
        )
