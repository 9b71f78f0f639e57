import asyncio
import statistics
import time

import pytest
from argon2 import PasswordHasher

from openchair.identity.accounts.passwords import (
    check_password,
    hash_password,
    require_strong,
)
from openchair.platform.errors import Invalid
from tests.identity.people import PASSWORD, password_hash


async def test_a_hash_is_argon2id_and_opens_with_its_password_only() -> None:
    made = await hash_password(PASSWORD)
    assert made.startswith("$argon2id$")
    assert (await check_password(password_hash=made, password=PASSWORD)).right
    assert not (await check_password(password_hash=made, password=PASSWORD + " ")).right


async def test_a_hash_of_todays_cost_is_not_outdated_and_a_cheaper_one_is() -> None:
    today = await check_password(password_hash=await hash_password(PASSWORD), password=PASSWORD)
    cheaper = await check_password(password_hash=password_hash(), password=PASSWORD)
    assert (today.right, today.outdated) == (True, False)
    assert (cheaper.right, cheaper.outdated) == (True, True)


async def test_nobodys_password_is_never_right() -> None:
    for password in ("", PASSWORD, "x" * 5000):
        assert not (await check_password(password_hash=None, password=password)).right


async def test_a_damaged_hash_opens_nothing() -> None:
    assert not (await check_password(password_hash="not a hash", password=PASSWORD)).right


async def test_one_password_typed_on_two_keyboards_is_one() -> None:
    composed, decomposed = "gr\u00fcezi mitenand", "gru\u0308ezi mitenand"
    made = await hash_password(composed)
    assert (await check_password(password_hash=made, password=decomposed)).right


async def test_an_unknown_account_takes_as_long_as_a_wrong_password() -> None:
    known = PasswordHasher().hash(PASSWORD)
    await check_password(password_hash=None, password="wrong")

    async def median(password_hash: str | None) -> float:
        taken = []
        for _ in range(5):
            began = time.process_time()
            await check_password(password_hash=password_hash, password="wrong")
            taken.append(time.process_time() - began)
        return statistics.median(taken)

    assert await median(None) == pytest.approx(await median(known), rel=0.5)


async def test_the_loop_runs_on_while_passwords_are_checked() -> None:
    checks = asyncio.gather(
        *(check_password(password_hash=None, password="wrong") for _ in range(6))
    )
    longest = 0.0
    while not checks.done():
        began = time.monotonic()
        await asyncio.sleep(0)
        longest = max(longest, time.monotonic() - began)
        await asyncio.sleep(0.002)
    await checks
    assert longest < 0.1


@pytest.mark.parametrize("password", ["short", "e\u0301" * 8, "x" * 1025])
def test_a_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        require_strong(password)
    assert refusal.value.field == "password"
