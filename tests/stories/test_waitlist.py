"""A freed time finds who waited for it: docs/stories/freed-time-goes-to-the-waitlist.md."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import httpx
import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.accessible import faults_of
from tests.served import Served
from tests.stories.test_team_runs_the_desk import log_in
from tests.stories.wizard import an_address, choose_last_day, give_details

LINK = re.compile(r"https?://\S+/(schnittwerk/de/waitlist/\S+)")

pytestmark = pytest.mark.story


@dataclass(frozen=True)
class Taken:
    """A visit in the book: its journey (services and person), its date, and its visitor's page."""

    journey: str
    day: str
    url: str
    start: str


@asynccontextmanager
async def connected(served: Served) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """A connection of our own to the house's database."""
    connection = await asyncpg.connect(served.database_url)
    yield connection
    await connection.close()


async def nobody_sleeps(served: Served) -> None:
    """The story may be told at night, so this salon has no quiet hours; and nobody waits yet."""
    async with connected(served) as connection:
        await connection.execute("UPDATE waitlist_entries SET status = 'withdrawn'")
        await connection.execute(
            """
            INSERT INTO message_policies
                (salon_id, quiet_from_minute, quiet_until_minute, updated_at)
            SELECT id, 0, 0, now() FROM salons WHERE slug = 'schnittwerk'
            ON CONFLICT (salon_id) DO UPDATE SET quiet_from_minute = 0, quiet_until_minute = 0
            """
        )


async def somebody_books(page: Page, served: Served) -> Taken:
    """A visit with one certain person, on the last day that is shown."""
    await page.goto(f"{served.url}/schnittwerk/de")
    await page.locator(".menu-item").nth(1).click()
    await page.locator(".basket .button").click()
    person = await page.locator(".choice:not(.choice-anyone)").first.get_attribute("href")
    journey = (person or "").partition("?")[2]
    await page.goto(f"{served.url}/schnittwerk/de/book/time?{journey}")
    await choose_last_day(page)
    chip = page.locator(".chip-time").first
    start = await chip.get_attribute("value") or ""
    await chip.click()
    await give_details(page)
    return Taken(journey, start[:10], page.url.split("?")[0], start)


async def wait_for_that_day(page: Page, served: Served, taken: Taken, name: str) -> str:
    """Nothing suits, so somebody says when they could come; answers their address."""
    address = an_address()
    await page.goto(f"{served.url}/schnittwerk/de/book/time?{taken.journey}&date={taken.day}")
    await page.get_by_role("link", name="Sagt mir Bescheid, wenn etwas frei wird").click()
    await page.get_by_label("Von").fill(taken.day)
    await page.get_by_label("Bis").fill(taken.day)
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("E-Mail").fill(address)
    await page.get_by_role("button", name="Auf die Warteliste setzen").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Du stehst auf der Warteliste")
    return address


async def mails_to(served: Served, address: str) -> list[dict[str, str]]:
    """Subjects and texts, the newest first."""
    async with httpx.AsyncClient(timeout=30) as client:
        answer = await client.get(f"{served.mailbox_url}/api/mails", params={"to": address})
        found = [
            (await client.get(f"{served.mailbox_url}/api/mails/{each['id']}")).json()
            for each in answer.json()["mails"]
        ]
    return [{"subject": each["subject"], "text": each["text"]} for each in found]


async def offer_to(served: Served, address: str) -> str:
    """The text of the mail with the offer, once it is there."""
    for _ in range(600):
        for mail in await mails_to(served, address):
            if mail["subject"].startswith("Frei für dich"):
                return mail["text"]
        await asyncio.sleep(0.1)
    pytest.fail("nobody was asked")


async def cancel_at_the_desk(page: Page, served: Served, taken: Taken) -> None:
    """The desk calls the visit off, as on the telephone."""
    await log_in(page, served)
    async with connected(served) as connection:
        visit = await connection.fetchval(
            "SELECT id FROM bookings WHERE manage_token = $1", taken.url.rsplit("/", 1)[1]
        )
    await page.goto(f"{served.url}/console/schnittwerk/visits/{visit}/cancel")
    await page.get_by_role("button", name=re.compile("absagen$")).click()


