"""A day in the salon's calendar, in a real browser: docs/stories/salon-runs-its-day.md."""

import asyncio
import re
from datetime import datetime, time, timedelta

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tests.accessible import faults_of
from tests.browser import DESK, PHONE
from tests.stories.own_salon import NOON, OwnSalon
from tests.stories.wizard import give_details

LIVE_MILLISECONDS = 2_000
QUARTER_PIXELS = 19
"""How tall fifteen minutes are at a desk (`frontend/scripts/calendar/grid.js`)."""

pytestmark = pytest.mark.story


def visit_of(page: Page, name: str) -> Locator:
    return page.locator(".cal-visit:not(.ec-preview)", has_text=name).first


async def open_day(page: Page, salon: OwnSalon) -> None:
    await page.goto(salon.calendar())
    await expect(page.locator(".cal-stylist")).to_have_count(2)


async def drag(
    page: Page, what: Locator, *, right: float = 0, down: float = 0, from_end: bool = False
) -> tuple[float, float]:
    """Press, move in small steps as a hand does, and stay there: the answer is where."""
    await what.scroll_into_view_if_needed()
    box = await what.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + (box["height"] - 3 if from_end else 9)
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + right / 2, y + down / 2, steps=6)
    await page.mouse.move(x + right, y + down, steps=6)
    return x + right, y + down


async def column_width(page: Page) -> float:
    box = await page.locator(".ec-col-head").first.bounding_box()
    assert box
    return box["width"]


async def test_somebody_opens_the_day_and_marks_who_is_here(page: Page, salon: OwnSalon) -> None:
    today = datetime.now(NOON).date()
    await salon.visit("Mia Hug", datetime.combine(today, time(10), NOON), staff=salon.anna)
    await salon.log_in(page)
    await expect(page).to_have_url(re.compile(f"/console/{salon.salon.slug}/calendar"))
    await page.goto(salon.calendar(today))
    await expect(page.locator(".cal-stylist")).to_have_count(2)
    await expect(visit_of(page, "Mia Hug")).to_contain_text("Cut")
    await expect(visit_of(page, "Mia Hug")).to_contain_text("30 min")

    await visit_of(page, "Mia Hug").click()
    drawer = page.locator("#drawer")
    await expect(drawer.get_by_role("heading", name="Mia Hug")).to_be_visible()
    toast = page.locator("#toast")
    for button, sentence in (
        ("Arrived", "has arrived"),
        ("In the chair", "in the chair"),
        ("Done", "is done"),
        ("Paid", "has paid"),
    ):
        await drawer.get_by_role("button", name=button, exact=True).click()
        await expect(toast).to_contain_text(sentence)
    await toast.get_by_role("button", name="Undo").click()
    await expect(drawer.get_by_role("button", name="Paid", exact=True)).to_be_visible()


async def test_a_visit_of_yesterday_is_asked_about_and_one_ahead_has_no_marks(
    page: Page, salon: OwnSalon
) -> None:
    await salon.visit("Mia Hug", salon.at(10), staff=salon.anna)
    await salon.log_in(page)
    yesterday = datetime.now(NOON).date() - timedelta(days=1)
    base = f"{salon.served.url}/console/{salon.salon.slug}"
    await page.goto(f"{base}/new?date={yesterday}&time=10:00&staff={salon.anna}")
    await page.locator("#service_1").select_option(str(salon.cut))
    await page.get_by_label("Name", exact=True).fill("Leo Kern")
    await page.locator("#phone").fill("079 123 45 67")
    await page.get_by_role("button", name="Book", exact=True).last.click()
    await expect(page.get_by_role("alert")).to_contain_text("lies in the past")
    await page.get_by_label("Yes, this day is meant.").check()
    await page.get_by_role("button", name="Book", exact=True).last.click()
    await expect(page.get_by_role("status")).to_contain_text("Leo Kern is booked.")

    await open_day(page, salon)
    await visit_of(page, "Mia Hug").click()
    drawer = page.locator("#drawer")
    await expect(drawer.get_by_role("link", name="Cancel…")).to_be_visible()
    await expect(drawer.get_by_role("button", name="Arrived", exact=True)).to_have_count(0)


