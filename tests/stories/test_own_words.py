"""A salon writes its own words, in a real browser and through the real queue: docs/messages.md."""

import asyncio
import re

import httpx
import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from openchair.notifications.unsubscribe import CHANNELS
from tests.accessible import faults_of
from tests.served import Served

OWNER = ("owner@mariia-hub.example", "demo-owner-mariia-hub")
CONSOLE = "/console/mariia-hub"
SMS = "kind=booking.cancelled&channel=sms&language=pl"
MAIL = "kind=booking.cancelled&channel=email&language=uk"

pytestmark = pytest.mark.story


async def log_in(page: Page, served: Served) -> None:
    await page.goto(f"{served.url}/console/log-in")
    await page.locator("input[name=email]").fill(OWNER[0])
    await page.locator("input[name=password]").fill(OWNER[1])
    await page.locator("input[name=password]").press("Enter")
    await expect(page.get_by_role("button", name="Wyloguj")).to_be_visible()


async def test_the_message_follows_what_is_typed_and_a_sample_arrives(
    page: Page, served: Served
) -> None:
    await log_in(page, served)
    await page.goto(f"{served.url}{CONSOLE}/templates/edit?{MAIL}")
    shown = page.frame_locator("iframe.preview").last
    await expect(shown.locator(".shown-head")).to_contain_text("Скасовано")

    before = await page.evaluate("history.length")
    await page.get_by_label("Tekst na początku").fill("Добрий день, ")
    await page.get_by_role("button", name="{{ client }}").click()
    await expect(page.get_by_label("Tekst na początku")).to_have_value("Добрий день, {{ client }}")
    mail = page.frame_locator("iframe.preview").last.frame_locator("iframe")
    await expect(mail.locator("body")).to_contain_text("Добрий день, Anna Muster")
    assert await page.evaluate("history.length") == before

    await page.get_by_role("button", name="Wyślij próbkę").click()
    await expect(page.get_by_role("status")).to_contain_text(OWNER[0])
    await expect(page.get_by_label("Tekst na początku")).to_have_value("Добрий день, {{ client }}")
    received = await arrived(served, to=OWNER[0])
    assert "Добрий день, Anna Muster" in received


async def arrived(served: Served, *, to: str) -> str:
    """The text of the newest mail, once it is there."""
    async with httpx.AsyncClient(timeout=30) as client:
        for _ in range(300):
            answer = await client.get(f"{served.mailbox_url}/api/mails", params={"to": to})
            if mails := answer.json()["mails"]:
                found = await client.get(f"{served.mailbox_url}/api/mails/{mails[0]['id']}")
                return str(found.json()["text"])
            await asyncio.sleep(0.1)
    pytest.fail("the sample did not arrive")


async def test_everything_works_without_scripts(browser: Browser, served: Served) -> None:
    context = await browser.new_context(
        viewport=ViewportSize(width=390, height=844), java_script_enabled=False, locale="pl-PL"
    )
    page = await context.new_page()
    await log_in(page, served)
    await page.goto(f"{served.url}{CONSOLE}/templates/edit?{SMS}")
    await page.get_by_label("Tekst", exact=True).fill("Do zobaczenia, {{ clinet }}")
    await page.get_by_role("button", name="Pokaż").click()
    shown = page.frame_locator("iframe[name=preview]")
    await expect(shown.locator(".wrong")).to_contain_text("Nie ma nic o nazwie „clinet”")
    await page.get_by_label("Tekst", exact=True).fill("Do zobaczenia, {{ client }}")
    await page.get_by_role("button", name="Pokaż").click()
    await expect(shown.locator(".bubble")).to_have_text("Do zobaczenia, Anna Muster")
    await expect(shown.locator(".shown-cost")).to_contain_text("1 SMS")

    await page.get_by_role("button", name="Zapisz").click()
    toast = page.locator(".toast")
    await expect(toast).to_contain_text("Zapisano")
    await expect(page.locator(".visit-head")).to_contain_text("Własne słowa")
    await toast.get_by_role("button", name="Cofnij").click()
    await expect(page.locator(".visit-head")).to_contain_text("Gotowe")
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
async def test_no_page_is_wider_than_the_screen_or_inaccessible(
    browser: Browser, served: Served, scheme: str, width: int
) -> None:
    context = await browser.new_context(
        viewport=ViewportSize(width=width, height=900),
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,
    )
    page = await context.new_page()
    await log_in(page, served)
    base = f"{served.url}{CONSOLE}"
    for channel in CHANNELS:
        await page.goto(f"{base}/templates/edit?kind=booking.changed&channel={channel}&language=uk")
        shown = page.frame_locator("iframe.preview").last
        await expect(shown.locator("main")).to_contain_text(re.compile("14:30|Anna|Mariia"))
        assert await faults_of(page) == []
    await page.get_by_label("Tekst", exact=True).fill("{{ clinet }}")
    await page.get_by_role("button", name="Zapisz").click()
    await expect(page.locator("#body-wrong")).to_be_visible()
    assert await faults_of(page) == []
    for address in ("templates", "message-policy"):
        await page.goto(f"{base}/{address}")
        assert await faults_of(page) == []
    await context.close()
