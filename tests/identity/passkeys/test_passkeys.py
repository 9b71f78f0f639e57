from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.models import ProfileRow
from openchair.identity.audit.models import AuditLogRow
from openchair.identity.audit.record import SYSTEM
from openchair.identity.passkeys.challenges import Purpose, use_challenge
from openchair.identity.passkeys.present import Shown, ask, show_passkey
from openchair.identity.passkeys.queries import MOST, list_passkeys
from openchair.identity.passkeys.register import (
    begin_registration,
    forget_passkey,
    register_passkey,
    rename_passkey,
)
from openchair.identity.passkeys.site import Site
from openchair.platform.errors import Conflict, Invalid, NotFound
from tests.identity.passkeys.device import Device
from tests.identity.people import add_account

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


async def challenge_of(
    session: AsyncSession, asked: dict[str, Any], purpose: Purpose, user_id: UUID | None = None
) -> bytes:
    return await use_challenge(
        session,
        challenge_id=UUID(asked["challenge"]),
        purpose=purpose,
        user_id=user_id,
        now=NOW,
    )


async def register(
    session: AsyncSession, user_id: UUID, device: Device, *, verified: bool = True
) -> UUID:
    asked = await begin_registration(
        session, user_id=user_id, email="lena@salon.example", name="Lena", now=NOW
    )
    answer = device.create(asked["options"], verified=verified)
    challenge = await challenge_of(session, asked, "register", user_id)
    return await register_passkey(
        session, user_id=user_id, challenge=challenge, answer=answer, name=" My  phone ", by=SYSTEM
    )


async def log_in(
    session: AsyncSession, device: Device, *, user_id: UUID | None = None, verified: bool = True
) -> Shown:
    purpose: Purpose = "second_factor" if user_id else "log_in"
    asked = await ask(session, purpose=purpose, user_id=user_id, now=NOW)
    answer = device.get(asked["options"], verified=verified)
    challenge = await challenge_of(session, asked, purpose, user_id)
    return await show_passkey(
        session, challenge=challenge, answer=answer, user_id=user_id, by=SYSTEM, now=NOW
    )


async def refusals(session: AsyncSession) -> list[dict[str, Any]]:
    rows = await session.scalars(
        select(AuditLogRow.details).where(AuditLogRow.action == "passkey.refuse")
    )
    return list(rows)


async def test_a_device_that_was_registered_says_who_it_is(session: AsyncSession) -> None:
    user_id, device = await add_account(session), Device()
    await register(session, user_id, device)
    shown = await log_in(session, device)
    assert shown.key is not None
    assert shown.key.user_id == user_id
    (kept,) = await list_passkeys(session, user_id=user_id)
    assert (kept.name, kept.last_used_at, kept.transports) == ("My phone", NOW, ["internal"])


async def test_a_strangers_device_opens_nothing(session: AsyncSession) -> None:
    user_id = await add_account(session)
    await register(session, user_id, Device())
    assert (await log_in(session, Device())).reason == "unknown passkey"
    thief = Device()
    thief.credential_id = (await list_passkeys(session, user_id=user_id))[0].credential_id
    thief.user_handle = user_id.bytes
    assert (await log_in(session, thief)).reason == "passkey signature"
    assert await refusals(session) == [{"reason": "signature"}]


async def test_a_counter_that_went_backwards_is_refused_and_written_down(
    session: AsyncSession,
) -> None:
    user_id, device = await add_account(session), Device(counter=10)
    await register(session, user_id, device)
    assert (await log_in(session, device)).key
    device.counter = 5
    assert (await log_in(session, device)).reason == "passkey counter"
    assert await refusals(session) == [{"reason": "counter", "before": 12, "after": 6}]
    device.counter = 20
    assert (await log_in(session, device)).key


async def test_alone_it_has_to_ask_for_finger_face_or_pin(session: AsyncSession) -> None:
    user_id, device = await add_account(session), Device()
    with pytest.raises(Invalid):
        await register(session, user_id, device, verified=False)
    await register(session, user_id, device)
    assert (await log_in(session, device, verified=False)).key is None
    assert (await log_in(session, device, user_id=user_id, verified=False)).key


