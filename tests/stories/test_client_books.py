"""A client books, in a real browser: docs/stories/a-client-books.md."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from openchair.platform.languages.catalogues import catalogue
from openchair.web.languages import DOMAIN
from tests.accessible import faults_of
from tests.served import Served
from tests.stories.wizard import an_address, choose_time, give_details

PHONE: ViewportSize = {"width": 390, "height": 844}
SALONS = ("schnittwerk", "mariia-hub")

pytestmark = pytest.mark.story


async def test_by_touch_in_six_taps(phone: Page, served: Served) -> None:
    """A new guest: at most six taps besides typing a name and an address."""
    await phone.goto(f"{served.url}/schnittwerk/de")
    await phone.locator(".menu-item").nth(1).tap()
    await phone.locator(".basket .button").tap()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Zu wem möchtest du?")
    await phone.locator(".choice-anyone").tap()
    await phone.locator(".chip-time").last.tap()
    await expect(phone.locator(".held-running")).to_contain_text(":")
    await phone.locator("#name").fill("Lea Meier")
    await phone.locator("#email").fill(an_address())
    await phone.locator("#terms").tap()
    await phone.locator("form.details button").tap()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Gebucht. Bis bald")
    await expect(phone.locator(".visit-said")).to_contain_text("Die Bestätigung ist unterwegs")
    assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_case_44_a_blind_client_books_by_keyboard(page: Page, served: Served) -> None:
    """Date labels say weekday and how many times are free; focus moves to the times."""
    await page.goto(f"{served.url}/schnittwerk/en/book")
    await press_on(page, "a.toggle")
    await press_on(page, ".basket .button")
    await press_on(page, ".choice-anyone")
    await expect(page.locator("h1")).to_be_focused()
    day = page.locator("a.day:not(.day-on)").first
    label = await day.locator(".heard").inner_text()
    weekday = label.split(",")[0]
    assert weekday.endswith("day")
    assert "free time" in label
    await press_on(page, "a.day:not(.day-on)")
    await expect(page.locator("#times")).to_be_focused()
    await expect(page.locator("#times")).to_contain_text(weekday)
    await page.keyboard.press("Tab")
    named = await page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert named.startswith(weekday)
    assert "20" in named
    assert ":" in named
    await page.keyboard.press("Enter")
    await expect(page.locator("form.details")).to_be_visible()
    for field, text in (("#name", "Keyboard Client"), ("#phone", "+41 71 222 33 44")):
        await tab_to(page, field)
        await page.keyboard.type(text)
    await tab_to(page, "#terms")
    await page.keyboard.press("Space")
    await tab_to(page, "form.details button")
    await page.keyboard.press("Enter")
    await expect(page.locator(".visit-time")).to_be_visible()


@pytest.mark.parametrize(
    ("salon", "language", "booked"),
    [
        ("schnittwerk", "pl", "Zarezerwowane. Do zobaczenia"),
        ("schnittwerk", "en", "Booked. See you soon"),
        ("mariia-hub", "uk", "Записано. До зустрічі"),
        ("mariia-hub", "de", "Gebucht. Bis bald"),
    ],
)
async def test_without_scripts_in_four_languages(
    browser: Browser, served: Served, salon: str, language: str, booked: str
) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = await context.new_page()
    await choose_time(page, served, salon, language)
    await give_details(page)
    await expect(page.get_by_role("heading", level=1)).to_have_text(booked)
    await context.close()


@pytest.mark.parametrize("salon", SALONS)
@pytest.mark.parametrize("language", ["de", "pl", "uk"])
async def test_no_english_is_left(page: Page, served: Served, salon: str, language: str) -> None:
    english = [
        ids[1]
        for ids, strings in catalogue(DOMAIN, language).messages.items()
        if len(ids[1]) >= 12 and "{" not in ids[1] and ids[1] not in strings
    ]

    async def look() -> None:
        text = await page.locator("body").inner_text()
        assert [each for each in english if each in text] == []
        assert await page.locator("html").get_attribute("lang") == language

    await page.goto(f"{served.url}/{salon}/{language}")
    await look()
    await choose_time(page, served, salon, language)
    await look()
    await page.locator("form.details button").click()
    await expect(page.locator("#wrong")).to_be_visible()
    await look()
    await give_details(page)
    await look()


@pytest.mark.parametrize("salon", SALONS)
async def test_axe_finds_nothing(phone: Page, served: Served, salon: str) -> None:
    async def look(sign: str) -> None:
        await expect(phone.locator(sign).first).to_be_visible()
        await phone.wait_for_load_state()
        assert await faults_of(phone) == []

    await phone.goto(f"{served.url}/{salon}/en")
    await look(".hero")
    await phone.locator(".menu-item").first.tap()
    await look(".offer")
    await phone.locator(".basket .button").tap()
    await look(".choice-anyone")
    await phone.locator(".choice-anyone").tap()
    await look("#times")
    await phone.locator(".chip-time").last.tap()
    await look("form.details")
    await phone.locator("form.details button").tap()
    await look("#wrong")
    await give_details(phone)
    await look(".visit-time")


async def test_back_loses_nothing(page: Page, served: Served) -> None:
    """Back from the details: the choice still stands, and the kept time is mentioned."""
    await choose_time(page, served, "mariia-hub", "en")
    chosen = parse_qs(urlsplit(page.url).query)["service"]
    await page.go_back()
    await page.reload()
    await expect(page.locator(".wizard-step > .notice").first).to_contain_text(
        "is kept for you until"
    )
    assert parse_qs(urlsplit(page.url).query)["service"] == chosen
    await page.locator(".chip-time").last.click()
    await expect(page.locator("form.details")).to_be_visible()


async def press_on(page: Page, selector: str) -> None:
    """Reach something by Tab alone, then press Enter."""
    await tab_to(page, selector)
    address = page.url
    await page.keyboard.press("Enter")
    await page.wait_for_function("address => location.href !== address", arg=address)


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the first match of `selector` has the focus."""
    await page.wait_for_load_state()
    for _ in range(200):
        await page.keyboard.press("Tab")
        if await page.evaluate("s => document.activeElement?.matches(s)", selector):
            return
    pytest.fail(f"{selector} cannot be reached by keyboard")
