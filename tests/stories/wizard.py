"""A visitor's hands: walks through the public wizard as a person would, one step at a time."""

import secrets

from playwright.async_api import Page, expect

from tests.served import Served


def an_address() -> str:
    """An e-mail address that nobody else in this run uses."""
    return f"anna.{secrets.token_hex(5)}@example.org"


async def choose_time(page: Page, served: Served, salon: str, language: str) -> str:
    """From the home page to a held time: the second service, anybody, the last day offered."""
    await page.goto(f"{served.url}/{salon}/{language}")
    await page.locator(".menu-item").nth(1).click()
    await page.locator(".basket .button").click()
    await page.locator(".choice-anyone").click()
    await choose_last_day(page)
    chip = page.locator(".chip-time").first
    label = await chip.get_attribute("aria-label") or ""
    await chip.click()
    await expect(page.locator("form.details")).to_be_visible()
    return label


async def choose_last_day(page: Page) -> None:
    """The last day of the strip that has free times."""
    await page.locator("a.day").last.click()
    await expect(page.locator("a.day").last).to_have_attribute("aria-current", "date")


async def give_details(page: Page, *, email: str = "") -> None:
    """Name, address, terms, and the button."""
    await page.locator("#name").fill("Anna Muster")
    await page.locator("#email").fill(email or an_address())
    await page.locator("#terms").check()
    await page.locator("form.details button").click()
    await expect(page.locator(".visit-time")).to_be_visible()


async def book(page: Page, served: Served, salon: str, language: str) -> str:
    """A whole booking; answers the address of its page."""
    await choose_time(page, served, salon, language)
    await give_details(page)
    return page.url.split("?")[0]
