from datetime import timedelta

import pyotp
import pytest
from bs4 import BeautifulSoup
from httpx import AsyncClient
from sqlalchemy import select

from openchair.identity.audit.record import SYSTEM
from openchair.identity.operators.grant import grant
from openchair.identity.sessions.models import UserSessionRow
from openchair.identity.two_factor.present import TRIES
from openchair.platform.db.engine import Database
from tests.identity.people import PASSWORD, add_account
from tests.web.ops.conftest import ORIGIN, Seat, Sit, acts_of, text_of

FACTOR, SET_UP = "/ops/second-factor", "/ops/second-factor/set-up"


async def secret_of(seat: Seat) -> str:
    page = await seat.page(SET_UP)
    shown = page.select_one("code.secret")
    assert shown is not None
    return shown.get_text().replace(" ", "")


async def set_up(seat: Seat) -> tuple[str, list[str]]:
    """The secret and the recovery codes."""
    secret = await secret_of(seat)
    answer = await seat.press(SET_UP, code=pyotp.TOTP(secret).now())
    assert answer.status_code == 200
    shown = BeautifulSoup(answer.text, "html.parser").select_one(".codes")
    assert shown is not None
    return secret, shown.get_text().split()


async def test_from_the_password_to_the_page_that_was_asked_for(
    stranger: AsyncClient, database: Database
) -> None:
    async with database.transaction() as session:
        user_id = await add_account(session, email="marek@ops.example")
        await grant(session, user_id=user_id, role="operator", by=SYSTEM, granted_by="test")
    asked = await stranger.get("/ops/alerts?which=history")
    form = BeautifulSoup((await stranger.get(asked.headers["location"])).text, "html.parser")
    onward = form.select_one("input[name=next]")
    assert onward is not None
    answer = await stranger.post(
        "/ops/log-in",
        data={
            "email": "Marek@ops.example ",
            "password": PASSWORD,
            "next": str(onward["value"]),
        },
        headers={"Origin": ORIGIN},
    )
    assert answer.headers["location"] == "/ops/alerts?which=history"
    asked = await stranger.get("/ops/alerts?which=history")
    assert asked.headers["location"].startswith(f"{FACTOR}?next=")
    assert (await stranger.get(FACTOR)).headers["location"] == SET_UP


@pytest.mark.parametrize("email,password", [("x@ops.example", PASSWORD), ("", ""), ("a@b.ch", "x")])
async def test_a_wrong_log_in_opens_nothing(
    email: str, password: str, stranger: AsyncClient
) -> None:
    answer = await stranger.post(
        "/ops/log-in", data={"email": email, "password": password}, headers={"Origin": ORIGIN}
    )
    assert answer.status_code in {401, 422}
    assert "set-cookie" not in answer.headers
    assert email in answer.text


async def test_a_log_in_leads_to_no_other_face(stranger: AsyncClient) -> None:
    for elsewhere in ("/console", "https://evil.example", "/ops/../console", "//evil.example"):
        page = await stranger.get("/ops/log-in", params={"next": elsewhere})
        onward = BeautifulSoup(page.text, "html.parser").select_one("input[name=next]")
        assert onward is not None
        assert onward["value"] == "/ops"


async def test_setting_up_shows_picture_text_and_once_the_codes(
    sit: Sit, database: Database
) -> None:
    seat = await sit("operator", shown=None)
    page = await seat.page(SET_UP)
    assert page.select_one(".qr-frame svg path") is not None
    secret = await secret_of(seat)
    assert await secret_of(seat) == secret, "a page that is loaded anew does not spoil it"
    wrong = await seat.press(SET_UP, code="000000")
    assert wrong.status_code == 422
    assert "does not fit" in wrong.text
    _, codes = await set_up(seat)
    assert len(codes) == 10
    assert (await seat.client.get("/ops")).status_code == 200, "the code that confirmed counts"
    assert (await seat.client.get(SET_UP)).headers["location"] == FACTOR
    assert len(await acts_of(database, "second_factor.set_up")) == 1


async def test_each_code_opens_once(sit: Sit, database: Database) -> None:
    seat = await sit("operator", shown=None)
    secret, codes = await set_up(seat)
    code = pyotp.TOTP(secret).now()

    async def forget_it() -> None:
        async with database.transaction() as session:
            row = (
                await session.scalars(
                    select(UserSessionRow).where(UserSessionRow.id == seat.session_id)
                )
            ).one()
            row.second_factor_at = row.created_at - timedelta(hours=13)

    await forget_it()
    assert (await seat.client.get("/ops")).headers["location"] == FACTOR
    assert (await seat.press(FACTOR, code=code)).status_code == 422, "it confirmed already"
    opened = await seat.press(FACTOR, code=codes[0].upper(), next="/ops/alerts")
    assert opened.headers["location"] == "/ops/alerts"
    await forget_it()
    assert (await seat.press(FACTOR, code=codes[0])).status_code == 422
    assert (await seat.press(FACTOR, code=codes[1])).status_code == 303


async def test_guessing_ends(sit: Sit) -> None:
    seat = await sit("operator", shown=None)
    _, codes = await set_up(seat)
    statuses = [(await seat.press(FACTOR, code="123456")).status_code for _ in range(TRIES)]
    assert statuses[-1] == 429
    refused = await seat.press(FACTOR, code=codes[0])
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert "Too many tries" in text_of(BeautifulSoup(refused.text, "html.parser"))


async def test_whoever_logs_out_is_out(sit: Sit) -> None:
    seat = await sit("operator")
    answer = await seat.press("/ops/log-out")
    assert answer.headers["location"] == "/ops/log-in"
    assert (await seat.client.get("/ops")).headers["location"] == "/ops/log-in"


async def test_dark_and_light_are_remembered(stranger: AsyncClient) -> None:
    answer = await stranger.post(
        "/ops/look",
        data={"look": "light", "back": "/ops/log-in"},
        headers={"Origin": ORIGIN},
    )
    assert answer.headers["location"] == "/ops/log-in"
    page = await stranger.get("/ops/log-in")
    assert 'data-look="light"' in page.text
    away = await stranger.post(
        "/ops/look", data={"look": "x", "back": "//evil.example"}, headers={"Origin": ORIGIN}
    )
    assert away.headers["location"] == "/ops"
    assert "set-cookie" not in away.headers
