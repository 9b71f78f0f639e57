"""A client reads the status page in a real browser: docs/stories/, "a client reads…"."""

import asyncio
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from openchair.platform.db.embedded import Cluster
from tests.accessible import faults_of
from tests.databases import clone_with_demo, drop
from tests.served import Served, house

OLENA = "olena.status@example.org"
SOON = 30_000

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def own_house(cluster: Cluster, run_folder: Path) -> Iterator[Served]:
    """Looked at every second; its web process is frozen by this story alone."""
    name = f"status_story_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    url = clone_with_demo(cluster, run_folder, name)
    settings = {
        "OPENCHAIR_WATCH_SECONDS": "1",
        "OPENCHAIR_STATUS_MAIL_AFTER_SECONDS": "0",
    }
    with house(home=run_folder / name, database_url=url, settings=settings) as found:
        deadline = time.monotonic() + 30
        while not (found.home / "status" / "index.html").exists():  # the first look writes it
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield found
    drop(cluster, name)


def page_of(served: Served) -> str:
    return f"http://127.0.0.1:{served.port + 4}"


def web_process(served: Served) -> int:
    children = psutil.Process(served.process.pid).children()
    return next(each.pid for each in children if "openchair.main" in each.cmdline())


async def mails(served: Served, *, least: int) -> list[str]:
    """The texts of Olena's mails, the newest first, once there are so many."""
    async with httpx.AsyncClient(timeout=30) as client:
        for _ in range(300):
            answer = await client.get(f"{served.mailbox_url}/api/mails", params={"to": OLENA})
            found = answer.json()["mails"]
            if len(found) >= least:
                urls = [f"{served.mailbox_url}/api/mails/{each['id']}" for each in found]
                return [(await client.get(url)).json()["text"] for url in urls]
            await asyncio.sleep(0.1)
    pytest.fail(f"{least} mails did not arrive")


@pytest.fixture
def telling(own_house: Served) -> Iterator[None]:
    """What the watcher wrote, for whoever reads why a story failed."""
    yield
    for each in (
        *(own_house.home / "status").glob("*.json"),
        own_house.home / "logs" / "watch.log",
    ):
        if each.exists():
            print(f"{each.name}: {each.read_text()[-4000:]}")  # noqa: T201


async def until_it_tells(served: Served) -> None:
    """Wait until the page says that something does not work."""
    async with httpx.AsyncClient(timeout=30) as client:
        for _ in range(300):
            if "major_outage" in (await client.get(f"{page_of(served)}/status.json")).text:
                return
            await asyncio.sleep(0.1)
    pytest.fail("the page tells of no outage")


@pytest.mark.usefixtures("telling")
async def test_olena_reads_what_is_going_on_and_hears_when_it_is_over(
    page: Page, own_house: Served
) -> None:
    await page.goto(f"{page_of(own_house)}/uk/index.html")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Усе працює", timeout=SOON)
    await page.get_by_label("Ваша адреса пошти").fill(OLENA)
    await page.get_by_role("button", name="Повідомляти листом").click()
    await expect(page.get_by_role("status")).to_contain_text(OLENA)
    [mail] = await mails(own_house, least=1)
    confirm = re.search(r"http\S+/status/confirm/\S+", mail)
    assert confirm is not None
    await page.goto(confirm[0])
    await page.get_by_role("button", name="Так, повідомляйте").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ми повідомимо Вас")

    frozen = web_process(own_house)
    os.kill(frozen, signal.SIGSTOP)
    try:
        await until_it_tells(own_house)
        await page.goto(f"{page_of(own_house)}/uk/index.html")
        heading = page.get_by_role("heading", level=1)
        await expect(heading).to_have_text("Онлайн-запис зараз не працює", timeout=SOON)
        await expect(page.get_by_text("Нічого не втрачено").first).to_be_visible()
        await expect(page.get_by_label("Ваша адреса пошти")).to_have_count(0)
        assert await faults_of(page) == []
        assert "Онлайн-запис не працює" in (await mails(own_house, least=2))[0].capitalize()
    finally:
        os.kill(frozen, signal.SIGCONT)
    await expect(heading).to_have_text("Усе працює", timeout=SOON)
    over = (await mails(own_house, least=3))[0]
    assert "ЗНОВУ ПРАЦЮЄ" in over
    assert "/status/unsubscribe/" in over

    await page.get_by_role("link", name="Історія").click()
    await page.get_by_role("link", name="Онлайн-запис не працював").first.click()
    await expect(page.get_by_text("Знову працює з")).to_be_visible()
    assert await faults_of(page) == []


async def test_it_needs_no_scripts(browser: Browser, own_house: Served) -> None:
    context = await browser.new_context(
        viewport=ViewportSize(width=390, height=844), java_script_enabled=False
    )
    page = await context.new_page()
    await page.goto(page_of(own_house))
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await expect(page.get_by_text("UTC").first).to_be_visible()
    await page.get_by_role("link", name="DE").click()
    await expect(page.get_by_role("heading", name="Online buchen", exact=True)).to_be_visible()
    await context.close()


async def test_a_page_that_nobody_writes_says_that_it_may_be_old(
    page: Page, own_house: Served
) -> None:
    await page.clock.install()
    await page.goto(f"{page_of(own_house)}/en/index.html")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await expect(page.locator("#old")).to_be_hidden()
    await page.route("**/stamp.json", lambda route: route.abort())
    await page.clock.fast_forward(120_000)
    await expect(page.locator("#old")).to_be_visible()
