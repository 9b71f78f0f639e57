"""The owner writes the price list, and a client books from it, in a real browser:
docs/stories/salon-edits-its-catalogue.md.
"""

import re
from secrets import token_hex

import pytest
from playwright.async_api import Browser, FilePayload, Locator, Page, ViewportSize, expect

from tests.accessible import faults_of
from tests.media.pictures import photo
from tests.served import Served
from tests.stories.wizard import choose_last_day, give_details

OWNERS = {
    "schnittwerk": ("owner@schnittwerk.example", "demo-owner-schnittwerk"),
    "mariia-hub": ("owner@mariia-hub.example", "demo-owner-mariia-hub"),
}
PICTURE = FilePayload(name="result.jpg", mimeType="image/jpeg", buffer=photo(1600, 1200))

pytestmark = pytest.mark.story


async def open_list(page: Page, served: Served, salon: str = "schnittwerk") -> str:
    await page.goto(f"{served.url}/console")
    await page.locator("input[name=email]").fill(OWNERS[salon][0])
    await page.locator("input[name=password]").fill(OWNERS[salon][1])
    await page.locator("main form button").first.click()
    await expect(page.locator(".bar-links")).to_be_visible()
    address = f"{served.url}/console/{salon}/salon/services"
    await page.goto(address)
    return address


async def test_a_new_service_is_ordered_seen_and_booked(
    page: Page, phone: Page, served: Served
) -> None:
    name = f"Glanztönung {token_hex(3)}"
    await open_list(page, served)
    await page.get_by_role("link", name="Leistung", exact=True).click()
    await page.get_by_label("Name").first.fill(name)
    await page.get_by_label("Einwirken").fill("45")
    await page.get_by_label("Abschluss", exact=True).fill("30")
    await expect(page.locator("[data-preview]")).to_contain_text("45 Min. einwirken: die Person")
    await page.locator("#price").fill("72,50")
    await page.get_by_role("button", name="Hinzufügen").click()
    await expect(page.get_by_role("status")).to_contain_text("Hinzugefügt.")
    here = page.url.partition("?")[0]

    await page.locator("#picture").set_input_files(PICTURE)
    await expect(page.locator("img.side-picture")).to_have_attribute("src", _begins("blob:"))
    await page.get_by_role("button", name="Dieses Bild zeigen").click()
    await expect(page.locator("img.side-picture")).to_have_attribute("src", _begins("/schnitt"))

    await add_variants(page, here)
    await page.goto(here)
    table = page.get_by_role("table")
    await expect(table).to_contain_text("CHF 65")
    await expect(table).to_contain_text("CHF 95")

    await page.goto(f"{served.url}/console/schnittwerk/salon/services")
    rows = page.locator(".offer-group").first.locator(".offer")
    mine = page.locator(".offer", has_text=name)
    await drag(page, mine, rows.first)
    await expect(page.get_by_role("status")).to_contain_text("Die Reihenfolge ist gespeichert.")
    await expect(rows.first.locator(".offer-name")).to_have_text(name)
    await page.get_by_role("button", name="Rückgängig").click()
    await expect(rows.first.locator(".offer-name")).not_to_have_text(name)

    await book_the_long_one(phone, served, name)

    await page.goto(here)
    await page.get_by_role("button", name="Archivieren").click()
    await expect(page.locator(".warning")).to_contain_text("1 Termin steht noch bevor.")
    await page.get_by_role("button", name="Archivieren").click()
    await expect(page.get_by_role("status")).to_contain_text("Buchen kann es niemand mehr.")
    await phone.goto(f"{served.url}/schnittwerk/de")
    await expect(phone.locator(".menu-item", has_text=name)).to_have_count(0)


async def test_the_arrow_keys_move_a_row(page: Page, served: Served) -> None:
    await open_list(page, served)
    rows = page.locator(".offer-group").nth(1).locator(".offer-name")
    before = await rows.all_inner_texts()
    grip = page.locator(".offer-group").nth(1).locator(".offer .grip").nth(1)
    await grip.focus()
    await grip.press("ArrowUp")
    await expect(page.get_by_role("status")).to_contain_text("Die Reihenfolge ist gespeichert.")
    await expect(rows.first).to_have_text(before[1])
    await page.get_by_role("button", name="Rückgängig").click()
    await expect(rows.first).to_have_text(before[0])


