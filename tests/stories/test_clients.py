"""The desk knows its clients, in a real browser: docs/stories/clients.md."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.accessible import faults_of
from tests.served import Served

RECEPTION = ("reception@schnittwerk.example", "demo-receptionist-schnittwerk")
STYLIST = ("staff@schnittwerk.example", "demo-staff-schnittwerk")
ZURICH = ZoneInfo("Europe/Zurich")

pytestmark = pytest.mark.story


async def log_in(page: Page, served: Served, who: tuple[str, str] = RECEPTION) -> str:
    await page.goto(f"{served.url}/console")
    await page.get_by_label("E-Mail").fill(who[0])
    await page.get_by_label("Passwort").fill(who[1])
    await page.get_by_role("button", name="Anmelden", exact=True).click()
    await page.wait_for_url("**/console/schnittwerk/**", wait_until="commit")
    return f"{served.url}/console/schnittwerk"


async def add(page: Page, base: str, *, name: str, email: str = "") -> str:
    """A client of this test's own; answers the address of their page."""
    await page.goto(f"{base}/clients/add")
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("E-Mail").fill(email)
    await page.get_by_role("button", name="Hinzufügen", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page.url.partition("?")[0]


def a_working_day(days: int) -> str:
    """At least so many days ahead, when the salon is open: a Wednesday or a Thursday."""
    day = datetime.now(ZURICH).date() + timedelta(days=days)
    while day.weekday() not in {2, 3}:
        day += timedelta(days=1)
    return day.isoformat()


async def test_a_typo_an_allergy_and_a_patch_test_before_colour(page: Page, served: Served) -> None:
    base = await log_in(page, served)
    client = await add(page, base, name="Philippa Wunderlich", email="philippa@story.example")

    await page.goto(f"{base}/clients")
    await page.get_by_role("searchbox", name="Name, Telefon oder E-Mail").fill("wundrelich")
    found = page.locator(".person")
    await expect(found).to_have_count(1)
    await expect(page).to_have_url(re.compile("q=wundrelich"))
    await found.get_by_role("link", name="Philippa Wunderlich").click()
    await expect(page).to_have_url(re.compile(client.rsplit("/", 1)[1]))

    await page.get_by_text("Allergien ändern").click()
    await page.get_by_label("Was nicht vertragen wird").fill("Latex")
    await page.get_by_role("button", name="Allergien speichern").click()
    await expect(page.locator(".allergy")).to_contain_text("Latex")

    await page.get_by_label("Neue Notiz").fill("Trinkt Espresso")
    await page.get_by_role("button", name="Notiz behalten").click()
    await expect(page.locator(".notes").first).to_contain_text("Trinkt Espresso")

    await page.locator(".client-acts").get_by_role("link", name="Neuer Termin").click()
    await book_tint(page)
    await expect(page.get_by_role("alert")).to_contain_text("Verträglichkeitstest")
    await expect(page.get_by_role("alert")).to_contain_text("48 Stunden")

    await page.goto(client)
    await page.get_by_text("Ergebnis eintragen").click()
    done = datetime.now(ZURICH).date() - timedelta(days=3)
    await page.get_by_label("Gemacht am").fill(done.isoformat())
    await page.get_by_role("button", name="Eintragen").click()
    await expect(page.locator("#forms .states")).to_contain_text("Gültig bis")

    await page.locator(".client-acts").get_by_role("link", name="Neuer Termin").click()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Philippa Wunderlich")
    await book_tint(page)
    await expect(page.get_by_role("status").first).to_be_visible()
    await page.goto(client)
    await expect(page.locator(".visits")).to_contain_text("Augenbrauen färben")


async def book_tint(page: Page, *, days: int = 10) -> None:
    """At the first time that is free on that day: what is taken changes with the calendar."""
    tint = page.locator("#service_1 option", has_text="Augenbrauen färben")
    await page.locator("#service_1").select_option(await tint.get_attribute("value"))
    await page.locator("#date").fill(a_working_day(days))
    await page.get_by_role("button", name="Freie Zeiten zeigen").click()
    await page.get_by_role("group", name="Freie Zeiten").get_by_role("button").first.click()
    await expect(page.locator("#time")).not_to_have_value("")
    await page.get_by_role("button", name="Buchen", exact=True).last.click()


async def test_the_desk_goes_on_by_name(page: Page, served: Served) -> None:
    base = await log_in(page, served)
    client = await add(page, base, name="Ottilie Ungeduld", email="ottilie@story.example")
    await page.goto(f"{base}/new?client={client.rsplit('/', 1)[1]}")
    await book_tint(page, days=11)
    await page.get_by_label("ohne: Verträglichkeitstest").check()
    await page.get_by_role("button", name="Buchen", exact=True).last.click()
    await page.goto(client)
    await expect(page.locator(".visits")).to_contain_text("Augenbrauen färben")


async def test_a_stylist_sees_notes_but_no_number_of_a_stranger(
    browser: Browser, served: Served
) -> None:
    context = await browser.new_context(locale="de-CH", java_script_enabled=False)
    page = await context.new_page()
    base = await log_in(page, served)
    client = await add(page, base, name="Xaver Fremd", email="xaver@story.example")
    await expect(page.locator("body")).to_contain_text("xaver@story.example")
    await context.clear_cookies()

    await log_in(page, served, STYLIST)
    await page.goto(f"{base}/clients?q=xaver+frmed")
    await expect(page.locator(".person")).to_have_count(1)
    await expect(page.locator("main")).not_to_contain_text("xaver@story.example")
    await page.goto(client)
    await expect(page.locator("main")).not_to_contain_text("xaver@story.example")
    await page.get_by_label("Neue Notiz").fill("Mag es kurz")
    await page.get_by_role("button", name="Notiz behalten").click()
    await expect(page.locator(".notes").first).to_contain_text("Mag es kurz")
    answer = await page.goto(f"{client}/edit")
    assert answer is not None
    assert answer.status == 403
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
    owner = ("owner@schnittwerk.example", "demo-owner-schnittwerk")
    base = await log_in(page, served, owner)
    long = "Wilhelmina Donaudampfschifffahrtsgesellschaftskapitänswitwe von und zu Hohenlohe"
    client = await add(page, base, name=f"{long} {scheme} {width}")
    await page.goto(f"{base}/salon/forms")
    form = await page.locator(".form-cards a").first.get_attribute("href")
    for address in (
        f"{base}/clients",
        f"{base}/clients?q=wilhelmina",
        f"{base}/clients?q=zzzz",
        client,
        f"{client}/edit",
        f"{base}/clients/add",
        f"{base}/salon/forms",
        f"{served.url}{form}",
        f"{base}/salon/forms/new",
    ):
        await page.goto(address)
        assert await faults_of(page) == []
    await context.close()