async def test_a_walk_in_takes_two_taps(page: Page, salon: OwnSalon) -> None:
    await salon.log_in(page)
    await page.locator("[data-act=walk-in]").click()
    await page.locator(".cal-service", has_text="Cut").click()
    toast = page.locator("#toast")
    await expect(toast).to_contain_text(re.compile("Walk-in is with (Anna|Ben) until"))
    await expect(visit_of(page, "Walk-in")).to_be_attached()
    await toast.get_by_role("button", name="Undo").click()
    await expect(page.locator(".cal-visit", has_text="Walk-in")).to_have_count(0)


async def test_a_visit_is_dragged_to_somebody_else_and_put_back(
    page: Page, salon: OwnSalon
) -> None:
    await salon.visit("Mia Hug", salon.at(10), staff=salon.anna)
    await salon.visit("Leo Kern", salon.at(11), staff=salon.ben)
    await salon.log_in(page)
    await open_day(page, salon)
    width = await column_width(page)

    x, y = await drag(page, visit_of(page, "Mia Hug"), right=width, down=4 * QUARTER_PIXELS)
    ticket = page.locator("#ticket")
    await expect(ticket).to_contain_text("11:00–11:30 · Ben")
    await expect(ticket).to_contain_text("Ben has Leo Kern, 11:00 to 11:30.")
    await page.mouse.move(x, y + 4 * QUARTER_PIXELS, steps=4)
    await expect(ticket).to_contain_text("12:00–12:30 · Ben")
    await expect(ticket).to_contain_text("It fits.")
    await page.mouse.up()
    toast = page.locator("#toast")
    await expect(toast).to_contain_text("Move Mia Hug to 12:00, Ben?")
    await toast.get_by_role("button", name="Do not tell").click()
    await expect(toast).to_contain_text("Mia Hug now comes")
    await expect(visit_of(page, "Mia Hug")).to_contain_text("Ben")
    await toast.get_by_role("button", name="Undo").click()
    await expect(toast).to_contain_text("Taken back: Mia Hug")
    await expect(visit_of(page, "Mia Hug")).to_contain_text("Anna")


async def test_a_taken_time_is_overbooked_on_purpose(page: Page, salon: OwnSalon) -> None:
    await salon.visit("Mia Hug", salon.at(10), staff=salon.anna)
    await salon.visit("Leo Kern", salon.at(11), staff=salon.anna)
    await salon.log_in(page)
    await open_day(page, salon)
    await drag(page, visit_of(page, "Mia Hug"), down=4 * QUARTER_PIXELS)
    await expect(page.locator("#ticket")).to_contain_text("Anna has Leo Kern")
    await page.mouse.up()
    toast = page.locator("#toast")
    await expect(toast).to_contain_text("Overbook Anna at 11:00?")
    await toast.get_by_role("button", name="Overbook quietly").click()
    await expect(toast).to_contain_text("Mia Hug now comes")
    await expect(visit_of(page, "Mia Hug")).to_contain_text("Booked over a taken time")


async def test_a_visit_is_moved_and_made_longer_by_keyboard_alone(
    page: Page, salon: OwnSalon
) -> None:
    await salon.visit("Mia Hug", salon.at(10), staff=salon.anna)
    await salon.log_in(page)
    await open_day(page, salon)
    says = page.locator("#says")

    await visit_of(page, "Mia Hug").focus()
    await page.keyboard.press("m")
    await expect(says).to_contain_text("Moving Mia Hug.")
    for key in ("ArrowDown", "ArrowDown", "Alt+ArrowDown", "ArrowRight"):
        await page.keyboard.press(key)
    await expect(says).to_have_text("10:35–11:05, Ben. It fits.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Tell the client")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(says).to_contain_text("Mia Hug now comes")
    await expect(visit_of(page, "Mia Hug")).to_be_focused()
    await expect(visit_of(page, "Mia Hug")).to_contain_text("Ben")

    await page.keyboard.press("m")
    await page.keyboard.press("Shift+ArrowDown")
    await expect(says).to_have_text("10:35–11:20, Ben. It fits.")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Do not tell").click()
    await expect(says).to_contain_text("until 11:20")

    await expect(visit_of(page, "Mia Hug")).to_be_focused()
    await page.keyboard.press("m")
    await expect(says).to_contain_text("Moving Mia Hug.")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Escape")
    await expect(says).to_contain_text("stays where they were")
    await expect(visit_of(page, "Mia Hug")).to_contain_text("45 min")


