"""The owner's own changes, in a real browser: docs/stories/house-is-looked-after.md."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from tests.served import Served

ZURICH = ZoneInfo("Europe/Zurich")
OWNER = ("owner@schnittwerk.example", "demo-owner-schnittwerk")
STAFF = ("staff@schnittwerk.example", "demo-staff-schnittwerk")
CONSOLE = "/console/schnittwerk"

pytestmark = pytest.mark.story


async def log_in(page: Page, served: Served, who: tuple[str, str] = OWNER) -> None:
    await page.goto(f"{served.url}/console/log-in?language=de")
    await page.get_by_label("E-Mail").fill(who[0])
    await page.get_by_label("Passwort").fill(who[1])
    await page.get_by_role("button", name="Anmelden", exact=True).click()
    await expect(page.get_by_role("navigation", name="Konsole").first).to_be_attached()


def in_weeks(weeks: int) -> date:
    """A Wednesday."""
    today = datetime.now(ZURICH).date()
    return today - timedelta(days=today.weekday() - 2) + timedelta(weeks=weeks)


async def test_a_new_stylist_is_booked_as_soon_as_the_week_is_saved(
    page: Page, served: Served
) -> None:
    await log_in(page, served)
    await page.goto(f"{served.url}{CONSOLE}/salon/team/new")
    await page.get_by_label("Name", exact=True).fill("Nadja Neu")
    await page.get_by_label("Schnitt Herren", exact=True).check()
    await page.get_by_role("button", name="Speichern").click()
    await expect(page.get_by_role("status")).to_contain_text("Nadja Neu ist im Team.")
    await page.get_by_label("Mittwoch, 1, von").fill("10:00")
    await page.get_by_label("Mittwoch, 1, bis").fill("12:00")
    await page.get_by_role("button", name="Woche speichern").click()
    await expect(page.get_by_role("status")).to_contain_text("Gespeichert.")

    await page.goto(f"{served.url}/schnittwerk/de/book")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.goto(f"{served.url}/schnittwerk/de")
    await expect(page.get_by_text("Nadja Neu").first).to_be_visible()

    await page.goto(f"{served.url}{CONSOLE}/salon/team")
    row = page.locator(".stylist-row", has_text="Nadja Neu")
    await row.get_by_role("button", name="Verbergen").click()
    await expect(page.get_by_role("status")).to_contain_text("Nadja Neu ist nicht mehr buchbar.")
    await page.goto(f"{served.url}/schnittwerk/de")
    await expect(page.get_by_text("Nadja Neu")).to_have_count(0)


async def test_a_day_off_is_asked_for_and_granted(page: Page, served: Served) -> None:
    day = in_weeks(9).isoformat()
    await log_in(page, served, STAFF)
    await page.goto(f"{served.url}{CONSOLE}/time-off")
    await page.get_by_label("Erster Tag").fill(day)
    await page.get_by_label("Letzter Tag").fill(day)
    await page.get_by_label("Grund").fill("Zahnarzt")
    await page.get_by_role("button", name="Beantragen").click()
    await expect(page.get_by_role("status")).to_contain_text("Es zählt, sobald es bewilligt ist.")
    await expect(page.get_by_role("button", name="Bewilligen")).to_have_count(0)

    await page.context.clear_cookies()
    await log_in(page, served)
    await page.goto(f"{served.url}{CONSOLE}/time-off")
    row = page.locator(".line-list li", has_text="Zahnarzt")
    await expect(row.locator(".badge")).to_have_text("Beantragt")
    await row.get_by_role("button", name="Bewilligen").click()
    await expect(row.locator(".badge")).to_have_text("Bewilligt")
    await page.get_by_role("status").get_by_role("button", name="Rückgängig").click()
    await expect(row.locator(".badge")).to_have_text("Beantragt")


async def test_policies_say_what_they_mean_before_they_count(page: Page, served: Served) -> None:
    await log_in(page, served)
    await page.goto(f"{served.url}{CONSOLE}/salon/policies")
    await page.get_by_label("Absagen bis vor dem Termin").first.fill("36")
    await page.get_by_role("button", name="Zeigen, was das heisst").click()
    await expect(page.get_by_text("Absagen ist bis 36 Stunden vorher möglich.")).to_be_visible()
    await page.get_by_role("button", name="Speichern").click()
    toast = page.get_by_role("status")
    await expect(toast).to_contain_text("Gespeichert.")
    await toast.get_by_role("button", name="Rückgängig").click()
    await expect(page.get_by_text("Absagen ist bis 24 Stunden vorher möglich.")).to_be_visible()


@contextmanager
def own_site(served: Served) -> Iterator[str]:
    """A salon's own website with the one line in it, on a host of its own."""
    line = f'<script src="{served.url}/widget.js" data-salon="schnittwerk" async></script>'
    body = (
        f'<!doctype html><html lang="de"><title>Mein Salon</title><h1>Mein Salon</h1>{line}</html>'
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Tests print enough."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def test_the_wizard_stands_on_the_salons_own_site(page: Page, served: Served) -> None:
    with own_site(served) as site:
        await page.goto(site)
        frame = page.frame_locator("iframe")
        await expect(page.locator("iframe")).to_have_attribute("title", "Mein Salon")
        await expect(frame.get_by_role("heading", level=1)).to_have_count(0)

        await log_in(page, served)
        await page.goto(f"{served.url}{CONSOLE}/salon/website")
        await page.get_by_label("Websites, die die Buchung zeigen dürfen").fill(f"{site}/")
        await page.get_by_role("button", name="Speichern").click()
        await expect(page.get_by_role("status")).to_contain_text("Gespeichert.")

        await page.goto(site)
        await expect(frame.get_by_role("heading", level=1)).to_be_visible()
        await expect(frame.locator("header.top")).to_be_hidden()
        box = await page.locator("iframe").bounding_box()
        assert box is not None
        assert box["height"] > 700
        await page.goto(f"{served.url}{CONSOLE}/salon/website")
        await page.get_by_label("Websites, die die Buchung zeigen dürfen").fill("nonsense")
        await page.get_by_role("button", name="Speichern").click()
        field = page.get_by_label("Websites, die die Buchung zeigen dürfen")
        await expect(field).to_have_value("nonsense")
        await field.fill("")
        await page.get_by_role("button", name="Speichern").click()
        await expect(page.get_by_role("status")).to_contain_text("Gespeichert.")


KEPT = """async (words) => {
    const days = await caches.open("openchair-day");
    for (;;) {
        const kept = await days.match("/console/day-seen-last");
        if (kept && (await kept.text()).includes(words)) return;
        await new Promise((ready) => setTimeout(ready, 100));
    }
}"""
"""Waits until the page for when there is no network holds these words."""


async def test_without_a_network_the_day_seen_last_can_be_read(page: Page, served: Served) -> None:
    await log_in(page, served)
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    day = in_weeks(1)
    await page.goto(f"{served.url}{CONSOLE}/day?date={day}")
    names = await page.locator(".row-name a").all_inner_texts()
    assert names
    await expect(page.locator(".row-actions").first).to_be_visible()
    async with asyncio.timeout(20):
        await page.evaluate(KEPT, await page.locator("h1").inner_text())
    await page.context.set_offline(True)
    await page.goto(f"{served.url}{CONSOLE}/clients")
    await expect(page.locator(".offline-note")).to_contain_text("Du bist offline.")
    assert await page.locator(".row-name a").all_inner_texts() == names
    await expect(page.locator(".row-actions").first).to_be_hidden()

    await page.context.set_offline(False)
    await page.goto(f"{served.url}{CONSOLE}/day?date={day}")
    await expect(page.locator(".offline-note")).to_be_hidden()
    await page.get_by_role("button", name="Abmelden").click()
    await expect(page.get_by_role("button", name="Anmelden", exact=True)).to_be_visible()
    assert await page.evaluate("caches.has('openchair-day')") is False
