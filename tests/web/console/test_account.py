from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select

from openchair.identity.audit.models import AuditLogRow
from openchair.identity.audit.record import SYSTEM
from openchair.identity.two_factor.enrol import begin, confirm
from openchair.identity.two_factor.present import TRIES
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import forget
from openchair.web.cookies import NAME
from tests.identity.passkeys.device import Device
from tests.identity.people import PASSWORD, open_for
from tests.web.console.conftest import ORIGIN, House, Seat, Sit, text_of

ACCOUNT, FACTOR = "/console/account", "/console/second-factor"
DAY = "/console/house/day"


async def set_up_factor(database: Database, user_id: Any) -> tuple[pyotp.TOTP, list[str]]:
    """A confirmed authenticator, and the recovery codes. Its last code was used a minute ago."""
    then = utc_now() - timedelta(minutes=1)
    async with database.transaction() as session:
        enrolment = await begin(session, user_id=user_id, account="x")
        totp = pyotp.TOTP(enrolment.secret)
        codes = await confirm(session, user_id=user_id, code=totp.at(then), by=SYSTEM, now=then)
    return totp, codes


async def acts(database: Database, action: str) -> int:
    async with database.transaction() as session:
        rows = await session.scalars(select(AuditLogRow).where(AuditLogRow.action == action))
        return len(list(rows))


# ---------------------------------------------------------------- the second factor at the door


async def test_the_password_alone_opens_nothing_any_more(
    house: House, database: Database, sit: Sit
) -> None:
    seat = await sit(house.people["manager"])
    totp, _ = await set_up_factor(database, house.people["manager"])
    for closed in (DAY, "/console", ACCOUNT, f"{ACCOUNT}/second-factor/off", "/console/house/new"):
        answer = await seat.client.get(closed)
        assert answer.headers["location"].startswith(FACTOR), closed
    closed_form = await seat.press(f"{ACCOUNT}/password", present=PASSWORD, password="x" * 20)
    assert closed_form.headers["location"].startswith(FACTOR)
    asked = await seat.client.get(f"{DAY}?date=2026-12-24")
    page = await seat.page(asked.headers["location"])
    onward = page.select_one("form[action='/console/second-factor'] input[name=next]")
    assert onward is not None
    answer = await seat.press(FACTOR, code=totp.now(), next=str(onward["value"]))
    assert answer.headers["location"] == f"{DAY}?date=2026-12-24"
    assert (await seat.client.get(DAY)).status_code == 200


async def test_a_code_works_once_and_a_recovery_code_too(
    house: House, database: Database, sit: Sit
) -> None:
    user_id = house.people["manager"]
    totp, codes = await set_up_factor(database, user_id)
    first, second = await sit(user_id), await sit(user_id)
    code = totp.now()
    assert (await first.press(FACTOR, code=code)).status_code == 303
    assert (await second.press(FACTOR, code=code)).status_code == 422
    assert (await second.press(FACTOR, code=codes[0])).status_code == 303
    third = await sit(user_id)
    refused = await third.press(FACTOR, code=codes[0])
    assert refused.status_code == 422
    assert "does not fit" in refused.text


async def test_guessing_ends(house: House, database: Database, sit: Sit) -> None:
    user_id = house.people["manager"]
    totp, _ = await set_up_factor(database, user_id)
    seat = await sit(user_id)
    for _ in range(TRIES):
        assert (await seat.press(FACTOR, code="000000")).status_code == 422
    answer = await seat.press(FACTOR, code=totp.now())
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


async def test_who_is_stuck_half_way_can_log_out(
    house: House, database: Database, sit: Sit
) -> None:
    seat = await sit(house.people["manager"])
    await set_up_factor(database, house.people["manager"])
    assert (await seat.press("/console/log-out")).headers["location"] == "/console/log-in"
    assert (await seat.client.get(FACTOR)).headers["location"].startswith("/console/log-in")


# ---------------------------------------------------------------- one's own page


async def test_name_and_language_are_ones_own(house: House, sit: Sit) -> None:
    seat = await sit(house.people["staff"])
    wrong = await seat.press(ACCOUNT, name="  ", language="de")
    assert wrong.status_code == 422
    assert (await seat.press(ACCOUNT, name="x", language="xx")).status_code == 422
    done = await seat.press(ACCOUNT, name=" Ben   Meier ", language="de")
    page = await seat.page(done.headers["location"])
    assert "Dein Konto" in text_of(page)
    name = page.select_one("#name")
    assert name is not None
    assert name["value"] == "Ben Meier"


