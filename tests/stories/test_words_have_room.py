"""Words of the console on a phone and in small places: whole, or not shown, in every language."""

from uuid import uuid4

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import text

from openchair.platform.languages.catalogues import NAMES
from tests.accessible import faults_of
from tests.browser import PHONE
from tests.served import Served
from tests.stories.own_salon import OwnSalon, own_salon

NARROW_PIXELS = 360
LONG_NAME = "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenschrankschluesselverwalterin"
FINGER_PIXELS = 44
CUT = """links => links.map(link => {
  const words = [...link.querySelectorAll("span")].find(each => each.offsetWidth > 0);
  return { words: words?.textContent, cut: !words || words.scrollWidth > words.clientWidth };
}).filter(({ cut }) => cut)"""
"""The tabs whose word is not to be read whole."""

pytestmark = pytest.mark.story


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


GAP = """gap => {
  const [words, box] = [gap.querySelector(".cal-rest-words"), gap.getBoundingClientRect()];
  const { top, bottom, width } = words.getBoundingClientRect();
  if (width <= 1) return "unseen";
  const isWhole = top >= box.top - 1 && bottom <= box.bottom + 1;
  return isWhole && words.scrollWidth <= words.clientWidth ? "whole" : "cut";
}"""
"""How the words of a resting time are shown."""


@pytest.mark.parametrize(("minutes", "shown"), [(45, "whole"), (10, "whole"), (5, "unseen")])
async def test_a_resting_time_says_what_it_is_whole_or_by_its_title(
    page: Page, served: Served, minutes: int, shown: str
) -> None:
    async with own_salon(served, processing=minutes) as salon:
        await salon.visit("Mia Hug", salon.at(10), staff=salon.anna, service=salon.colour)
        await salon.log_in(page)
        await page.goto(salon.calendar())
        gap = page.locator(".cal-rest")
        await expect(gap).to_have_text("Processing: Anna is free")
        assert await gap.evaluate(GAP) == shown
        if shown == "unseen":
            await expect(gap).to_have_attribute("title", "Processing: Anna is free")
        for width in (1024, 700, PHONE["width"], NARROW_PIXELS):
            await page.set_viewport_size({"width": width, "height": PHONE["height"]})
            await expect(gap).to_be_attached()
            assert await gap.evaluate(GAP) in {shown, "unseen"}, f"{width} px"


async def test_a_short_resting_time_can_still_be_booked(page: Page, served: Served) -> None:
    async with own_salon(served, processing=5) as salon:
        await salon.visit("Mia Hug", salon.at(10), staff=salon.anna, service=salon.colour)
        await salon.log_in(page)
        await page.goto(salon.calendar())
        await expect(page.locator(".cal-rest")).to_have_attribute(
            "title", "Processing: Anna is free"
        )
        await page.locator(".cal-rest").click(position={"x": 80, "y": 3})
        await expect(page.locator("#spot")).to_contain_text("Processing: Anna is free")


async def test_words_that_somebody_is_booked_over_are_not_half_seen(
    page: Page, salon: OwnSalon
) -> None:
    await salon.visit("Mia Hug", salon.at(10), staff=salon.anna, service=salon.colour)
    await salon.log_in(page)
    await page.goto(salon.calendar())
    gap = page.locator(".cal-rest")
    await expect(gap).not_to_have_attribute("title", "Processing: Anna is free")
    assert await gap.evaluate(GAP) == "whole"
    await salon.visit("Leo Kern", salon.at(10, 30), staff=salon.anna)
    await page.reload()
    await expect(gap).to_have_attribute("title", "Processing: Anna is free")
    assert await gap.evaluate(GAP) == "unseen"


async def test_what_says_a_long_name_is_no_wider_than_the_phone(
    phone: Page, salon: OwnSalon
) -> None:
    await salon.log_in(phone, "owner")
    await phone.goto(f"{salon.served.url}/console/{salon.salon.slug}/clients/add")
    await phone.locator("#name").fill(LONG_NAME)
    await phone.locator("main form .button-main").click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text(LONG_NAME)
    await phone.goto(f"{phone.url.partition('?')[0]}/erase")
    assert await faults_of(phone) == []
    passkey = uuid4()
    async with salon.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO passkeys (id, user_id, credential_id, public_key, sign_count,"
                " transports, name) SELECT :id, id, :key, :key, 0, '{internal}', :name"
                " FROM profiles WHERE email = :email"
            ),
            {
                "id": passkey,
                "key": passkey.bytes,
                "name": LONG_NAME,
                "email": f"owner@{salon.salon.slug}.example",
            },
        )
    await phone.goto(f"{salon.served.url}/console/account/passkeys/{passkey}")
    await expect(phone.locator(".button-bad")).to_contain_text(LONG_NAME)
    assert await faults_of(phone) == []
