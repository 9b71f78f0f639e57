"""The calendar by keyboard alone: whoever moves a visit far or books a walk-in keeps their place,
and what changes meanwhile is said.
"""

import pytest
from playwright.async_api import Page, expect

from openchair.platform.clock import utc_now
from tests.stories.own_salon import OwnSalon

SEEN = """element => {
  const { top, bottom } = element.getBoundingClientRect();
  const toast = document.getElementById("toast");
  const floor = toast.hidden ? innerHeight : toast.getBoundingClientRect().top;
  const heads = document.querySelector("#board .ec-header").getBoundingClientRect();
  return top >= heads.bottom - 1 && bottom <= floor + 1;
}"""
"""Whether all of it is in sight, under the heads of the columns and above the toast."""

pytestmark = pytest.mark.story


async def open_walk_in(page: Page) -> None:
    await page.locator("[data-act=walk-in]").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#walk-in-who")).to_be_visible()


async def test_a_visit_that_is_moved_far_keeps_focus_and_stays_in_sight(
    page: Page, salon: OwnSalon
) -> None:
    await salon.visit("Mia Hug", salon.at(10), staff=salon.anna)
    await salon.log_in(page)
    await page.goto(salon.calendar())
    says = page.locator("#says")
    visit = page.locator(".cal-visit:not(.ec-preview)", has_text="Mia Hug")

    await visit.focus()
    await page.keyboard.press("m")
    for key, presses, place in (("ArrowDown", 60, "23:30–00:00"), ("ArrowUp", 100, "00:00–00:30")):
        for _ in range(presses):
            await page.keyboard.press(key)
            await expect(visit).to_be_focused()
        await expect(says).to_contain_text(f"{place}, Anna.")
        assert await visit.evaluate(SEEN)
    for _ in range(100):
        await page.keyboard.press("ArrowDown")
    await expect(says).to_contain_text("23:30–00:00, Anna.")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Overbook quietly").focus()
    await page.keyboard.press("Enter")
    await expect(says).to_contain_text("Mia Hug now comes")
    await expect(visit).to_be_focused()
    assert await visit.evaluate(SEEN)

    await page.keyboard.press("m")
    await page.keyboard.press("Shift+ArrowDown")
    await expect(says).to_contain_text("23:30–00:00, Anna.")
    await page.keyboard.press("Escape")
    await expect(says).to_contain_text("stays where they were")
    await expect(visit).to_be_focused()


async def test_a_walk_in_when_nobody_is_free_is_said_and_left_again(
    page: Page, salon: OwnSalon
) -> None:
    for each in (salon.anna, salon.ben):
        await salon.block(each, utc_now().replace(second=0, microsecond=0))
    await salon.log_in(page)
    await open_walk_in(page)
    await expect(page.locator("#walk-in-who")).to_be_focused()
    await expect(page.locator("#says")).to_have_text("Nobody is free for a walk-in now.")
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-act=walk-in]")).to_be_focused()


async def test_whoever_chooses_with_whom_stays_there_and_hears_what_can_be_had(
    page: Page, salon: OwnSalon
) -> None:
    await salon.block(salon.anna, utc_now().replace(second=0, microsecond=0))
    await salon.log_in(page)
    await open_walk_in(page)
    says, who = page.locator("#says"), page.locator("#walk-in-who")
    await expect(page.locator(".cal-service").first).to_be_focused()

    await page.locator("#walk-in-name").fill("Leo Kern")
    await page.keyboard.press("Shift+Tab")
    for name, told in (
        ("Anna", "Nobody is free for a walk-in now."),
        ("Ben", "Services possible now: 2 of 2."),
    ):
        await page.keyboard.press("ArrowDown")
        await expect(who.locator("option:checked")).to_have_text(name)
        await expect(says).to_have_text(told)
        await expect(who).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.locator("#walk-in-name")).to_have_value("Leo Kern")
    await page.keyboard.press("Tab")
    await expect(page.locator(".cal-service").first).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(says).to_contain_text("Leo Kern is with Ben until")
    visit = page.locator(".cal-visit", has_text="Leo Kern").first
    await expect(visit).to_be_focused()
    assert await visit.evaluate(SEEN)


async def test_a_walk_in_that_somebody_was_faster_with_leaves_focus_beside_it(
    page: Page, salon: OwnSalon
) -> None:
    await salon.block(salon.anna, utc_now().replace(second=0, microsecond=0))
    await salon.log_in(page)
    await open_walk_in(page)
    await expect(page.locator(".cal-service").first).to_be_focused()
    await salon.block(salon.ben, utc_now().replace(second=0, microsecond=0))
    await page.keyboard.press("Enter")
    await expect(page.locator(".cal-none")).to_be_visible()
    await expect(page.locator("#walk-in-who")).to_be_focused()
    await expect(page.locator("#toast")).to_be_visible()
