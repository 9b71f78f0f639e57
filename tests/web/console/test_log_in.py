import asyncio
import re

import pytest
from bs4 import BeautifulSoup
from httpx import AsyncClient, Response
from sqlalchemy import select

from openchair.identity.sessions.models import AuthLogRow, UserSessionRow
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import forget
from openchair.platform.settings.installation import InstallationSettings
from openchair.web.console.forms import own_address
from openchair.web.cookies import NAME, SECURE_NAME
from tests.identity.people import PASSWORD, add_role
from tests.web.console.conftest import ORIGIN, House, Sit, make_house, text_of

LOG_IN = "/console/log-in"


async def log_in(
    client: AsyncClient, *, email: str, password: str = PASSWORD, **fields: str
) -> Response:
    return await client.post(
        LOG_IN,
        data={"email": email, "password": password, **fields},
        headers={"Origin": ORIGIN},
    )


def without_numbers(page: str) -> str:
    return re.sub(r'(value|content)="[^"]*"', "", page)


async def test_a_log_in_leads_to_the_page_that_was_asked_for(
    stranger: AsyncClient, house: House
) -> None:
    asked = await stranger.get("/console/house/day?date=2026-12-24")
    assert asked.status_code == 303
    form = BeautifulSoup((await stranger.get(asked.headers["location"])).text, "html.parser")
    onward = form.select_one("input[name=next]")
    assert onward is not None
    answer = await log_in(stranger, email=" Owner@House.example ", next=str(onward["value"]))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/house/day?date=2026-12-24"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert (await stranger.get(answer.headers["location"])).status_code == 200


