"""Words of the console on a phone and in small places: whole, or not shown, in every language."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from openchair.platform.languages.catalogues import NAMES
from tests.browser import PHONE
from tests.served import Served
from tests.stories.own_salon import OwnSalon, own_salon

NARROW_PIXELS = 360
FINGER_PIXELS = 44
CUT = """links => links.map(link => {
  const words = [...link.querySelectorAll("span")].find(each => each.offsetWidth > 0);
  return { words: words?.textContent, cut: !words || words.scrollWidth > words.clientWidth };
}).filter(({ cut }) => cut)"""
"""The tabs whose word is not to be read whole."""

pytestmark = pytest.mark.story


@pytest.fixture
async def salon(served: Served) -> AsyncIterator[OwnSalon]:
    async with own_salon(served) as made:
        yield made


@pytest.mark.parametrize(("role", "tabs"), [("owner", 6), ("staff", 5)])
async def test_every_tab_of_the_phone_is_read_whole(
    phone: Page, salon: OwnSalon, role: str, tabs: int
) -> None:
    await salon.log_in(phone, role)
    links = phone.locator(".bar-links a")
    for language in NAMES:
        await salon.speak(language)
        for width in (PHONE["width"], NARROW_PIXELS):
            await phone.set_viewport_size({"width": width, "height": PHONE["height"]})
            await phone.goto(f"{salon.served.url}/console/{salon.salon.slug}/day")
            await expect(links).to_have_count(tabs)
            await phone.evaluate("document.fonts.ready")
            assert await links.evaluate_all(CUT) == [], f"{language}, {width} px"
            for box in [await each.bounding_box() for each in await links.all()]:
                assert box
                assert box["width"] >= FINGER_PIXELS
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= width


async def test_a_short_tab_says_its_whole_name_on_a_desk(
    page: Page, phone: Page, salon: OwnSalon
) -> None:
    await salon.speak("pl")
    for where, name in ((page, "Lista oczekujących"), (phone, "Oczekujący")):
        await salon.log_in(where)
        link = where.locator('.bar-links a[href$="/waitlist"]')
        await expect(link).to_have_accessible_name(name)
        await expect(link).to_have_attribute("title", "Lista oczekujących")
