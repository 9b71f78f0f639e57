"""The desk's morning, in a real browser: docs/stories/team-runs-the-desk.md."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tests.accessible import faults_of
from tests.served import Served

RECEPTION = ("reception@schnittwerk.example", "demo-receptionist-schnittwerk")
ZURICH = ZoneInfo("Europe/Zurich")

pytestmark = pytest.mark.story


def a_working_day(*, weeks: int) -> date:
    """A Tuesday, on which the salon is open and the demo has visits."""
    today = datetime.now(ZURICH).date()
    return today - timedelta(days=(today.weekday() - 1) % 7) + timedelta(weeks=weeks)


async def log_in(page: Page, served: Served) -> None:
    await page.goto(f"{served.url}/console")
    await page.get_by_label("E-Mail").fill(RECEPTION[0])
    await page.get_by_label("Passwort").fill(RECEPTION[1])
    await page.get_by_role("button", name="Anmelden", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()


async def an_expected_visit(page: Page) -> Locator:
    """A visit of a day that has come, whose client is expected: the demo's was here, and is not."""
    visit = await page.locator("li.row-arrived").first.get_attribute("id")
    mine = page.locator(f"#{visit}")
    await mine.get_by_role("button", name="Rückgängig").click()
    await expect(mine.get_by_role("button", name="Ist da")).to_be_visible()
    return mine


async def test_the_desk_marks_undoes_and_cancels(page: Page, served: Served) -> None:
    await log_in(page, served)
    await page.goto(f"{served.url}/console/schnittwerk/day?date={a_working_day(weeks=-1)}")
    mine = await an_expected_visit(page)
    name = (await mine.locator(".row-name a").inner_text()).strip()

    await mine.get_by_role("button", name="Ist da").click()
    toast = page.get_by_role("status")
    await expect(toast).to_contain_text(f"{name} ist da.")
    await expect(mine.locator(".badge")).to_have_text("Ist da")

    await toast.get_by_role("button", name="Rückgängig").click()
    await expect(toast).to_contain_text(f"{name} wird wieder erwartet.")
    await expect(mine.get_by_role("button", name="Ist da")).to_be_visible()

    await mine.get_by_role("link", name="Absagen").click()
    await expect(page.get_by_role("heading", name="Diesen Termin absagen?")).to_be_visible()
    await page.get_by_label("Grund").fill("Ist krank")
    await page.get_by_role("button", name=f"Termin von {name} absagen").click()
    await expect(mine.locator(".badge")).to_have_text("Abgesagt")

    await mine.locator(".row-name a").click()
    history = page.locator(".history li")
    await expect(history.first).to_contain_text("Erwartet → Abgesagt · Ist krank")
    await expect(history).to_have_count(6)

    await page.get_by_role("button", name="Wiederherstellen").click()
    await expect(page.locator(".visit-head .badge")).to_have_text("Erwartet")


async def test_the_whole_morning_works_without_scripts_on_a_phone(
    browser: Browser, served: Served
) -> None:
    context = await browser.new_context(
        viewport=ViewportSize(width=390, height=844),
        has_touch=True,
        java_script_enabled=False,
        locale="de-CH",
        color_scheme="dark",
    )
    page = await context.new_page()
    await log_in(page, served)
    await page.goto(f"{served.url}/console/schnittwerk/day?date={a_working_day(weeks=-1)}")
    mine = await an_expected_visit(page)
    await mine.get_by_role("button", name="Ist da").tap()
    await expect(mine.locator(".badge")).to_have_text("Ist da")
    await page.get_by_role("status").get_by_role("button", name="Rückgängig").tap()
    await expect(mine.get_by_role("button", name="Ist da")).to_be_visible()
    await page.goto(f"{served.url}/console/schnittwerk/day?date={a_working_day(weeks=2)}")
    await expect(page.locator("li.row-confirmed").first).to_be_visible()
    await expect(page.get_by_role("button", name="Ist da")).to_have_count(0)
    await page.get_by_role("button", name="Abmelden").tap()
    await expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
    await page.goto(f"{served.url}/console/schnittwerk/day")
    await expect(page).to_have_url(re.compile("/console/log-in"))
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
async def test_no_page_is_wider_than_the_screen_or_inaccessible(
    browser: Browser, served: Served, scheme: str, width: int
) -> None:
    context = await browser.new_context(
        viewport=ViewportSize(width=width, height=900),
        locale="de-CH",
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,
    )
    page = await context.new_page()
    await page.goto(f"{served.url}/console/log-in")
    assert await faults_of(page) == []
    await log_in(page, served)
    base = f"{served.url}/console/schnittwerk"
    day = f"{base}/day?date={a_working_day(weeks=1)}"
    await page.goto(day)
    visit = await page.locator("li.row .row-name a").first.get_attribute("href")
    for address in (
        day,
        f"{day}&group=stylist",
        f"{served.url}{visit}",
        f"{base}/new",
        f"{base}/x",
    ):
        await page.goto(address)
        assert await faults_of(page) == []
    await context.close()
