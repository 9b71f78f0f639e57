"""What a browser tells us: the page's correlation id always, how fast pages are only when the
visitor agreed by the switch in the footer. One that asks for privacy is not even asked.
"""

import re

import httpx
import pytest
from playwright.async_api import Browser, Page, Request, expect

from tests.served import Served

pytestmark = pytest.mark.story
SWITCH = "[data-measure] button"
COUNTED = r'openchair_web_vital_duration_seconds_count{.*page="home".*vital="FCP"'
LEAVE = """() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}"""


async def test_what_a_script_asks_bears_the_pages_correlation_id(
    phone: Page, served: Served
) -> None:
    await phone.goto(f"{served.url}/schnittwerk/de/book")
    own = await phone.locator('meta[name="correlation-id"]').get_attribute("content")
    async with phone.expect_response(lambda answer: answer.request.resource_type == "fetch") as got:
        await phone.locator("a.toggle[data-swap]").first.tap()
    answer = await got.value
    assert (await answer.request.all_headers())["x-correlation-id"] == own
    assert (await answer.all_headers())["x-correlation-id"] == own
    assert f'name="correlation-id" content="{own}"' in await answer.text()


async def test_nothing_is_measured_before_a_visitor_agrees(page: Page, served: Served) -> None:
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if "/vitals" in request.url else None)
    await page.goto(f"{served.url}/mariia-hub/pl")
    await expect(page.locator(SWITCH)).to_have_attribute("aria-checked", "false")
    await page.locator("body").click()
    await page.evaluate(LEAVE)
    await page.wait_for_timeout(300)
    assert sent == []


async def test_who_agrees_is_measured_and_may_take_it_back(page: Page, served: Served) -> None:
    await page.goto(f"{served.url}/schnittwerk/de")
    await page.locator(SWITCH).press("Enter")
    await expect(page.locator(SWITCH)).to_have_attribute("aria-checked", "true")
    await page.reload()
    await expect(page.locator(SWITCH)).to_have_attribute("aria-checked", "true")
    await page.locator("h1").click()
    async with page.expect_response("**/api/vitals") as got:
        await page.evaluate(LEAVE)
    assert (await got.value).status == 204
    async with httpx.AsyncClient() as call:
        counted = (await call.get(f"{served.url}/api/metrics?format=prometheus")).text
    assert re.search(COUNTED, counted)
    await page.reload()
    await page.locator(SWITCH).click()
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if "/vitals" in request.url else None)
    await page.evaluate(LEAVE)
    await page.wait_for_timeout(300)
    assert [each for each in sent if each.method == "POST"] == []


async def test_a_browser_that_asks_for_privacy_is_not_asked(
    browser: Browser, served: Served
) -> None:
    context = await browser.new_context()
    await context.add_init_script(
        "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })"
    )
    page = await context.new_page()
    await page.goto(f"{served.url}/schnittwerk/en")
    await page.wait_for_load_state("networkidle")
    await expect(page.locator("[data-measure]")).to_be_hidden()
    await context.close()


async def test_without_scripts_there_is_no_switch(browser: Browser, served: Served) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{served.url}/mariia-hub/uk")
    await expect(page.locator("[data-measure]")).to_be_hidden()
    await context.close()
