from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.models import ProfileRow
from openchair.identity.audit.models import AuditLogRow
from openchair.identity.audit.record import SYSTEM
from openchair.identity.sessions.end import (
    end_all_sessions,
    end_session,
    forget_expired,
    note_use,
)
from openchair.identity.sessions.log_in import count_attempt, open_session
from openchair.identity.sessions.models import AuthLogRow, UserSessionRow
from openchair.identity.sessions.queries import find_session, list_sessions
from openchair.identity.sessions.rules import is_own_page, token_hash
from openchair.identity.sessions.settings import SessionSettings
from openchair.platform.clock import utc_now
from openchair.platform.errors import TooMany
from openchair.platform.settings.base import load
from tests.identity.people import VISITOR, add_account, open_for

HOSTS = frozenset({"salon.example", "127.0.0.1:8000"})


async def test_only_the_hash_of_a_token_is_kept(session: AsyncSession) -> None:
    opened = await open_for(session, await add_account(session))
    row = (await session.scalars(select(UserSessionRow))).one()
    assert len(opened.token) >= 43
    assert row.token_hash == token_hash(opened.token)
    assert opened.token not in repr(vars(row))
    log = (await session.scalars(select(AuthLogRow))).one()
    assert (log.success, log.ip_address, log.email) == (True, VISITOR.ip, "lena@salon.example")


async def test_a_log_in_ends_the_session_the_browser_still_held(session: AsyncSession) -> None:
    user_id, now = await add_account(session), utc_now()
    old = await open_for(session, user_id)
    new = await open_session(
        session,
        user_id=user_id,
        email="lena@salon.example",
        old_token=old.token,
        visitor=VISITOR,
        now=now,
    )
    assert new.token != old.token
    assert await find_session(session, token=old.token, now=now) is None
    assert await find_session(session, token=new.token, now=now) is not None


async def test_a_session_ends_when_idle_and_in_any_case_when_old(session: AsyncSession) -> None:
    opened, now = await open_for(session, await add_account(session)), utc_now()
    settings = load(SessionSettings)
    almost_idle = now + settings.idle - timedelta(minutes=1)
    assert await find_session(session, token=opened.token, now=almost_idle) is not None
    idle = now + settings.idle + timedelta(minutes=1)
    assert await find_session(session, token=opened.token, now=idle) is None
    await note_use(session, session_id=opened.id, now=almost_idle)
    assert await find_session(session, token=opened.token, now=idle) is not None
    too_old = opened.expires_at + timedelta(seconds=1)
    await note_use(session, session_id=opened.id, now=too_old)
    assert await find_session(session, token=opened.token, now=too_old) is None


async def test_a_closed_account_has_no_sessions(session: AsyncSession) -> None:
    opened = await open_for(session, await add_account(session))
    await session.execute(update(ProfileRow).values(is_active=False))
    assert await find_session(session, token=opened.token, now=utc_now()) is None


async def test_one_session_or_all_others_end_at_once_and_leave_a_trace(
    session: AsyncSession,
) -> None:
    user_id, now = await add_account(session), utc_now()
    opened = [await open_for(session, user_id) for _ in range(4)]
    stranger = await add_account(session, email="x@salon.example")
    assert not await end_session(session, session_id=opened[0].id, user_id=stranger, by=SYSTEM)
    assert await end_session(session, session_id=opened[0].id, user_id=user_id, by=SYSTEM)
    assert await find_session(session, token=opened[0].token, now=now) is None
    ended = await end_all_sessions(session, user_id=user_id, by=SYSTEM, except_id=opened[1].id)
    assert ended == 2
    left = await list_sessions(session, user_id=user_id, now=now)
    assert [each.id for each in left] == [opened[1].id]
    ends = select(func.count()).where(AuditLogRow.action == "session.end")
    assert await session.scalar(ends) == 3


async def test_rows_that_nobody_can_use_are_forgotten(session: AsyncSession) -> None:
    await open_for(session, await add_account(session))
    await forget_expired(session, now=utc_now())
    assert await session.scalar(select(func.count()).select_from(UserSessionRow)) == 1
    await forget_expired(session, now=utc_now() + load(SessionSettings).idle * 2)
    assert await session.scalar(select(func.count()).select_from(UserSessionRow)) == 0


async def test_tries_for_one_account_are_limited_whether_it_exists_or_not(
    session: AsyncSession,
) -> None:
    limit = load(SessionSettings).limit_logins_per_account
    for number in range(limit):
        visitor = VISITOR.__class__(ip=f"203.0.113.{number}", user_agent="")
        await count_attempt(session, email="Nobody@salon.example", visitor=visitor)
    with pytest.raises(TooMany) as refusal:
        await count_attempt(session, email="nobody@SALON.example", visitor=VISITOR)
    assert refusal.value.retry_after > 0


@pytest.mark.parametrize(
    "fetch_site,origin,own",
    [
        ("same-origin", "https://salon.example", True),
        ("none", None, True),
        ("cross-site", None, False),
        ("same-site", "https://shop.salon.example", False),
        (None, "https://salon.example", True),
        (None, "http://127.0.0.1:8000", True),
        (None, "https://salon.example.evil.example", False),
        (None, "null", False),
        (None, None, True),
    ],
)
def test_a_form_of_another_site_is_known_as_such(
    fetch_site: str | None, origin: str | None, *, own: bool
) -> None:
    assert is_own_page(fetch_site=fetch_site, origin=origin, hosts=HOSTS) is own
