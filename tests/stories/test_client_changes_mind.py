"""What happens when plans change or somebody else is quicker: docs/stories/a-client-books.md."""

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.served import Served
from tests.stories.wizard import book, choose_last_day

pytestmark = pytest.mark.story


async def test_move_then_cancel_by_the_link(phone: Page, served: Served) -> None:
    visit = await book(phone, served, "schnittwerk", "en")
    before = await phone.locator(".visit-time time").get_attribute("datetime")
    await phone.get_by_role("link", name="Move").tap()
    await phone.locator("a.day:not(.day-on)").last.tap()  # tomorrow may be too late to cancel
    await expect(phone.locator("#times")).to_be_focused()
    await phone.locator(".chip-time").first.tap()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Moved. See you then")
    assert await phone.locator(".visit-time time").get_attribute("datetime") != before
    await phone.get_by_role("link", name="Cancel").tap()
    await phone.get_by_role("button", name="Cancel the appointment").tap()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Cancelled")
    await phone.goto(f"{visit}/cancel")
    assert phone.url == visit


async def test_calendar_file_by_one_tap(page: Page, served: Served) -> None:
    await book(page, served, "mariia-hub", "pl")
    link = page.get_by_role("link", name="Dodaj do kalendarza")
    async with httpx.AsyncClient(base_url=served.url) as client:
        answer = await client.get(await link.get_attribute("href") or "")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "TZID=Europe/Warsaw" in answer.text


async def test_who_was_slower_gets_the_nearest_times(browser: Browser, served: Served) -> None:
    """Two tabs of two people show the same time; one of them has to take another."""
    first, second = [await (await browser.new_context()).new_page() for _ in range(2)]
    service = await only_service_of(first, served)
    address = f"{served.url}/schnittwerk/en/book/time?{service}"
    for page in (first, second):
        await page.goto(address)
        await choose_last_day(page)
    time = await second.locator(".chip-time").first.get_attribute("value")
    await first.locator(f".chip-time[value='{time}']").click()
    await expect(first.locator("form.details")).to_be_visible()
    await second.locator(f".chip-time[value='{time}']").click()
    await expect(second.get_by_role("alert")).to_contain_text("a moment quicker")
    await second.get_by_role("alert").locator("button").first.click()
    await expect(second.locator("form.details")).to_be_visible()
    for page in (first, second):
        await page.context.close()


async def test_choosing_another_time_gives_the_first_back(page: Page, served: Served) -> None:
    service = await only_service_of(page, served)
    await page.goto(f"{served.url}/schnittwerk/en/book/time?{service}")
    await choose_last_day(page)
    held = await page.locator(".chip-time").first.get_attribute("value")
    for chip, first_is_free in ((".chip-time >> nth=0", 0), (".chip-time >> nth=-1", 1)):
        await page.locator(chip).click()
        await expect(page.locator("form.details")).to_be_visible()
        await page.go_back()
        await page.reload()
        await expect(page.locator(f".chip-time[value='{held}']")).to_have_count(first_is_free)


async def test_the_zone_is_stressed_for_a_far_clock(browser: Browser, served: Served) -> None:
    for zone, stressed in (("America/New_York", True), ("Europe/Zurich", False)):
        context = await browser.new_context(timezone_id=zone, locale="de-CH")
        page = await context.new_page()
        service = await only_service_of(page, served)
        await page.goto(f"{served.url}/schnittwerk/de/book/time?{service}")
        await expect(page.locator(".zone")).to_contain_text("Europe/Zurich")
        differs = page.locator(".zone-differs")
        await (expect(differs).to_be_visible() if stressed else expect(differs).to_be_hidden())
        await context.close()


async def only_service_of(page: Page, served: Served) -> str:
    """A query with one service and the one person asked for it."""
    await page.goto(f"{served.url}/schnittwerk/en")
    await page.locator(".menu-item").nth(1).click()
    await page.locator(".basket .button").click()
    person = await page.locator(".choice:not(.choice-anyone)").first.get_attribute("href")
    return (person or "").partition("?")[2]