async def test_a_new_password_needs_the_present_one_and_ends_other_sessions(
    house: House, database: Database, sit: Sit
) -> None:
    user_id = house.people["staff"]
    seat, elsewhere = await sit(user_id), await sit(user_id)
    fresh = "another short sentence"
    wrong = await seat.press(f"{ACCOUNT}/password", present="not it", password=fresh)
    assert "not your present password" in wrong.text
    short = await seat.press(f"{ACCOUNT}/password", present=PASSWORD, password="short")
    assert short.status_code == 422
    assert (await elsewhere.client.get(DAY)).status_code == 200
    done = await seat.press(f"{ACCOUNT}/password", present=PASSWORD, password=fresh)
    assert done.status_code == 303
    assert (await seat.client.get(DAY)).status_code == 200
    assert (await elsewhere.client.get(DAY)).status_code == 303
    assert await acts(database, "account.set_password") == 1


async def test_the_password_one_has_is_no_new_one(
    house: House, database: Database, sit: Sit
) -> None:
    user_id = house.people["staff"]
    seat, elsewhere = await sit(user_id), await sit(user_id)
    same = await seat.press(f"{ACCOUNT}/password", present=PASSWORD, password=PASSWORD)
    assert same.status_code == 422
    assert "the password you have already" in same.text
    assert (await elsewhere.client.get(DAY)).status_code == 200
    assert await acts(database, "account.set_password") == 0


async def test_setting_up_shows_the_picture_and_once_the_codes(house: House, sit: Sit) -> None:
    seat = await sit(house.people["staff"])
    page = await seat.page(f"{ACCOUNT}/second-factor/set-up")
    shown = page.select_one("code.secret")
    assert shown is not None
    assert page.select_one(".qr-frame svg path") is not None
    totp = pyotp.TOTP(shown.get_text().replace(" ", ""))
    wrong = await seat.press(f"{ACCOUNT}/second-factor/set-up", code="000000")
    assert wrong.status_code == 422
    answer = await seat.press(f"{ACCOUNT}/second-factor/set-up", code=totp.now())
    codes = BeautifulSoup(answer.text, "html.parser").select_one(".recovery-codes")
    assert codes is not None
    assert len(codes.get_text().split()) == 10
    assert "data:text/plain" in answer.text
    assert (await seat.client.get(DAY)).status_code == 200, "the code that confirmed counts"
    again = await seat.client.get(f"{ACCOUNT}/second-factor/set-up")
    assert again.status_code == 303


async def test_codes_are_renewed_and_the_factor_switched_off_by_a_code(
    house: House, database: Database, sit: Sit
) -> None:
    user_id = house.people["staff"]
    totp, codes = await set_up_factor(database, user_id)
    seat = await sit(user_id)
    await seat.press(FACTOR, code=totp.now())
    for what in ("codes", "off"):
        await seat.page(f"{ACCOUNT}/second-factor/{what}")
        wrong = await seat.press(f"{ACCOUNT}/second-factor/{what}", code="000000")
        assert wrong.status_code == 422
    renewed = await seat.press(f"{ACCOUNT}/second-factor/codes", code=codes[0])
    shown = BeautifulSoup(renewed.text, "html.parser").select_one(".recovery-codes")
    assert shown is not None
    fresh = shown.get_text().split()
    old = await seat.press(f"{ACCOUNT}/second-factor/off", code=codes[1])
    assert old.status_code == 422, "the old ones open nothing any more"
    off = await seat.press(f"{ACCOUNT}/second-factor/off", code=fresh[0])
    assert off.status_code == 303
    assert (await (await sit(user_id)).client.get(DAY)).status_code == 200
    assert await acts(database, "second_factor.reset") == 1


async def test_one_device_is_logged_out_or_all_others(house: House, sit: Sit) -> None:
    user_id = house.people["staff"]
    here, phone, tablet = await sit(user_id), await sit(user_id), await sit(user_id)
    stranger = await sit(house.people["owner"])
    page = await here.page(ACCOUNT)
    assert len(page.select("#devices ~ ul.lines-list > li")) == 3
    assert len(page.select("#devices ~ ul.lines-list .badge")) == 1
    ends = [str(each["action"]) for each in page.select("form[action$='/end']")]
    assert len(ends) == 2
    assert (await stranger.press(ends[0])).status_code == 404, "another person's session"
    assert (await here.press(ends[0])).status_code == 303
    alive = [each for each in (phone, tablet) if (await each.client.get(DAY)).status_code == 200]
    assert len(alive) == 1
    assert (await here.press(f"{ACCOUNT}/sessions/end-others")).status_code == 303
    assert (await alive[0].client.get(DAY)).status_code == 303
    assert (await here.client.get(DAY)).status_code == 200
    assert (await stranger.client.get(DAY)).status_code == 200


# ---------------------------------------------------------------- passkeys


@pytest.fixture
def _https(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("OPENCHAIR_PUBLIC_URL", "http://localhost")
    forget()
    yield
    forget()


def at_localhost(door: FastAPI, **cookies: str) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(door), base_url="http://localhost", cookies=cookies)


