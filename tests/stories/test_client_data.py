"""A salon brings its clients along, makes one of two, forgets one: docs/stories/client-data.md."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, Page, ViewportSize, expect

from tests.accessible import faults_of
from tests.customers.imports.lists import client_list
from tests.served import Served

OWNER = ("owner@schnittwerk.example", "demo-owner-schnittwerk")
CLIENTS = "/console/schnittwerk/clients"

pytestmark = pytest.mark.story


async def log_in(page: Page, served: Served) -> None:
    await page.goto(f"{served.url}/console")
    await page.get_by_label("E-Mail").fill(OWNER[0])
    await page.get_by_label("Passwort").fill(OWNER[1])
    await page.get_by_role("button", name="Anmelden", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()


async def choose(page: Page, served: Served, name: str, content: bytes) -> None:
    await page.goto(f"{served.url}{CLIENTS}/import")
    file: FilePayload = {"name": name, "mimeType": "text/csv", "buffer": content}
    await page.get_by_label("CSV-Datei").set_input_files(file)
    await page.get_by_role("button", name="Datei ansehen").click()
    await expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


async def add(page: Page, served: Served, *, name: str, phone: str = "", email: str = "") -> str:
    """Put somebody on the list; their page's address."""
    await page.goto(f"{served.url}{CLIENTS}/add")
    await page.locator("#name").fill(name)
    await page.locator("#phone").fill(phone)
    await page.locator("#email").fill(email)
    await page.locator("main form .button-main").click()
    await expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    return page.url.partition("?")[0]


async def test_five_thousand_clients_come_along_and_37_rows_are_corrected(
    page: Page, served: Served, tmp_path: Path
) -> None:
    await log_in(page, served)
    await choose(page, served, "kundschaft.csv", client_list(5000, bad=37).encode("cp1252"))
    await expect(page.get_by_text("5000 Zeilen gefunden.")).to_be_visible()
    await expect(page.get_by_label("Vorname")).to_have_value("first_name")
    await expect(page.get_by_label("Handy")).to_have_value("phone")
    await expect(page.get_by_label("Punkte")).to_have_value("")
    await expect(page.locator(".import-rows li")).to_have_count(20)

    await page.get_by_role("button", name="Zeigen, was daraus wird").click()
    await page.get_by_role("button", name="5000 Zeilen übernehmen").click()
    left_out = page.locator(".figures > div").nth(2)
    await expect(left_out).to_contain_text("37", timeout=90_000)
    await expect(page.get_by_text("Übernommen", exact=True)).to_be_visible(timeout=30_000)
    await expect(page.locator(".figures > div").first).to_contain_text("4963")
    await expect(page.locator(".import-rows li").first).to_contain_text("136")
    await expect(page.locator(".import-rows li").first).to_contain_text(
        "Diese Telefonnummer gibt es nicht."
    )

    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="37 Zeilen zum Berichtigen herunterladen").click()
    corrections = tmp_path / "corrections.csv"
    await (await waiting.value).save_as(corrections)
    text = corrections.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].endswith(";Was nicht stimmt")
    rows = text.splitlines()[1:]
    assert len(rows) == 37
    mended = [
        row.replace(";12;Deutsch", ";079 555 11 22;Deutsch").replace(
            ";anna@;", f";mended{number}@example.ch;"
        )
        for number, row in enumerate(rows)
    ]
    mended = [row if row.split(";")[0] else f"Zoë{row}" for row in mended]
    again = "\r\n".join([text.splitlines()[0], *mended]).encode()

    await choose(page, served, "berichtigt.csv", again)
    await page.get_by_role("button", name="Zeigen, was daraus wird").click()
    await page.get_by_role("button", name="37 Zeilen übernehmen").click()
    await expect(page.get_by_text("Übernommen", exact=True)).to_be_visible(timeout=60_000)
    await expect(left_out).to_contain_text("0")

    await page.goto(f"{served.url}{CLIENTS}?q=Zo%C3%AB2500")
    await expect(page.locator(".person").first).to_contain_text("Zoë2500 Müller")


