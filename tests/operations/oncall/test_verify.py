"""An address counts when whoever has it gave back the code that was sent there."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import SYSTEM
from openchair.operations.oncall.codes import MOST_TRIES, new_code
from openchair.operations.oncall.contact import Contact
from openchair.operations.oncall.contacts import change_contact
from openchair.operations.oncall.queries import get_contact
from openchair.operations.oncall.send_code import send_code
from openchair.operations.oncall.verify import Code, Confirmed, confirm_code, make_codes
from openchair.platform.errors import Conflict, TooMany
from tests.operations.oncall.conftest import ANNA, acts, add
from tests.sandbox_process import Sandbox

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=29)


async def codes_for(
    session: AsyncSession, name: str = ANNA, *, now: datetime = NOW
) -> tuple[Code, ...]:
    return await make_codes(session, name=name, by=SYSTEM, now=now)


async def give(
    session: AsyncSession, code: str, *, name: str = ANNA, now: datetime = LATER
) -> Confirmed:
    return await confirm_code(session, name=name, code=code, by=SYSTEM, now=now)


def wrong(*codes: Code) -> str:
    return next(
        each for each in ("111111", "222222", "333333") if each not in {c.code for c in codes}
    )


async def test_each_address_has_its_own_code(session: AsyncSession, anna: Contact) -> None:
    by_mail, by_sms = await codes_for(session)
    assert (by_mail.kind, by_mail.address) == ("email", "anna@example.org")
    assert (by_sms.kind, by_sms.address) == ("phone", "+4915112345678")
    assert (await give(session, by_sms.code)).kind == "phone"
    found = await get_contact(session, name=ANNA)
    assert found.reachable_phone == "+4915112345678"
    assert found.unverified == ("email",)
    spaced = f"{by_mail.code[:3]} {by_mail.code[3:]}"
    assert (await give(session, spaced)).kind == "email"
    assert (await get_contact(session, name=ANNA)).unverified == ()
    told = await acts(session)
    assert [action for action, _ in told] == ["create", "send_code", "verify", "verify"]
    assert by_mail.code not in str(told)
    assert by_mail.code not in repr(by_mail)


async def test_a_code_is_kept_as_a_hash_and_works_once(
    session: AsyncSession, anna: Contact
) -> None:
    by_mail, by_sms = await codes_for(session)
    stored = await session.scalar(text("SELECT code_hash FROM contacts"))
    assert len(stored) == 64
    assert by_mail.code.encode() not in stored
    await give(session, by_mail.code)
    assert (await give(session, by_mail.code)).kind is None, "it was used"
    await give(session, by_sms.code)
    with pytest.raises(Conflict, match="No code is under way"):
        await give(session, by_sms.code)


async def test_after_half_an_hour_it_is_over(session: AsyncSession, anna: Contact) -> None:
    by_mail, _ = await codes_for(session)
    with pytest.raises(Conflict, match="older than 30 minutes"):
        await give(session, by_mail.code, now=NOW + timedelta(minutes=30))
    assert (await get_contact(session, name=ANNA)).unverified == ("email", "phone")


async def test_five_tries(session: AsyncSession, anna: Contact) -> None:
    codes = await codes_for(session)
    left = [(await give(session, wrong(*codes))).tries_left for _ in range(MOST_TRIES)]
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(Conflict, match="5 wrong codes"):
        await give(session, codes[0].code)
    again = await codes_for(session, now=LATER)
    assert (await give(session, again[0].code)).kind == "email"


async def test_codes_come_a_minute_apart(session: AsyncSession, anna: Contact) -> None:
    first, _ = await codes_for(session)
    with pytest.raises(TooMany) as raised:
        await codes_for(session, now=NOW + timedelta(seconds=59))
    assert raised.value.retry_after == 1
    await codes_for(session, now=NOW + timedelta(seconds=60))
    assert (await give(session, first.code)).kind is None, "older codes are void"


async def test_a_code_is_for_one_contact_and_one_address(
    session: AsyncSession, anna: Contact
) -> None:
    await add(session, "Ben", email="ben@example.org")
    mine, _ = await codes_for(session)
    theirs, _ = await codes_for(session, "Ben")
    if mine.code != theirs.code:
        assert (await give(session, mine.code, name="Ben")).kind is None
    await change_contact(session, name=ANNA, changes={"email": "other@example.org"}, by=SYSTEM)
    with pytest.raises(Conflict, match="No code is under way"):
        await give(session, mine.code)
    (fresh, _) = await codes_for(session)
    assert fresh.address == "other@example.org", "a new address may have its code at once"


async def test_nothing_to_confirm(session: AsyncSession) -> None:
    await add(session, "Stripe", role="Stripe Support")
    with pytest.raises(Conflict, match="no address"):
        await codes_for(session, "Stripe")


def test_codes_are_six_digits() -> None:
    codes = {new_code() for _ in range(200)}
    assert all(len(each) == 6 and each.isdecimal() for each in codes)
    assert len(codes) > 150


async def test_the_codes_arrive(session: AsyncSession, anna: Contact, receivers: Sandbox) -> None:
    by_mail, by_sms = await codes_for(session)
    assert (await send_code(by_mail)).provider == "smtp"
    assert (await send_code(by_sms)).provider == "twilio"
    (mail,) = await receivers.mails()
    assert mail["to"] == ["anna@example.org"]
    assert by_mail.code in mail["text"]
    assert f'openchair contacts verify "{ANNA}" --code {by_mail.code}' in mail["text"]
    assert by_mail.code not in mail["subject"]
    (sms,) = await receivers.sms()
    assert sms["body"].startswith(by_sms.code)
    assert sms["segments"] == 1


async def test_a_code_goes_by_the_second_provider(
    session: AsyncSession, anna: Contact, receivers: Sandbox
) -> None:
    codes = await codes_for(session)
    await receivers.fault("smtp", "refuse")
    await receivers.fault("twilio", "error_500")
    assert [(await send_code(each)).provider for each in codes] == ["smtp-backup", "vonage"]
