"""Setting up and showing the second factor, on a real database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.models import AuditLogRow
from openchair.identity.audit.record import SYSTEM
from openchair.identity.sessions.queries import find_session
from openchair.identity.two_factor.enrol import (
    begin,
    confirm,
    count_recovery_codes,
    has_second_factor,
    renew_recovery_codes,
    reset,
)
from openchair.identity.two_factor.models import RecoveryCodeRow, TotpSecretRow
from openchair.identity.two_factor.present import TRIES, count_try, present
from openchair.identity.two_factor.rules import matching_step, new_recovery_codes
from openchair.platform.clock import utc_now
from openchair.platform.errors import Conflict, Invalid, TooMany
from tests.identity.people import add_account, open_for

NOW = datetime(2026, 11, 22, 3, 9, 10, tzinfo=UTC)


async def set_up(
    session: AsyncSession, *, now: datetime = NOW
) -> tuple[UUID, pyotp.TOTP, list[str]]:
    user_id = await add_account(session)
    enrolment = await begin(session, user_id=user_id, account="lena@salon.example")
    totp = pyotp.TOTP(enrolment.secret)
    codes = await confirm(session, user_id=user_id, code=totp.at(now), by=SYSTEM, now=now)
    return user_id, totp, codes


async def test_an_authenticator_counts_once_its_code_was_typed(session: AsyncSession) -> None:
    user_id = await add_account(session)
    enrolment = await begin(session, user_id=user_id, account="lena@salon.example")
    again = await begin(session, user_id=user_id, account="lena@salon.example")
    assert again == enrolment, "a page that is loaded anew does not spoil the picture"
    assert enrolment.address.startswith("otpauth://totp/OpenChair:lena%40salon.example?secret=")
    assert not await has_second_factor(session, user_id=user_id)
    with pytest.raises(Invalid):
        await confirm(session, user_id=user_id, code="000000", by=SYSTEM, now=NOW)
    code = pyotp.TOTP(enrolment.secret).at(NOW)
    codes = await confirm(session, user_id=user_id, code=code, by=SYSTEM, now=NOW)
    assert await has_second_factor(session, user_id=user_id)
    assert len(set(codes)) == 10
    with pytest.raises(Conflict):
        await begin(session, user_id=user_id, account="lena@salon.example")
    with pytest.raises(Conflict):
        await confirm(session, user_id=user_id, code=code, by=SYSTEM, now=NOW)


async def test_neither_secret_nor_codes_can_be_read_in_the_table(session: AsyncSession) -> None:
    _, totp, codes = await set_up(session)
    row = (await session.scalars(select(TotpSecretRow))).one()
    assert totp.secret.encode() not in row.secret
    kept = {each.code_hash for each in await session.scalars(select(RecoveryCodeRow))}
    assert not kept & {code.encode() for code in codes}


async def test_a_code_opens_once(session: AsyncSession) -> None:
    user_id, totp, _ = await set_up(session)
    opened = await open_for(session, user_id)
    later = NOW + timedelta(minutes=1)
    code = totp.at(later)

    async def show(code: str, now: datetime) -> None:
        await present(session, user_id=user_id, session_id=opened.id, code=code, by=SYSTEM, now=now)

    with pytest.raises(Invalid):
        await show(totp.at(NOW), NOW)  # the one it was confirmed with
    before = await find_session(session, token=opened.token, now=utc_now())
    assert before is not None
    assert before.second_factor_at is None
    await show(f"{code[:3]} {code[3:]}", later)
    after = await find_session(session, token=opened.token, now=utc_now())
    assert after is not None
    assert after.second_factor_at == later
    with pytest.raises(Invalid):
        await show(code, later)
    actions = set(await session.scalars(select(AuditLogRow.action)))
    assert {"second_factor.set_up", "second_factor.present"} <= actions


async def test_a_recovery_code_opens_once_however_it_is_typed(session: AsyncSession) -> None:
    user_id, _, codes = await set_up(session)
    opened = await open_for(session, user_id)

    async def show(code: str) -> None:
        await present(session, user_id=user_id, session_id=opened.id, code=code, by=SYSTEM, now=NOW)

    await show(codes[0].upper().replace("-", " "))
    assert await count_recovery_codes(session, user_id=user_id) == 9
    with pytest.raises(Invalid):
        await show(codes[0])
    fresh = await renew_recovery_codes(session, user_id=user_id, by=SYSTEM)
    with pytest.raises(Invalid):
        await show(codes[1])
    await show(fresh[0])


async def test_after_a_reset_nothing_old_opens(session: AsyncSession) -> None:
    user_id, totp, codes = await set_up(session)
    opened = await open_for(session, user_id)
    assert await reset(session, user_id=user_id, by=SYSTEM)
    later = NOW + timedelta(minutes=5)
    for code in (codes[0], totp.at(later)):
        with pytest.raises(Invalid):
            await present(
                session, user_id=user_id, session_id=opened.id, code=code, by=SYSTEM, now=later
            )
    assert not await reset(session, user_id=user_id, by=SYSTEM)
    assert (await begin(session, user_id=user_id, account="x")).secret != totp.secret


async def test_guessing_ends_after_ten_tries(session: AsyncSession) -> None:
    user_id = await add_account(session)
    for _ in range(TRIES):
        await count_try(session, user_id=user_id)
    with pytest.raises(TooMany):
        await count_try(session, user_id=user_id)


@given(st.integers(min_value=-300, max_value=300))
def test_a_clock_may_be_half_a_minute_off_and_no_more(seconds: int) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    code = pyotp.TOTP(secret).at(NOW)
    found = matching_step(
        secret=secret, code=code, now=NOW + timedelta(seconds=seconds), last_step=0
    )
    steps = abs((int(NOW.timestamp()) + seconds) // 30 - int(NOW.timestamp()) // 30)
    assert (found is not None) == (steps <= 1)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "123456\x00"])
def test_what_is_no_code_is_none(code: str) -> None:
    assert matching_step(secret="JBSWY3DPEHPK3PXP", code=code, now=NOW, last_step=0) is None


def test_recovery_codes_are_easy_to_read_aloud() -> None:
    for code in new_recovery_codes():
        assert not set(code) & set("01ilo")
        assert len(code) == 11