async def seat_at_localhost(door: FastAPI, database: Database, user_id: Any) -> Seat:
    async with database.transaction() as session:
        opened = await open_for(session, user_id)
    return Seat(at_localhost(door, **{NAME: opened.token}), opened.csrf_token)


async def send(seat: Seat, address: str, **fields: str) -> Any:
    return await seat.client.post(
        address, data={"csrf": seat.csrf, **fields}, headers={"Origin": "http://localhost"}
    )


async def make_passkey(seat: Seat) -> Device:
    device = Device(origin="http://localhost")
    begun = (await send(seat, f"{ACCOUNT}/passkeys/begin")).json()
    made = await send(
        seat,
        f"{ACCOUNT}/passkeys",
        challenge=begun["challenge"],
        answer=device.create(begun["options"]),
        name="My phone",
    )
    assert made.status_code == 200, made.text
    return device


@pytest.mark.usefixtures("_https")
async def test_a_passkey_alone_logs_in_and_counts_as_both_factors(
    door: FastAPI, house: House, database: Database
) -> None:
    user_id = house.people["manager"]
    device = await make_passkey(await seat_at_localhost(door, database, user_id))
    await set_up_factor(database, user_id)
    async with at_localhost(door) as browser:
        stranger = Seat(browser, "")
        begun = (await send(stranger, "/console/log-in/passkey/begin")).json()
        answer = device.get(begun["options"])
        fields = {"challenge": begun["challenge"], "answer": answer, "next": DAY}
        opened = await send(stranger, "/console/log-in/passkey", **fields)
        assert opened.json() == {"onward": DAY}
        assert (await browser.get(DAY)).status_code == 200
        replayed = await send(stranger, "/console/log-in/passkey", **fields)
        assert replayed.status_code == 422, "a challenge counts once"


@pytest.mark.usefixtures("_https")
async def test_a_passkey_is_a_second_factor(
    door: FastAPI, house: House, database: Database
) -> None:
    user_id = house.people["manager"]
    device = await make_passkey(await seat_at_localhost(door, database, user_id))
    await set_up_factor(database, user_id)
    seat = await seat_at_localhost(door, database, user_id)
    assert (await seat.client.get(DAY)).status_code == 303
    begun = (await send(seat, f"{FACTOR}/passkey/begin")).json()
    wrong = await send(
        seat,
        f"{FACTOR}/passkey",
        challenge=begun["challenge"],
        answer=Device(origin="http://localhost").get(begun["options"]),
    )
    assert wrong.status_code == 422
    begun = (await send(seat, f"{FACTOR}/passkey/begin")).json()
    shown = await send(
        seat,
        f"{FACTOR}/passkey",
        challenge=begun["challenge"],
        answer=device.get(begun["options"]),
        next=DAY,
    )
    assert shown.json() == {"onward": DAY}
    assert (await seat.client.get(DAY)).status_code == 200


@pytest.mark.usefixtures("_https")
async def test_a_copied_passkey_is_refused_and_the_refusal_kept(
    door: FastAPI, house: House, database: Database
) -> None:
    user_id = house.people["manager"]
    device = await make_passkey(await seat_at_localhost(door, database, user_id))
    device.counter = -1
    async with at_localhost(door) as browser:
        begun = (await send(Seat(browser, ""), "/console/log-in/passkey/begin")).json()
        refused = await send(
            Seat(browser, ""),
            "/console/log-in/passkey",
            challenge=begun["challenge"],
            answer=device.get(begun["options"]),
        )
    assert refused.status_code == 422
    assert "set-cookie" not in refused.headers
    assert await acts(database, "passkey.refuse") == 1


@pytest.mark.usefixtures("_https")
async def test_a_passkey_is_renamed_and_deleted_by_its_owner(
    door: FastAPI, house: House, database: Database
) -> None:
    seat = await seat_at_localhost(door, database, house.people["manager"])
    await make_passkey(seat)
    page = await seat.page(ACCOUNT)
    link = page.select_one("#passkeys ~ ul a")
    assert link is not None
    where = str(link["href"])
    other = await seat_at_localhost(door, database, house.people["owner"])
    assert (await other.client.get(where)).status_code == 404
    assert (await send(other, f"{where}/delete")).status_code == 404
    assert (await send(seat, where, name="")).status_code == 422
    assert (await send(seat, where, name="Tablet")).status_code == 303
    assert "Tablet" in text_of(await seat.page(ACCOUNT))
    assert (await send(seat, f"{where}/delete")).status_code == 303
    assert (await seat.client.get(where)).status_code == 404


async def test_at_another_address_the_page_says_which_one_works(house: House, sit: Sit) -> None:
    page = text_of(await (await sit(house.people["staff"])).page(ACCOUNT))
    assert "Passkeys work at this address only: http://localhost:8000" in page
    assert ORIGIN not in page
