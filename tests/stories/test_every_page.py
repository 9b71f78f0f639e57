"""Every page there is, as both demo salons have it: no axe violation, none wider than its screen.

The pages of the console come from its routes, so a new page is looked at without a line here, and
one that is about a new kind of thing fails until `everything.py` has such a thing. With
`PICTURES=folder` each is photographed (docs/pictures/pages is made so).
"""

import os
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pyotp
import pytest
from playwright.async_api import Browser, FilePayload, Page, ViewportSize

from openchair.web.console.routes import router
from tests.accessible import faults_of
from tests.browser import DESK, PHONE
from tests.served import Served
from tests.stories.everything import PASSWORD, Furnished, furnish
from tests.web.routes import doors

MAILS = "/api/mails"
PICTURES = os.environ.get("PICTURES", "")
LANGUAGES = {"schnittwerk": "de", "mariia-hub": "pl"}
SCREENS = {
    "schnittwerk-desk-light": ("schnittwerk", DESK, "light"),
    "schnittwerk-phone-dark": ("schnittwerk", PHONE, "dark"),
    "mariia-hub-desk-dark": ("mariia-hub", DESK, "dark"),
    "mariia-hub-phone-light": ("mariia-hub", PHONE, "light"),
}
NO_PAGE = re.compile(
    r"\.(csv|webp|png|js|webmanifest)$"
    r"|/(live|board|find|drawer|export|preview|walk-in|cause|photos/.*)$|\{rest"
)
"""Files and pieces of pages."""
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
ON_THE_WAY_IN = re.compile(r"^/console/(log-in|second-factor|invitation|account/second-factor/.*)")
"""Seen in the order in which a person comes by them."""

pytestmark = pytest.mark.story


@dataclass
class Visitor:
    """Looks at one page after the other, and notes what is wrong."""

    page: Page
    served: Served
    prefix: str
    seen: int = 0
    wrong: list[str] = field(default_factory=list)

    async def see(self, name: str, path: str) -> None:
        """Go there and look."""
        answer = await self.page.goto(self.served.url + path)
        assert answer is not None
        if answer.status == 200:
            await self.look(name)
        else:
            self.wrong.append(f"{name}: {answer.status}")

    async def look(self, name: str) -> None:
        """Look at the page that is open."""
        self.seen += 1
        if self.page.url.partition("?")[0].endswith("/calendar"):
            await self.page.locator("#filter li").first.wait_for(state="attached")
            await self.page.evaluate(DRAWN)
        if PICTURES:
            path = f"{PICTURES}/{self.prefix}-{name}.jpg"
            await self.page.screenshot(path=path, type="jpeg", quality=60)
        self.wrong += [f"{name}: {fault}" for fault in await faults_of(self.page)]

    async def send(self, **typed: str) -> None:
        """Fill the open page's form and send it by its main button."""
        for name, value in typed.items():
            await self.page.locator(f"input[name={name}]").first.fill(value)
        async with self.page.expect_navigation():
            await self.page.locator("form .button-main").first.click()


def a_working_day() -> date:
    """Next week's Tuesday, on which both salons are open."""
    today = datetime.now(UTC).date()
    return today + timedelta(days=8 - today.weekday())


def console_pages(salon: str, things: dict[str, UUID]) -> Iterator[tuple[str, str]]:
    """Name and path of every page of the console behind the log-in."""
    for door in doors(router.routes):
        if door.method != "GET" or NO_PAGE.search(door.path) or ON_THE_WAY_IN.search(door.path):
            continue
        path = re.sub(r"\{(\w+):uuid\}", lambda found: str(things[found[1]]), door.path)
        plain = re.sub(r"\{(\w+)(:\w+)?\}", r"\1", door.path).removeprefix("/console/")
        name = plain.removeprefix("salon/").strip("/").replace("/", "-")
        day = f"?date={a_working_day()}" if name in {"calendar", "day"} else ""
        yield name, path.replace("{salon}", salon) + day


def public_pages(salon: str, found: Furnished) -> Iterator[tuple[str, str]]:
    """Name and path of what clients see; each of the booking's steps as one comes to it."""
    home = f"/{salon}/{LANGUAGES[salon]}"
    service = found.things["service"]
    yield "public-home", home
    yield "public-widget", f"/{salon}/widget"
    yield "public-waitlist", f"{home}/waitlist?service={service}"
    yield "public-waitlist-entry", f"{home}/waitlist/{found.waitlist_token}"
    for step in ("", "/cancel", "/move"):
        yield f"public-booking{step.replace('/', '-')}", f"{home}/booking/{found.visit_token}{step}"
    yield "public-book", f"{home}/book"
    yield "public-book-staff", f"{home}/book/staff?service={service}"
    yield "public-book-time", f"{home}/book/time?service={service}&staff=any"