async def test_a_visit_is_made_longer_by_its_edge(page: Page, salon: OwnSalon) -> None:
    await salon.visit("Mia Hug", salon.at(10), staff=salon.anna)
    await salon.log_in(page)
    await open_day(page, salon)
    await drag(page, visit_of(page, "Mia Hug"), down=2 * QUARTER_PIXELS, from_end=True)
    await expect(page.locator("#ticket")).to_contain_text("10:00–11:00")
    await page.mouse.up()
    await page.get_by_role("button", name="Do not tell").click()
    await expect(page.locator("#toast")).to_contain_text("until 11:00")
    await expect(visit_of(page, "Mia Hug")).to_contain_text("60 min")


async def test_time_is_blocked_by_drawing_and_freed_again(page: Page, salon: OwnSalon) -> None:
    await salon.visit("Mia Hug", salon.at(10), staff=salon.anna)
    await salon.log_in(page)
    await open_day(page, salon)
    box = await visit_of(page, "Mia Hug").bounding_box()
    assert box
    x, y = box["x"] + 60, box["y"] + 4 * QUARTER_PIXELS + 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x, y + 4 * QUARTER_PIXELS - 6, steps=8)
    await page.mouse.up()
    await page.get_by_label("Reason").fill("Lunch")
    await page.locator("#spot").get_by_role("button", name=re.compile("Block 11:00–12:00")).click()
    toast, block = page.locator("#toast"), page.locator(".cal-block", has_text="Lunch")
    await expect(toast).to_contain_text("Anna is blocked")
    await block.click()
    await page.get_by_role("button", name="Free it again").click()
    await expect(block).to_have_count(0)
    await toast.get_by_role("button", name="Undo").click()
    await expect(block).to_have_count(1)


async def test_processing_time_is_light_and_can_be_booked(page: Page, salon: OwnSalon) -> None:
    await salon.visit("Mia Hug", salon.at(10), staff=salon.anna, service=salon.colour)
    await salon.log_in(page)
    await open_day(page, salon)
    gap = page.locator(".cal-rest")
    await expect(gap).to_contain_text("Processing: Anna is free")
    box = await gap.bounding_box()
    assert box
    await page.mouse.click(box["x"] + 80, box["y"] + 25)
    spot = page.locator("#spot")
    await expect(spot).to_contain_text("Processing: Anna is free")
    await spot.get_by_role("link", name="New visit at 10:45").click()
    await expect(page).to_have_url(
        re.compile(f"/new\\?date={salon.day}&time=10%3A45&staff={salon.anna}")
    )


async def test_a_booking_of_the_public_page_appears_in_two_open_calendars(
    browser: Browser, page: Page, salon: OwnSalon
) -> None:
    await page.goto(f"{salon.served.url}/{salon.salon.slug}/en")
    await page.locator(".menu-item").first.click()
    await page.locator(".basket .button").click()
    await page.locator(".choice-anyone").click()
    address = await page.locator("a.day").nth(3).get_attribute("href") or ""
    day = re.search(r"\d{4}-\d\d-\d\d", address)
    assert day
    await page.locator("a.day").nth(3).click()
    await expect(page.locator("a.day").nth(3)).to_have_attribute("aria-current", "date")
    await page.locator(".chip-time").first.click()
    await expect(page.locator("form.details")).to_be_visible()

    open_calendars = []
    for role in ("receptionist", "staff"):
        context = await browser.new_context(viewport=DESK, locale="de-CH")
        calendar = await context.new_page()
        await salon.log_in(calendar, role)
        await calendar.goto(f"{salon.calendar().split('?')[0]}?date={day[0]}")
        await expect(calendar.locator(".cal-hold").first).to_be_attached()
        await calendar.evaluate("window.neverLoadedAgain = true")
        open_calendars.append(calendar)

    await give_details(page)
    await asyncio.gather(
        *(
            expect(visit_of(each, "Anna Muster")).to_be_attached(timeout=LIVE_MILLISECONDS)
            for each in open_calendars
        )
    )
    for each in open_calendars:
        assert await each.evaluate("window.neverLoadedAgain")
        await expect(each.locator(".cal-hold")).to_have_count(0)
        await each.context.close()


