"""Visits that repeat, people who come together, and a change taken back, in a real browser:
docs/stories/series-and-groups.md.
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.accessible import faults_of
from tests.stories.own_salon import OwnSalon

pytestmark = pytest.mark.story
SHOTS = os.environ.get("STORY_SHOTS")
"""A folder for pictures of the pages, for whoever wants to look at them."""


def new_visit(salon: OwnSalon, hour: str) -> str:
    return (
        f"{salon.served.url}/console/{salon.salon.slug}/new"
        f"?date={salon.day}&time={hour}&staff={salon.anna}"
    )


async def shoot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


async def test_a_client_comes_every_week_and_one_date_is_taken(page: Page, salon: OwnSalon) -> None:
    await salon.visit("Ida", salon.at(10) + timedelta(weeks=1), staff=salon.anna)
    await salon.visit("Olga Petrenko", salon.at(8), staff=salon.ben)
    await salon.log_in(page)
    await page.goto(new_visit(salon, "10:00"))
    await page.locator("#find").press_sequentially("olga petr")
    await page.get_by_role("button", name="Olga Petrenko").click()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Olga Petrenko")
    await page.locator("#service_1").select_option(str(salon.cut))
    await page.get_by_text("Repeat this visit").click()
    await page.get_by_label("Every how many weeks").fill("1")
    until = salon.day + timedelta(weeks=3)
    await page.get_by_label("Until").fill(until.isoformat())
    await shoot(page, "series-form")
    await page.get_by_role("button", name="Book", exact=True).last.click()

    warning = page.get_by_role("alert")
    await expect(warning).to_contain_text("1 date cannot be had.")
    await expect(warning).to_contain_text("Anna has Ida, 10:00")
    await shoot(page, "series-conflict")
    choice = warning.locator("select")
    await choice.select_option(index=2)  # the nearest free time
    await page.get_by_role("button", name="Book", exact=True).last.click()

    await expect(page.get_by_role("status")).to_contain_text("All visits of Olga Petrenko")
    links = page.locator(".siblings li")
    await expect(links).to_have_count(4)
    await expect(links.nth(1)).not_to_contain_text("10:00")
    await shoot(page, "series-booked")

    await links.nth(2).get_by_role("link").click()
    await page.get_by_role("link", name="Change the visit").click()
    await page.locator("#time").fill("14:00")
    await page.get_by_label("This one and all later ones").check()
    await shoot(page, "change-form")
    await page.get_by_role("button", name="Save the change").last.click()
    await expect(page.get_by_role("status")).to_contain_text("is changed")
    await expect(links.nth(0)).to_contain_text("10:00")
    await expect(links.nth(2)).to_contain_text("14:00")
    await expect(links.nth(3)).to_contain_text("14:00")


async def test_a_bridal_party_comes_together(page: Page, salon: OwnSalon) -> None:
    await salon.log_in(page)
    await page.goto(new_visit(salon, "09:00"))
    await page.locator("#service_1").select_option(str(salon.cut))
    await page.get_by_label("Name", exact=True).fill("Ada Bride")
    await page.get_by_label("E-mail", exact=True).fill(f"ada-{salon.salon.slug}@example.org")
    await page.get_by_text("Several people at once").click()
    await page.get_by_label("Name of the group").fill("Wedding of Ada")
    await page.get_by_label("Person 2").fill("Bea Maid")
    await shoot(page, "group-form")
    await page.get_by_role("button", name="Book", exact=True).last.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ada Bride")
    await expect(page.get_by_text("Wedding of Ada")).to_be_visible()
    others = page.locator(".siblings li")
    await expect(others).to_have_count(2)
    await shoot(page, "group-booked")
    await others.get_by_role("link", name="Bea Maid").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Bea Maid")


async def test_a_change_is_taken_back_from_the_history(page: Page, salon: OwnSalon) -> None:
    visit = await salon.visit("Ida", salon.at(10), staff=salon.anna)
    await salon.log_in(page)
    address = f"{salon.served.url}/console/{salon.salon.slug}/visits/{visit}"
    await page.goto(f"{address}/change")
    await page.locator("#time").fill("15:00")
    await page.get_by_label("Minutes").first.fill("50")
    await page.get_by_label("Tell the client by mail").uncheck()
    await page.get_by_role("button", name="Save the change").last.click()
    line = page.locator(".history li").first
    await expect(line).to_contain_text("10:00")
    await expect(line).to_contain_text("15:00")
    await shoot(page, "history")
    await line.get_by_role("button", name="Take this back").click()
    await expect(page.locator(".visit-time")).to_contain_text("10:00–10:30")
    await expect(line).to_contain_text("took a change back")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
async def test_the_pages_of_a_visit_fit_and_are_accessible(
    browser: Browser, salon: OwnSalon, scheme: str, width: int
) -> None:
    visit = await salon.visit(
        "Ida " + "Wolfeschlegelsteinhausen" * 3, salon.at(10), staff=salon.anna
    )
    context = await browser.new_context(
        viewport=ViewportSize(width=width, height=900),
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,
    )
    page = await context.new_page()
    await salon.log_in(page)
    base = f"{salon.served.url}/console/{salon.salon.slug}"
    for name, address in {
        "visit": f"{base}/visits/{visit}",
        "change": f"{base}/visits/{visit}/change",
        "cancel": f"{base}/visits/{visit}/cancel",
        "new": new_visit(salon, "10:00"),
    }.items():
        await page.goto(address)
        for each in await page.locator("details").all():
            await each.evaluate("each => { each.open = true }")
        await shoot(page, f"{name}-{width}-{scheme}")
        assert await faults_of(page) == []
    await context.close()
