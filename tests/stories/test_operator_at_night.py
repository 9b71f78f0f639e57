"""Ten past three, on a phone, by keyboard alone: docs/stories/something-breaks-at-night.md, 4."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pyotp
import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from openchair.platform.db.embedded import Cluster
from tests.accessible import faults_of
from tests.databases import clone_with_demo, drop
from tests.served import Served, house

OPERATOR = ("operator@openchair.example", "demo-operator")
PHONE = ViewportSize(width=390, height=844)
MOST_TABS = 60
LOCK = "SELECT pg_advisory_xact_lock(310)"
WAITERS = 8
SOON = 45_000
"""Milliseconds; the watcher looks every second, the page renews itself every five."""

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def night(cluster: Cluster, run_folder: Path) -> Iterator[Served]:
    """A house of its own, whose database may be locked, and whose watcher looks every second."""
    name = "night"
    url = clone_with_demo(cluster, run_folder, name)
    settings = {"OPENCHAIR_WATCH_SECONDS": "1"}
    with house(home=run_folder / name, database_url=url, settings=settings) as found:
        yield found
    drop(cluster, name)


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this has the focus, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        if await page.evaluate("wanted => document.activeElement?.matches(wanted)", selector):
            return
        await page.keyboard.press("Tab")
    pytest.fail(f"{selector} is not reached by Tab at {page.url}")


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[None]:
    """Statements really wait for a lock that somebody holds, until the block ends."""
    holder = await asyncpg.connect(url)
    waiters = [await asyncpg.connect(url) for _ in range(WAITERS)]
    transaction = holder.transaction()
    await transaction.start()
    await holder.execute(LOCK)
    waiting = [asyncio.create_task(each.execute(LOCK)) for each in waiters]
    yield
    await transaction.rollback()
    await asyncio.gather(*waiting)
    for each in (holder, *waiters):
        await each.close()


async def come_in(page: Page, served: Served) -> None:
    """Password, authenticator, recovery codes; each page where the fingers are."""
    await page.goto(f"{served.url}/ops")
    await page.keyboard.type(OPERATOR[0])
    await page.keyboard.press("Tab")
    await page.keyboard.type(OPERATOR[1])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Set up your second factor")).to_be_visible()
    assert await faults_of(page) == []
    secret = (await page.locator("code.secret").inner_text()).replace(" ", "")
    await tab_to(page, "#code")
    await page.keyboard.type(pyotp.TOTP(secret).now())
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Keep these codes")).to_be_visible()
    assert await faults_of(page) == []
    await tab_to(page, "a.button-main")
    await page.keyboard.press("Enter")


async def test_marek_sees_what_broke_and_takes_it_on(browser: Browser, night: Served) -> None:
    context = await browser.new_context(viewport=PHONE, color_scheme="dark", bypass_csp=True)
    page = await context.new_page()
    await come_in(page, night)
    sentence = page.locator("#sentence")
    await expect(sentence).to_have_text("All well.", timeout=SOON)

    async with locked(night.database_url):
        await expect(sentence).to_contain_text("Statements wait for a lock", timeout=SOON)
        await expect(page.locator(".say")).to_contain_text("Visits that were confirmed are safe.")
        assert await faults_of(page) == []

        await tab_to(page, ".act button")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("You have taken it on")
        await expect(page.get_by_role("link", name="See the alert")).to_be_visible()

        await tab_to(page, '.say a[href^="/ops/alerts/"]')
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="BlockedQueries.")).to_be_visible()
        await expect(page.locator(".say")).to_contain_text("Demo Operator took it on")
        await expect(page.get_by_role("region", name="Attempts, table")).to_contain_text("webhook")
        assert await faults_of(page) == []

    await page.goto(f"{night.url}/ops")
    await expect(sentence).to_have_text("All well.", timeout=SOON)
    await context.close()


async def test_without_scripts_the_same_pages_answer(browser: Browser, night: Served) -> None:
    context = await browser.new_context(
        viewport=PHONE, java_script_enabled=False, color_scheme="light"
    )
    page = await context.new_page()
    await page.goto(f"{night.url}/ops/log-in")
    await page.get_by_label("E-mail").fill(OPERATOR[0])
    await page.get_by_label("Password").fill(OPERATOR[1])
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    await context.close()