async def test_what_the_calendar_asks_is_answered_in_the_language_of_its_page(
    page: Page, salon: OwnSalon
) -> None:
    await salon.speak("pl")  # the browser asks for German
    await salon.log_in(page)
    async with page.expect_request("**/calendar/board?*") as asked:
        await page.goto(salon.calendar())
    assert await (await asked.value).header_value("accept-language") == "pl"


async def test_a_phone_shows_one_column_and_turns_to_the_next(phone: Page, salon: OwnSalon) -> None:
    await salon.visit("Mia Hug", salon.at(10), staff=salon.anna)
    await salon.visit("Leo Kern", salon.at(11), staff=salon.ben)
    await salon.log_in(phone)
    await phone.goto(salon.calendar())
    await expect(visit_of(phone, "Mia Hug")).to_be_attached()
    await expect(phone.locator(".cal-visit")).to_have_count(1)
    await phone.locator("#who").get_by_role("button", name="Ben").tap()
    await expect(visit_of(phone, "Leo Kern")).to_be_attached()
    await expect(phone.locator(".cal-visit")).to_have_count(1)
    assert await phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


async def test_without_scripts_the_calendar_leads_to_the_day_list(
    browser: Browser, salon: OwnSalon
) -> None:
    context = await browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en")
    page = await context.new_page()
    await page.goto(f"{salon.served.url}/console/log-in")
    await page.locator("input[name=email]").fill(f"receptionist@{salon.salon.slug}.example")
    await page.locator("input[name=password]").fill("a short sentence is fine")
    await page.locator("input[name=password]").press("Enter")
    await page.get_by_role("link", name="Open the day list").click()
    await expect(page).to_have_url(re.compile("/day"))
    await page.get_by_role("link", name="Calendar").first.click()
    await expect(page.get_by_text("The calendar needs scripts")).to_be_visible()
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
async def test_nothing_of_the_calendar_is_wider_than_the_screen_or_inaccessible(
    browser: Browser, salon: OwnSalon, scheme: str, width: int
) -> None:
    await salon.visit("Mia Hug", salon.at(10), staff=salon.anna, service=salon.colour)
    context = await browser.new_context(
        viewport=ViewportSize(width=width, height=844),
        locale="de-CH",
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,
    )
    page = await context.new_page()
    await salon.log_in(page)
    for view in ("day", "week", "list"):
        await page.goto(f"{salon.calendar()}&view={view}")
        assert await faults_with_visits(page) == []
    await page.goto(f"{salon.calendar()}&view=day")
    await visit_of(page, "Mia Hug").click()
    change = page.locator(".cal-card").get_by_role("link", name="Change", exact=True)
    await expect(change).to_have_attribute("href", re.compile("/visits/[0-9a-f-]{36}/change$"))
    assert await faults_with_visits(page) == []
    for act in ("walk-in", "block"):
        await page.locator(f"[data-act={act}]").click(force=True)
        await expect(page.locator("#drawer .cal-service, #drawer .cal-form").first).to_be_visible()
        assert await faults_with_visits(page) == []
    await context.close()


async def faults_with_visits(page: Page) -> list[str]:
    await expect(visit_of(page, "Mia Hug")).to_be_attached()
    return await faults_of(page)