@pytest.fixture
async def page(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A browser of one size, which keeps nothing of other tests."""
    _, screen, scheme = SCREENS[request.node.callspec.id]
    context = await browser.new_context(
        viewport=screen,
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,  # axe is put into the page
        reduced_motion="reduce",
        service_workers="block",
    )
    yield await context.new_page()
    await context.close()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("salon", "screen", "scheme"), SCREENS.values(), ids=SCREENS)
async def test_no_page_is_inaccessible_or_wider_than_its_screen(
    page: Page, served: Served, salon: str, screen: ViewportSize, scheme: str
) -> None:
    found = await furnish(served, salon, language=LANGUAGES[salon])
    visitor = Visitor(page, served, f"{salon}-{screen['width']}")
    await visitor.see("log-in", "/console/log-in")
    await visitor.send(email=found.email, password=PASSWORD)
    invitation, joining = await invite(visitor, f"/console/{salon}")
    things = {**found.things, "invitation": invitation}
    things |= await made_by_hand(visitor, f"/console/{salon}")
    try:
        for name, path in console_pages(salon, things):
            await visitor.see(name, path)
    finally:
        await page.goto(f"{served.url}/console/{salon}/webhooks/{things['endpoint']}/delete")
        await page.locator("form[action$='/delete'] button").click()
    await walk_through_second_factor(visitor, found)
    await visitor.see("invitation", joining)
    for name, path in public_pages(salon, found):
        await visitor.see(name, path)
    await page.locator("button.chip-time").first.click()
    await page.locator("input[name=name]").wait_for()
    await visitor.look("public-book-details")
    assert not visitor.wrong, "; ".join(visitor.wrong)
    assert visitor.seen > 80


async def made_by_hand(visitor: Visitor, console: str) -> dict[str, UUID]:
    """What only a page can make, as its secret or its file belongs to the house: a webhook endpoint
    with a test that was sent, and a list of clients that was brought along.
    """
    page = visitor.page
    await visitor.see("webhooks-new", f"{console}/webhooks/new")
    await visitor.send(url="https://example.com/webhooks")
    await visitor.look("webhooks-secret")
    await page.goto(f"{visitor.served.url}{console}/webhooks")
    await page.locator(".hook-name a").first.click()
    await page.wait_for_url(re.compile(r"/webhooks/[0-9a-f-]{36}$"))
    endpoint = page.url
    await page.locator("form[action$='/test'] button").click()
    await page.wait_for_url("**/webhooks/sent/**")
    delivery = page.url
    await page.goto(f"{visitor.served.url}{console}/clients/import")
    await page.locator("input[type=file]").set_input_files(
        FilePayload(name="clients.csv", mimeType="text/csv", buffer=b"Name\nAnna Keller\n")
    )
    await visitor.send()
    return {
        "endpoint": last_id(endpoint),
        "delivery": last_id(delivery),
        "upload": last_id(page.url),
    }


async def invite(visitor: Visitor, console: str) -> tuple[UUID, str]:
    """Ask somebody to join; the invitation's id, and the path that their mail leads to."""
    page, email = visitor.page, f"new-{uuid4().hex}@example.org"
    await page.goto(f"{visitor.served.url}{console}/salon/people/invite")
    await page.locator("input[name=role]").first.check()
    await visitor.send(email=email)
    revoke = await page.locator("a[href$='/revoke']").first.get_attribute("href")
    async with httpx.AsyncClient(base_url=visitor.served.mailbox_url) as mailbox:
        while not (
            found := (await mailbox.get("/api/mails", params={"to": email})).json()["mails"]
        ):
            await page.wait_for_timeout(100)
        whole = (await mailbox.get(f"/api/mails/{found[0]['id']}")).text
    return last_id(str(revoke)), re.findall(r"/console/invitation/[\w-]+", whole)[0]


async def walk_through_second_factor(visitor: Visitor, found: Furnished) -> None:
    """Set one up, see what it adds to the account, log out and be asked for it."""
    page = visitor.page
    await visitor.see("account-second-factor-set-up", "/console/account/second-factor/set-up")
    secret = (await page.locator("code.secret").inner_text()).replace(" ", "")
    await page.locator("input[name=code]").fill(pyotp.TOTP(secret).now())
    await page.locator("form .button-main").first.click()
    await page.locator(".recovery-codes").wait_for()
    await visitor.look("account-second-factor-done")
    for name in ("codes", "off"):
        await visitor.see(f"account-second-factor-{name}", f"/console/account/second-factor/{name}")
    await page.context.clear_cookies()
    await page.goto(f"{visitor.served.url}/console/log-in")
    await visitor.send(email=found.email, password=PASSWORD)
    await visitor.look("second-factor")


def last_id(address: str) -> UUID:
    """The id with which a path ends."""
    return UUID(re.findall(r"[0-9a-f-]{36}", address)[-1])