async def test_all_of_it_works_without_scripts(browser: Browser, served: Served) -> None:
    context = await browser.new_context(
        viewport=ViewportSize(width=390, height=844), java_script_enabled=False, locale="de-CH"
    )
    page = await context.new_page()
    await open_list(page, served)
    await expect(page.locator(".grip").first).to_be_hidden()
    rows = page.locator(".offer-group").first.locator(".offer-name")
    before = await rows.all_inner_texts()
    await page.get_by_role("link", name="Reihenfolge ändern").click()
    await page.get_by_role("button", name=f"Nach unten: {before[0]}").click()
    await expect(rows.first).to_have_text(before[1])
    await page.get_by_role("button", name="Rückgängig").click()
    await expect(rows.first).to_have_text(before[0])
    await rows.last.click()
    await page.locator("label[for=tongue-2]").click()
    await expect(page.locator(".tongue-2 input")).to_be_visible()
    await expect(page.locator(".tongue-1 input")).to_be_hidden()
    await context.close()


@pytest.mark.parametrize("salon", OWNERS)
async def test_no_page_is_wider_than_the_screen_or_inaccessible(
    browser: Browser, served: Served, salon: str
) -> None:
    door = await browser.new_context(locale="de-CH")
    page = await door.new_page()
    address = await open_list(page, served, salon)
    service = await page.locator(".offer-name").first.get_attribute("href")
    category = await page.locator(".offer-head a").first.get_attribute("href")
    logged_in = await door.storage_state()
    await door.close()
    paths = (
        *(address, f"{address}?order=yes", f"{address}/new", f"{address}/archived"),
        *(f"{served.url}{service}", f"{served.url}{category}"),
    )
    for width in (390, 1440):
        for scheme in ("light", "dark"):
            context = await browser.new_context(
                viewport=ViewportSize(width=width, height=900),
                color_scheme="dark" if scheme == "dark" else "light",
                bypass_csp=True,
                storage_state=logged_in,
            )
            page = await context.new_page()
            for path in paths:
                await page.goto(path)
                assert await faults_of(page) == []
            await context.close()


async def add_variants(page: Page, here: str) -> None:
    for length, price in (("Kurz", "65"), ("Lang", "95")):
        await page.goto(here)
        await page.get_by_role("link", name=re.compile("Hinzufügen.*Varianten")).click()
        await page.get_by_label("Name").first.fill(length)
        await page.locator("#price").fill(price)
        await page.get_by_role("button", name="Hinzufügen").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(length)


async def book_the_long_one(phone: Page, served: Served, name: str) -> None:
    await phone.goto(f"{served.url}/schnittwerk/de")
    line = phone.locator(".menu-item", has_text=name)
    await expect(line).to_contain_text("ab CHF 65")
    await line.scroll_into_view_if_needed()
    await expect(line.locator("img")).to_have_js_property("complete", value=True)
    assert await line.locator("img").evaluate("each => each.naturalWidth") >= 72
    await line.tap()
    long = phone.locator(".offer", has_text=name).locator(".chip", has_text="Lang")
    await long.tap()
    await expect(long).to_have_class(re.compile("chip-on"))
    await phone.locator(".basket .button").tap()
    await phone.locator(".choice-anyone").tap()
    await choose_last_day(phone)
    await phone.locator(".chip-time").last.tap()
    await give_details(phone)
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Gebucht. Bis bald")
    await expect(phone.locator("main")).to_contain_text("Lang")


async def drag(page: Page, row: Locator, onto: Locator) -> None:
    """By the handle, a little above the middle of the other row."""
    grip = row.locator(".grip")
    await grip.scroll_into_view_if_needed()
    there, here = await onto.bounding_box(), await grip.bounding_box()
    assert there
    assert here
    await page.mouse.move(here["x"] + here["width"] / 2, here["y"] + here["height"] / 2)
    await page.mouse.down()
    for part in range(1, 9):
        await page.mouse.move(here["x"] + 8, here["y"] + (there["y"] + 6 - here["y"]) * part / 8)
    await page.mouse.up()


def _begins(text: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(text)}")