async def test_freed_time_goes_to_the_first_who_waits(
    page: Page, phone: Page, served: Served
) -> None:
    await nobody_sleeps(served)
    taken = await somebody_books(phone, served)
    first = await wait_for_that_day(phone, served, taken, "Olena Erste")
    second = await wait_for_that_day(phone, served, taken, "Zoe Zweite")

    await cancel_at_the_desk(page, served, taken)
    text = await offer_to(served, first)
    yes, no = LINK.findall(text)
    assert yes.endswith("?answer=yes")
    assert no.endswith("?answer=no")

    await page.goto(f"{served.url}/console/schnittwerk/waitlist")
    await expect(page.locator(".waits-row", has_text="Olena Erste")).to_contain_text("Gefragt")

    await phone.goto(f"{served.url}/{yes}")
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Diese Zeit ist frei für dich")
    shown = await phone.locator(".visit-time time").get_attribute("datetime")
    assert shown == taken.start
    await phone.get_by_role("button", name="Ja, buchen").tap()
    await expect(phone.locator(".visit-acts")).to_be_visible()
    await expect(phone).to_have_url(re.compile("/booking/"))

    await page.goto(f"{served.url}/console/schnittwerk/day?date={taken.day}")
    row = page.locator("li.row-confirmed", has_text="Olena Erste")
    await expect(row).to_contain_text(taken.start[11:16])
    await page.goto(f"{served.url}/console/schnittwerk/waitlist?state=booked")
    await expect(page.locator(".waits-row", has_text="Olena Erste")).to_be_visible()
    subjects = [each["subject"] for each in await mails_to(served, second)]
    assert [each.partition(" · ")[0] for each in subjects] == ["Auf der Warteliste"]


async def test_no_passes_it_on_and_the_desk_undoes(page: Page, phone: Page, served: Served) -> None:
    await nobody_sleeps(served)
    taken = await somebody_books(phone, served)
    first = await wait_for_that_day(phone, served, taken, "Anna Nein")
    second = await wait_for_that_day(phone, served, taken, "Berta Danach")
    await cancel_at_the_desk(page, served, taken)
    _, no = LINK.findall(await offer_to(served, first))
    await phone.goto(f"{served.url}/{no}")
    await phone.get_by_role("button", name="Nein, danke").tap()
    await expect(phone.get_by_role("status").first).to_contain_text("geht an jemand anderen")
    await offer_to(served, second)

    await page.goto(f"{served.url}/console/schnittwerk/waitlist")
    row = page.locator(".waits-row", has_text="Berta Danach")
    await row.get_by_role("button", name="Streichen").click()
    toast = page.get_by_role("status")
    await expect(toast).to_contain_text("Berta Danach ist von der Warteliste gestrichen.")
    await toast.get_by_role("button", name="Rückgängig").click()
    await expect(page.get_by_role("status")).to_contain_text("Berta Danach steht wieder")
    await page.goto(f"{served.url}/console/schnittwerk/waitlist/drawer?date={taken.day}")
    await expect(page.locator("body")).to_contain_text("Berta Danach")


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize(("salon", "language"), [("schnittwerk", "de"), ("mariia-hub", "uk")])
async def test_the_pages_of_the_waitlist_are_for_everybody(
    browser: Browser, served: Served, salon: str, language: str, width: int
) -> None:
    """Without scripts, on a phone and a desk, in both brands."""
    size = ViewportSize(width=width, height=900)
    context = await browser.new_context(viewport=size, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{served.url}/{salon}/{language}")
    await page.locator(".menu-item").nth(1).click()
    await page.locator(".basket .button").click()
    await page.locator(".choice-anyone").click()
    await page.locator(".waitlist-way a").click()
    join = page.url
    await page.locator("form.waitlist button").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.locator("#name").fill("Ганна")
    await page.locator("#email").fill(an_address())
    await page.locator("form.waitlist button").click()
    await expect(page.locator(".waitlist-place")).to_be_visible()
    place = page.url
    await context.close()
    scripted = await browser.new_context(viewport=size, bypass_csp=True)
    page = await scripted.new_page()
    for address in (join, place):
        await page.goto(address)
        assert await faults_of(page) == []
    await scripted.close()