async def test_as_a_second_factor_only_ones_own_device_counts(session: AsyncSession) -> None:
    lena, device = await add_account(session), Device()
    ruth = await add_account(session, email="ruth@salon.example")
    await register(session, lena, device)
    assert (await log_in(session, device, user_id=ruth)).key is None
    assert (await log_in(session, device, user_id=lena)).key


async def test_another_sites_page_gets_nothing_signed_for_us(session: AsyncSession) -> None:
    user_id, device = await add_account(session), Device()
    await register(session, user_id, device)
    device.origin = "http://localhost.evil.example"
    assert (await log_in(session, device)).key is None


async def test_a_closed_account_opens_by_no_device(session: AsyncSession) -> None:
    user_id, device = await add_account(session), Device()
    await register(session, user_id, device)
    await session.execute(
        update(ProfileRow).where(ProfileRow.id == user_id).values(is_active=False)
    )
    assert (await log_in(session, device)).key is None


async def test_a_challenge_counts_once_five_minutes_and_for_one_purpose(
    session: AsyncSession,
) -> None:
    user_id = await add_account(session)
    asked = await ask(session, purpose="log_in", user_id=None, now=NOW)
    with pytest.raises(Invalid):
        await challenge_of(session, asked, "second_factor", user_id)
    await challenge_of(session, asked, "log_in")
    with pytest.raises(Invalid):
        await challenge_of(session, asked, "log_in")
    late = await ask(session, purpose="log_in", user_id=None, now=NOW - timedelta(minutes=5))
    with pytest.raises(Invalid):
        await challenge_of(session, late, "log_in")


async def test_a_passkey_is_named_anew_and_deleted_by_its_owner_only(
    session: AsyncSession,
) -> None:
    lena, device = await add_account(session), Device()
    ruth = await add_account(session, email="ruth@salon.example")
    passkey_id = await register(session, lena, device)
    with pytest.raises(NotFound):
        await rename_passkey(session, user_id=ruth, passkey_id=passkey_id, name="Mine", by=SYSTEM)
    with pytest.raises(NotFound):
        await forget_passkey(session, user_id=ruth, passkey_id=passkey_id, by=SYSTEM)
    with pytest.raises(Invalid):
        await rename_passkey(session, user_id=lena, passkey_id=passkey_id, name=" ", by=SYSTEM)
    await rename_passkey(session, user_id=lena, passkey_id=passkey_id, name="Tablet", by=SYSTEM)
    assert [each.name for each in await list_passkeys(session, user_id=lena)] == ["Tablet"]
    await forget_passkey(session, user_id=lena, passkey_id=passkey_id, by=SYSTEM)
    assert (await log_in(session, device)).key is None


async def test_the_same_device_is_not_registered_twice_and_nobody_has_hundreds(
    session: AsyncSession,
) -> None:
    user_id, device = await add_account(session), Device()
    await register(session, user_id, device)
    with pytest.raises(Conflict):
        await register(session, user_id, device)
    for _ in range(MOST - 1):
        await register(session, user_id, Device())
    with pytest.raises(Conflict):
        await register(session, user_id, Device())


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", '{"id": "x"}', "x" * 30_000])
async def test_what_is_no_answer_is_refused(answer: str, session: AsyncSession) -> None:
    user_id = await add_account(session)
    with pytest.raises(Invalid):
        await register_passkey(
            session, user_id=user_id, challenge=b"x", answer=answer, name="x", by=SYSTEM
        )
    shown = await show_passkey(
        session, challenge=b"x", answer=answer, user_id=None, by=SYSTEM, now=NOW
    )
    assert shown.key is None


@pytest.mark.parametrize(
    "origin,possible",
    [
        ("http://localhost:8000", True),
        ("https://book.salon.example", True),
        ("http://book.salon.example", False),
        ("http://127.0.0.1:8000", False),
        ("https://192.0.2.7", False),
    ],
)
def test_browsers_take_names_over_https_and_localhost(origin: str, *, possible: bool) -> None:
    host = urlsplit(origin).hostname or ""
    assert Site(rp_id=host, origin=origin).can_have_passkeys is possible
