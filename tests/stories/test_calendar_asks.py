"""The calendar asks before a day that is rarely meant, lets go of a question when somebody turns to
another visit, and says when it cannot be changed: docs/stories/salon-runs-its-day.md.
"""

import re
from datetime import date, datetime, time, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.accessible import faults_of
from tests.stories.own_salon import NOON, OwnSalon
from tests.stories.test_salon_runs_its_day import (
    QUARTER_PIXELS,
    column_width,
    drag,
    open_day,
    visit_of,
)

WEDNESDAY = 2
WEEKS_IN_A_YEAR = 53

pytestmark = pytest.mark.story


def wednesday(*, weeks: int) -> date:
    """A day with days of the same week on both sides."""
    today = datetime.now(NOON).date()
    return today + timedelta(days=WEDNESDAY - today.weekday(), weeks=weeks)


async def open_week(page: Page, salon: OwnSalon, day: date) -> None:
    await page.goto(f"{salon.calendar(day)}&view=week")
    await expect(visit_of(page, "Mia Hug")).to_be_visible()


async def test_a_day_in_the_past_is_asked_about_once_and_nobody_is_told(
    page: Page, salon: OwnSalon
) -> None:
    day = wednesday(weeks=-1)
    await salon.visit("Mia Hug", datetime.combine(day, time(10), NOON), staff=salon.anna)
    await salon.log_in(page)
    await open_week(page, salon, day)
    visit, toast, says = visit_of(page, "Mia Hug"), page.locator("#toast"), page.locator("#says")

    await drag(page, visit, right=-await column_width(page))
    await expect(page.locator("#ticket")).to_contain_text("It fits.")
    await page.mouse.up()
    await expect(toast).to_contain_text("lies in the past. Is this the day you mean?")
    await expect(toast.get_by_role("button")).to_have_text(["Yes, move it there", "Put back"])
    await toast.get_by_role("button", name="Put back").click()
    await expect(says).to_contain_text("stays where they were")

    await visit.focus()
    await page.keyboard.press("m")
    await page.keyboard.press("ArrowRight")
    await expect(says).to_contain_text("It fits.")
    await page.keyboard.press("Enter")
    await expect(says).to_contain_text("lies in the past")
    await expect(toast.get_by_role("button", name="Yes, move it there")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(says).to_contain_text("Mia Hug now comes Thursday")
    await expect(visit).to_be_focused()

    # Within the same day nothing is asked.
    await page.keyboard.press("m")
    await page.keyboard.press("ArrowDown")
    await expect(says).to_contain_text("It fits.")
    await page.keyboard.press("Enter")
    await expect(says).to_contain_text("10:15")
    await expect(toast).to_contain_text("now comes")


async def test_a_day_that_is_far_ahead_is_asked_about_with_whether_to_tell(
    page: Page, salon: OwnSalon
) -> None:
    day = wednesday(weeks=WEEKS_IN_A_YEAR)
    await salon.visit("Mia Hug", datetime.combine(day, time(10), NOON), staff=salon.anna)
    await salon.log_in(page)
    await open_week(page, salon, day)
    await visit_of(page, "Mia Hug").focus()
    await page.keyboard.press("m")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    toast = page.locator("#toast")
    await expect(toast).to_contain_text("is more than a year ahead. Is this the day you mean?")
    await expect(toast.get_by_role("button", name="Yes, and tell the client")).to_be_focused()
    await toast.get_by_role("button", name="Yes, do not tell").click()
    await expect(toast).to_contain_text("Mia Hug now comes")
    await toast.get_by_role("button", name="Undo").click()
    await expect(toast).to_contain_text("Taken back: Mia Hug")


async def test_a_question_ends_when_somebody_turns_to_another_visit(
    page: Page, salon: OwnSalon
) -> None:
    await salon.visit("Mia Hug", salon.at(10), staff=salon.anna)
    await salon.visit("Leo Kern", salon.at(10), staff=salon.ben)
    await salon.log_in(page)
    await open_day(page, salon)
    width = await column_width(page)
    toast, says, ticket = page.locator("#toast"), page.locator("#says"), page.locator("#ticket")
    mia, leo = visit_of(page, "Mia Hug"), visit_of(page, "Leo Kern")

    # Another visit is opened.
    await drag(page, mia, down=8 * QUARTER_PIXELS)
    await page.mouse.up()
    await expect(toast).to_contain_text("Move Mia Hug to 12:00, Anna?")
    await leo.click()
    await expect(page.locator("#drawer").get_by_role("heading", name="Leo Kern")).to_be_visible()
    await expect(toast).to_be_hidden()
    await expect(says).to_contain_text("Mia Hug stays where they were.")
    await expect(mia).to_contain_text("10:00")

    # Another drag begins, and goes on.
    await drag(page, mia, right=width)
    await page.mouse.up()
    await expect(toast).to_contain_text("Overbook Ben at 10:00?")
    await drag(page, leo, down=8 * QUARTER_PIXELS)
    await expect(toast).to_be_hidden()
    await expect(says).to_contain_text("Mia Hug stays where they were.")
    await expect(mia).to_contain_text("Anna")
    await expect(ticket).to_contain_text("12:00–12:30 · Ben")
    await expect(ticket).to_contain_text("It fits.")
    await page.mouse.up()
    await expect(toast).to_contain_text("Move Leo Kern to 12:00, Ben?")

    # Another is taken in hand by the keyboard, and keeps the focus.
    await mia.focus()
    await page.keyboard.press("m")
    await expect(toast).to_be_hidden()
    await expect(says).to_contain_text("Leo Kern stays where they were. Moving Mia Hug.")
    await page.keyboard.press("ArrowDown")
    await expect(says).to_contain_text("10:15–10:45, Anna. It fits.")
    await expect(mia).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(toast).to_contain_text("Move Mia Hug to 10:15, Anna?")
    await toast.get_by_role("button", name="Do not tell").click()
    await expect(toast).to_contain_text("Mia Hug now comes")
    await expect(leo).to_contain_text("10:00")


@pytest.mark.parametrize("width", [390, 1440])
async def test_without_a_connection_the_calendar_says_so_and_changes_nothing(
    page: Page, salon: OwnSalon, width: int
) -> None:
    await page.set_viewport_size({"width": width, "height": 844})
    await salon.visit("Mia Hug", salon.at(10), staff=salon.anna)
    await salon.log_in(page)
    await page.goto(salon.calendar())
    note, mia = page.locator("#offline"), visit_of(page, "Mia Hug")
    await mia.click()
    await expect(page.locator(".cal-card-acts")).to_be_visible()
    await expect(note).to_be_hidden()

    await page.context.set_offline(True)
    await expect(note).to_contain_text(re.compile(r"No connection\. This is .* at \d\d:\d\d\."))
    await expect(page.locator("#says")).to_contain_text("No connection.")
    await expect(page.locator("[data-act=block]")).to_be_disabled()
    await expect(page.locator(".cal-card-acts")).to_be_hidden()
    assert await faults_of(page) == []
    await page.keyboard.press("Escape")
    if width > 390:
        await drag(page, mia, down=8 * QUARTER_PIXELS)
        await page.mouse.up()
    await mia.focus()
    await page.keyboard.press("m")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#toast")).to_be_hidden()
    await expect(mia).to_contain_text("10:00")
    await salon.visit("Leo Kern", salon.at(13), staff=salon.anna)
    await expect(visit_of(page, "Leo Kern")).to_have_count(0)

    await page.context.set_offline(False)
    await expect(note).to_be_hidden()
    await expect(visit_of(page, "Leo Kern")).to_be_attached()
    await expect(page.locator("#says")).to_contain_text("The connection is back.")
    await expect(page.locator("[data-act=block]")).to_be_enabled()
    await mia.focus()
    await page.keyboard.press("m")
    await expect(page.locator("#says")).to_contain_text("Moving Mia Hug.")
