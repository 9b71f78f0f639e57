"""A real Chromium for the stories: the machine's own, else Playwright's. Never skipped."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    async_playwright,
)

INSTALLED = ("chromium", "chromium-browser", "google-chrome")
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1440, height=900)
PATIENCE_MILLISECONDS = 15_000


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for each xdist worker."""
    found = next(filter(None, map(shutil.which, INSTALLED)), None)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=found, args=arguments)
        yield launched
        await launched.close()


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """A page on a touch screen of 390 px, in a profile of its own."""
    context = await browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2, locale="de-CH"
    )
    async for page in _page_of(context):
        yield page


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page on a screen of 1440 px, in a profile of its own."""
    async for page in _page_of(await browser.new_context(viewport=DESK, locale="de-CH")):
        yield page


async def _page_of(context: BrowserContext) -> AsyncIterator[Page]:
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield await context.new_page()
    await context.close()
