"""The pages in a real browser: nothing hangs over the edge, axe finds nothing, buttons work."""

import smtplib
from collections.abc import AsyncIterator
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.accessible import faults_of
from tests.sandbox.conftest import letter
from tests.sandbox_process import CREDENTIALS, TWILIO_FROM, Sandbox, eventually, sandbox

pytestmark = pytest.mark.story
LONG = "a-very-long-word-" * 12
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]
PATHS = (
    "/",
    "/?q=nothing",
    "/mails/1",
    "/mails/1?view=headers",
    "/sms",
    "/sms/1",
    "/slack",
    "/webhooks",
    "/faults",
    "/delete-all",
    "/mails/99",
)


@pytest.fixture(scope="module")
async def outside() -> AsyncIterator[Sandbox]:
    """With something of everything in it, some of it long."""
    async with sandbox(callback_delay=0.01) as found:
        with smtplib.SMTP("127.0.0.1", found.smtp_backup_port) as client:
            client.send_message(letter(to=f"{LONG}@example.org", subject=LONG))
        account = CREDENTIALS["TWILIO_ACCOUNT_SID"]
        await found.client.post(
            f"/twilio/2010-04-01/Accounts/{account}/Messages.json",
            data={
                "To": "+491711234567",
                "From": TWILIO_FROM,
                "Body": f"Bis morgen {LONG}",
                "StatusCallback": f"{found.http_url}/webhook/{LONG}",
            },
            auth=(account, CREDENTIALS["TWILIO_AUTH_TOKEN"]),
        )
        await found.client.post("/slack", json={"text": LONG})
        await eventually(lambda: found.webhooks(q="delivered"))
        await found.fault("twilio", "callbacks_reordered")
        yield found


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [320, 390, 1440])
async def test_every_page_holds_on_every_screen(
    browser: Browser, outside: Sandbox, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = await browser.new_context(
        viewport=ViewportSize(width=width, height=900), color_scheme=scheme
    )
    page = await context.new_page()
    found = {}
    for path in PATHS:
        await page.goto(outside.http_url + path)
        for closed in await page.locator("summary").all():
            await closed.click()
        found[path] = await faults_of(page)
    await context.close()
    assert {path: words for path, words in found.items() if words} == {}


async def test_a_person_switches_a_fault_on_and_everything_off(
    phone: Page, outside: Sandbox
) -> None:
    await phone.goto(f"{outside.http_url}/faults")
    server = phone.locator("#smtp")
    await server.get_by_label("Times").fill("3")
    await server.get_by_role("button", name="On reject").tap()
    await expect(server).to_contain_text("reject is on")
    assert (await outside.faults())["smtp"]["times"] == 3
    await phone.get_by_role("button", name="Switch all off").tap()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Everything works")
    assert await outside.faults() == {}


async def test_enter_in_a_field_switches_nothing(page: Page, outside: Sandbox) -> None:
    await page.goto(f"{outside.http_url}/faults")
    await page.locator("#slack").get_by_label("Seconds").fill("3")
    await page.keyboard.press("Enter")
    await page.wait_for_timeout(300)
    assert await outside.faults() == {}


async def test_a_new_mail_appears_by_itself(page: Page, outside: Sandbox) -> None:
    await page.goto(outside.http_url)
    with smtplib.SMTP("127.0.0.1", outside.smtp_port) as client:
        client.send_message(letter(subject="Just now"))
    await expect(page.get_by_text("Just now")).to_be_visible(timeout=10_000)