async def test_over_https_the_cookie_is_bound_to_the_host(
    stranger: AsyncClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENCHAIR_PUBLIC_URL", "https://testserver")
    forget()
    assert InstallationSettings().public_url
    answer = await log_in(stranger, email="owner@house.example")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{SECURE_NAME}=")
    assert "secure" in cookie.lower()
    assert "domain" not in cookie.lower()


async def test_unknown_address_and_wrong_password_get_the_same_answer(
    stranger: AsyncClient, house: House, database: Database
) -> None:
    known = await log_in(stranger, email="owner@house.example", password="wrong")
    unknown = await log_in(stranger, email="nobody@house.example", password="wrong")
    assert known.status_code == unknown.status_code == 401
    page = BeautifulSoup(unknown.text, "html.parser")
    assert "do not match" in text_of(page)
    kept = page.select_one("#email")
    assert kept is not None
    assert kept["value"] == "nobody@house.example"
    assert without_numbers(known.text) == without_numbers(unknown.text)
    assert "set-cookie" not in unknown.headers
    async with database.transaction() as session:
        rows = list(await session.scalars(select(AuthLogRow).order_by(AuthLogRow.id)))
    assert [(row.success, row.reason, row.user_id is None) for row in rows] == [
        (False, "wrong password", False),
        (False, "unknown account", True),
    ]


async def test_guessing_is_limited_and_even_the_right_password_waits(
    stranger: AsyncClient, house: House, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENCHAIR_LIMIT_LOGINS_PER_ACCOUNT", "3")
    forget()
    for _ in range(3):
        assert (
            await log_in(stranger, email="owner@house.example", password="x")
        ).status_code == 401
    answer = await log_in(stranger, email="owner@house.example")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "Too many tries" in answer.text
    assert (await log_in(stranger, email="manager@house.example")).status_code == 303
    async with database.transaction() as session:
        reasons = await session.scalars(select(AuthLogRow.reason).order_by(AuthLogRow.id))
    assert list(reasons) == ["wrong password"] * 3 + ["limit", "ok"]


async def test_one_address_is_limited_whatever_accounts_it_tries(
    stranger: AsyncClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENCHAIR_LIMIT_LOGINS_PER_QUARTER", "4")
    forget()
    tries = [
        (await log_in(stranger, email=f"{number}@house.example", password="x")).status_code
        for number in range(6)
    ]
    assert tries == [401] * 4 + [429] * 2


@pytest.mark.parametrize(
    "fields", [{"email": ""}, {"password": ""}, {"email": " ", "password": ""}]
)
async def test_what_is_missing_is_said_beside_its_field(
    stranger: AsyncClient, house: House, fields: dict[str, str]
) -> None:
    answer = await log_in(stranger, **{"email": "owner@house.example", **fields})
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    wrong = {str(field["id"]) for field in page.select("[aria-invalid=true]")}
    assert "password" in wrong


async def test_strange_input_is_only_a_wrong_log_in(stranger: AsyncClient, house: House) -> None:
    for email, password in (
        ("owner@house.example\x00", "x\x00y"),
        ("' OR 1=1 --", "x"),
        ("x" * 10_000, "y" * 10_000),
        ("🪑@\u202ehouse", "🪑"),
    ):
        answer = await log_in(stranger, email=email, password=password)
        assert answer.status_code == 401


async def test_a_session_is_dead_after_the_log_out_wherever_its_cookie_is(
    stranger: AsyncClient, house: House, database: Database
) -> None:
    await log_in(stranger, email="owner@house.example")
    stolen = stranger.cookies[NAME]
    page = BeautifulSoup((await stranger.get("/console/house/day")).text, "html.parser")
    token = page.select_one("input[name=csrf]")
    assert token is not None
    out = await stranger.post("/console/log-out", data={"csrf": str(token["value"])})
    assert out.status_code == 303
    assert NAME not in stranger.cookies
    stranger.cookies.set(NAME, stolen)
    again = await stranger.get("/console/house/day")
    assert again.status_code == 303
    assert again.headers["location"].startswith(LOG_IN)
    async with database.transaction() as session:
        assert list(await session.scalars(select(UserSessionRow))) == []


async def test_a_cookie_planted_before_the_log_in_is_worth_nothing(
    stranger: AsyncClient, house: House
) -> None:
    stranger.cookies.set(NAME, "planted-by-somebody-else")
    answer = await log_in(stranger, email="owner@house.example")
    assert "planted" not in answer.headers["set-cookie"]


async def test_a_form_of_another_site_logs_nobody_in(stranger: AsyncClient, house: House) -> None:
    answer = await stranger.post(
        LOG_IN,
        data={"email": "owner@house.example", "password": PASSWORD},
        headers={"Origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_whoever_works_in_two_salons_chooses(
    house: House, database: Database, sit: Sit
) -> None:
    other = await make_house(database, slug="other")
    async with database.transaction() as session:
        await add_role(
            session, salon_id=other.salon.id, user_id=house.people["owner"], role="manager"
        )
    owner = await sit(house.people["owner"])
    page = await owner.page("/console")
    links = [str(link["href"]) for link in page.select(".choices a")]
    assert links == ["/console/house/calendar", "/console/other/calendar"]
    alone = await sit(house.people["manager"])
    straight = await alone.client.get("/console")
    assert straight.headers["location"] == "/console/house/calendar"


async def test_many_log_ins_at_once_all_get_their_own_session(
    stranger: AsyncClient, house: House, database: Database
) -> None:
    answers = await asyncio.gather(
        *(log_in(stranger, email="owner@house.example") for _ in range(4))
    )
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["set-cookie"] for answer in answers}) == 4


@pytest.mark.parametrize(
    "offered",
    [
        "https://evil.example/console",
        "//evil.example",
        "/console//evil.example",
        "/console\\evil",
        "/console/../api",
        "/consoles",
        "/console/x\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/%2f%2fevil.example",
        "",
    ],
)
def test_a_log_in_leads_nowhere_else(offered: str) -> None:
    assert own_address(offered, otherwise="/console") == "/console"


@pytest.mark.parametrize("language,word", [("de", "Anmelden"), ("pl", "Zaloguj"), ("uk", "Увійти")])
async def test_the_door_speaks_the_browsers_language(
    stranger: AsyncClient, language: str, word: str
) -> None:
    by_browser = await stranger.get(LOG_IN, headers={"Accept-Language": f"{language}-XX,en;q=0.3"})
    by_link = await stranger.get(f"{LOG_IN}?language={language}")
    for answer in (by_browser, by_link):
        assert word in answer.text
        assert answer.headers["content-language"] == language
