"""Every page there is, as both demo salons have it: no axe violation, none wider than its screen.

The pages of the console come from its routes, so a new page is looked at without a line here; one
whose thing the demo does not have is not in the list. With `PICTURES=folder` each is photographed
(docs/pictures/pages is made so).
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from playwright.async_api import Browser, Page, ViewportSize

from openchair.web.console.routes import router
from tests.accessible import faults_of
from tests.browser import DESK, PHONE
from tests.served import Served
from tests.web.routes import doors

PICTURES = os.environ.get("PICTURES", "")
SALONS = {"schnittwerk": "de", "mariia-hub": "pl"}
NO_PAGE = re.compile(
    r"\.(csv|webp|png|js|webmanifest)$|/(live|board|find|drawer|export|preview|walk-in|cause|photos/.*)$"
    r"|^/console/(log-in|second-factor|invitation|account/second-factor/.*)|\{rest"
)
"""Files, pieces of pages and the ways in, which have stories of their own."""

THINGS = {
    "visit": "SELECT id FROM bookings WHERE salon_id = $1 AND status = 'confirmed'"
    " ORDER BY appointment_date DESC LIMIT 1",
    "client": "SELECT id FROM customers WHERE salon_id = $1 AND kind = 'person'"
    " ORDER BY created_at, id LIMIT 1",
    "other": "SELECT id FROM customers WHERE salon_id = $1 AND kind = 'person'"
    " ORDER BY created_at, id OFFSET 1 LIMIT 1",
    "form": "SELECT id FROM consultation_forms WHERE salon_id = $1 LIMIT 1",
    "message": "SELECT id FROM notifications WHERE salon_id = $1 LIMIT 1",
    "person": "SELECT user_id FROM memberships WHERE salon_id = $1 AND role = 'staff' LIMIT 1",
    "category": "SELECT id FROM service_categories WHERE salon_id = $1 LIMIT 1",
    "service": "SELECT id FROM services WHERE salon_id = $1 AND kind = 'service' LIMIT 1",
    "stylist": "SELECT id FROM staff WHERE salon_id = $1 AND active LIMIT 1",
    "endpoint": "SELECT id FROM webhook_endpoints WHERE salon_id = $1 LIMIT 1",
    "entry": "SELECT id FROM waitlist_entries WHERE salon_id = $1 LIMIT 1",
}
PUBLIC = ("", "/book", "/book/staff?service={service}", "/book/time?service={service}&staff=any")

pytestmark = pytest.mark.story


def a_working_day() -> date:
    """Next week's Tuesday, on which both salons are open."""
    today = datetime.now(UTC).date()
    return today + timedelta(days=8 - today.weekday())


def addresses(salon: str, things: dict[str, UUID]) -> Iterator[tuple[str, str]]:
    """Name and path of every page."""
    for door in doors(router.routes):
        names = re.findall(r"\{(\w+):uuid\}", door.path)
        if door.method != "GET" or NO_PAGE.search(door.path) or not set(names) <= things.keys():
            continue
        path = re.sub(r"\{(\w+):uuid\}", lambda found: str(things[found[1]]), door.path)
        plain = re.sub(r"\{(\w+)(:\w+)?\}", r"\1", door.path).removeprefix("/console/")
        name = plain.removeprefix("salon/").replace("/", "-")
        day = f"?date={a_working_day()}" if name in {"calendar", "day"} else ""
        yield name, path.replace("{salon}", salon) + day
    for number, rest in enumerate(PUBLIC):
        path = rest.format(service=things["service"])
        yield f"public-{number}", f"/{salon}/{SALONS[salon]}{path}"


async def things_of(served: Served, salon: str) -> dict[str, UUID]:
    """One of each kind that the demo has."""
    connection = await asyncpg.connect(served.database_url)
    try:
        salon_id = await connection.fetchval("SELECT id FROM salons WHERE slug = $1", salon)
        found = {
            name: await connection.fetchval(statement, salon_id)
            for name, statement in THINGS.items()
        }
    finally:
        await connection.close()
    return {name: thing for name, thing in found.items() if thing is not None}


async def log_in(page: Page, served: Served, salon: str) -> None:
    await page.goto(f"{served.url}/console/log-in?language=en")
    await page.get_by_label("E-mail").fill(f"owner@{salon}.example")
    await page.get_by_label("Password", exact=True).fill(f"demo-owner-{salon}")
    await page.get_by_role("button", name="Log in", exact=True).click()
    await page.wait_for_url("**/calendar**")


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("salon", "screen", "scheme"),
    [
        ("schnittwerk", DESK, "light"),
        ("schnittwerk", PHONE, "dark"),
        ("mariia-hub", PHONE, "light"),
    ],
    ids=["schnittwerk-desk-light", "schnittwerk-phone-dark", "mariia-hub-phone-light"],
)
async def test_no_page_is_inaccessible_or_wider_than_its_screen(
    browser: Browser, served: Served, salon: str, screen: ViewportSize, scheme: str
) -> None:
    context = await browser.new_context(
        viewport=screen,
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,  # axe is put into the page
        reduced_motion="reduce",
        service_workers="block",
    )
    page = await context.new_page()
    await log_in(page, served, salon)
    wrong, seen = [], 0
    for name, path in addresses(salon, await things_of(served, salon)):
        answer = await page.goto(served.url + path)
        assert answer is not None
        if answer.status != 200:
            wrong.append(f"{name}: {answer.status}")
            continue
        seen += 1
        if name == "calendar":
            await page.locator(".cal-visit").first.wait_for(state="attached")
        if PICTURES:
            await photograph(page, f"{salon}-{screen['width']}-{name}")
        wrong += [f"{name}: {fault}" for fault in await faults_of(page)]
    await context.close()
    assert not wrong, "; ".join(wrong)
    assert seen > 50


async def photograph(page: Page, name: str) -> None:
    await page.screenshot(path=f"{PICTURES}/{name}.jpg", type="jpeg", quality=60)