async def test_a_list_is_taken_back(page: Page, served: Served) -> None:
    await log_in(page, served)
    await choose(page, served, "falsch.csv", b"Name,Telefon\nIrrtum Eins,0445551212\n")
    await page.get_by_role("button", name="Zeigen, was daraus wird").click()
    await page.get_by_role("button", name="1 Zeile übernehmen").click()
    await expect(page.get_by_text("Übernommen", exact=True)).to_be_visible(timeout=60_000)
    await page.get_by_text("Diese Liste zurücknehmen…").click()
    await page.get_by_role("button", name="1 Person wieder löschen").click()
    await expect(page.get_by_role("status")).to_contain_text("Die Liste ist zurückgenommen.")
    await page.goto(f"{served.url}{CLIENTS}?q=Irrtum+Eins")
    await expect(page.locator(".person").filter(has_text="Irrtum Eins")).to_have_count(0)


async def test_two_entries_become_one_and_are_parted_again(page: Page, served: Served) -> None:
    await log_in(page, served)
    other = await add(page, served, name="Seraina Cadruvi", phone="081 555 44 33")
    kept = await add(
        page, served, name="Seraina Cadruvi-Caflisch", email="seraina@example.ch",
        phone="081 555 44 33",
    )  # fmt: skip
    await page.goto(f"{kept}/merge")
    await page.locator(".choices a").filter(has_text="dasselbe Telefon").first.click()
    await expect(
        page.get_by_role("heading", name="Aus zwei Einträgen einen machen")
    ).to_be_visible()
    await page.get_by_label("Seraina Cadruvi", exact=True).check()
    await page.get_by_role("button", name="Zusammenführen").click()
    toast = page.get_by_role("status")
    await expect(toast).to_contain_text("Aus den beiden ist ein Eintrag geworden.")

    await page.goto(other)
    await expect(page).to_have_url(re.compile(kept.rsplit("/", 1)[1]))
    await expect(page.get_by_role("heading", level=1, name="Seraina Cadruvi")).to_be_visible()

    await page.goto(f"{kept}/merge")
    await page.get_by_role("button", name="Wieder trennen").click()
    await expect(toast).to_contain_text("Es sind wieder zwei.")
    await page.goto(other)
    await expect(page).to_have_url(other)


async def test_a_client_is_handed_everything_and_then_forgotten(page: Page, served: Served) -> None:
    await log_in(page, served)
    client = await add(page, served, name="Vreni Vergesslich", email="vreni@example.ch")
    await page.goto(f"{client}/export")
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="Datei herunterladen").click()
    assert (await waiting.value).suggested_filename.endswith(".zip")

    await page.goto(f"{client}/erase")
    await page.get_by_label("Zur Sicherheit den Namen eintippen").fill("Vreni")
    await page.get_by_role("button", name="Endgültig löschen").click()
    await expect(page.locator("#name-wrong")).to_contain_text("genau so")
    await page.get_by_label("Zur Sicherheit den Namen eintippen").fill("Vreni Vergesslich")
    await page.get_by_role("button", name="Endgültig löschen").click()
    await expect(page.get_by_role("status")).to_be_visible()
    await page.goto(f"{served.url}{CLIENTS}?q=Vergesslich")
    await expect(page.locator(".person").filter(has_text="Vergesslich")).to_have_count(0)


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
    await log_in(page, served)
    one = await add(page, served, name=f"Anna Wyss {scheme} {width}", phone="081 555 77 88")
    two = await add(page, served, name=f"Anna Wyss-Frei {scheme} {width}", email="")
    await choose(page, served, "zwei.csv", "Name;Mail\nÄnne;a@\nBea;b@example.ch\n".encode())
    assert await faults_of(page) == []
    for address in (
        f"{served.url}{CLIENTS}/import",
        f"{served.url}{CLIENTS}/export",
        f"{one}/merge?q=Anna",
        f"{one}/merge/{two.rsplit('/', 1)[1]}",
        f"{one}/export",
        f"{one}/erase",
    ):
        await page.goto(address)
        assert await faults_of(page) == []
    await context.close()
