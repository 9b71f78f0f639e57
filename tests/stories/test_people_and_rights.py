"""Who gets in and how far, in a real browser: docs/stories/people-and-rights.md."""

import re
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pyotp
import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.accessible import faults_of
from tests.served import Served

SALON = "/console/schnittwerk"
PASSWORD = "ein kurzer satz genügt"

pytestmark = pytest.mark.story


def at(served: Served, path: str) -> str:
    """At the name that passkeys are made for, and not at the number."""
    return f"http://localhost:{served.port}{path}"


async def log_in(page: Page, served: Served, email: str, password: str) -> None:
    await page.goto(at(served, "/console/log-in?language=de"))
    await page.get_by_label("E-Mail").fill(email)
    await page.get_by_label("Passwort").fill(password)
    await page.get_by_role("button", name="Anmelden", exact=True).click()
    await expect(page).not_to_have_url(re.compile("/console/log-in"))


async def log_out(page: Page) -> None:
    await page.get_by_role("button", name="Abmelden", exact=True).first.click()
    await expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()


def code_of(page_secret: str) -> str:
    return pyotp.TOTP(page_secret.replace(" ", "")).now()


async def invited(page: Page, served: Served, *, role: str) -> tuple[str, str]:
    """The owner invites somebody; the address, and the link of the mail."""
    email = f"ruth-{uuid4().hex[:8]}@neu.example"
    await log_in(page, served, "owner@schnittwerk.example", "demo-owner-schnittwerk")
    await page.goto(at(served, f"{SALON}/salon/people"))
    await page.get_by_role("link", name="Jemanden einladen").first.click()
    await page.get_by_label("E-Mail").fill(email)
    await page.get_by_label(re.compile(f"^{role}")).check()
    await page.get_by_role("button", name="Einladung senden").click()
    await expect(page.get_by_role("status")).to_contain_text("Die Einladung ist unterwegs.")
    await log_out(page)
    return email, await link_in_mail_to(page, served, email)


async def link_in_mail_to(page: Page, served: Served, email: str) -> str:
    async with httpx.AsyncClient(base_url=served.mailbox_url) as mailbox:
        for _ in range(100):
            if mails := (await mailbox.get("/api/mails", params={"to": email})).json()["mails"]:
                whole = (await mailbox.get(f"/api/mails/{mails[0]['id']}")).text
                link = re.search(r"/console/invitation/[\w-]+", whole)
                assert link is not None
                return link.group()
            await page.wait_for_timeout(100)
    pytest.fail(f"no mail came to {email}")


async def newcomer(page: Page, served: Served, *, role: str) -> str:
    """Somebody new, invited, joined and logged in; the address."""
    email, link = await invited(page, served, role=role)
    await page.goto(at(served, f"{link}?language=de"))
    await expect(page.get_by_role("heading")).to_have_text(re.compile("Komm ins Team von"))
    await page.get_by_label("Dein Name").fill("Ruth Neuling")
    await page.get_by_label("Wähle ein Passwort").fill(PASSWORD)
    await page.get_by_role("button", name="Beitreten").click()
    await expect(page).to_have_url(re.compile(f"{SALON}/calendar"))
    return email


async def test_a_receptionist_is_invited_and_joins(page: Page, served: Served) -> None:
    email, link = await invited(page, served, role="Empfang")
    await page.goto(at(served, f"{link}?language=de"))
    await page.get_by_label("Dein Name").fill("Ruth Neuling")
    await page.get_by_label("Wähle ein Passwort").fill("kurz")
    await page.get_by_role("button", name="Beitreten").click()
    await expect(page.locator("#password-wrong")).to_contain_text("mindestens 12 Zeichen")
    await expect(page.get_by_label("Dein Name")).to_have_value("Ruth Neuling")
    await page.get_by_label("Wähle ein Passwort").fill(PASSWORD)
    await page.get_by_role("button", name="Beitreten").click()
    await expect(page).to_have_url(re.compile(f"{SALON}/calendar"))
    answer = await page.goto(at(served, f"{SALON}/salon"))
    assert answer is not None
    assert answer.status == 403
    await page.goto(at(served, link))
    await expect(page.get_by_text("Diese Einladung wurde schon angenommen")).to_be_visible()
    assert email


async def test_a_second_factor_is_set_up_and_asked_for(page: Page, served: Served) -> None:
    email = await newcomer(page, served, role="Empfang")
    await page.goto(at(served, "/console/account"))
    await page.get_by_role("link", name="Einrichten").click()
    secret = await page.locator("code.secret").inner_text()
    await page.get_by_role("textbox", name="Code").fill(code_of(secret))
    await page.get_by_role("button", name="Bestätigen").click()
    codes = (await page.locator(".recovery-codes").inner_text()).split()
    assert len(codes) == 10
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Herunterladen").click()
    file = await (await downloading.value).path()
    assert codes[3] in file.read_text(encoding="utf-8")
    await page.get_by_role("link", name="Ich habe sie aufbewahrt").click()
    await expect(page.get_by_text("Noch 10 Notfallcodes sind übrig.")).to_be_visible()
    await log_out(page)

    await log_in(page, served, email, PASSWORD)
    await expect(page.get_by_role("heading", name="Zweiter Faktor")).to_be_visible()
    await page.goto(at(served, f"{SALON}/calendar"))
    await expect(page.get_by_role("heading", name="Zweiter Faktor")).to_be_visible()
    await page.get_by_role("textbox", name="Code").fill("000000")
    await page.get_by_role("button", name="Weiter").click()
    await expect(page.get_by_role("alert")).to_contain_text("Dieser Code passt nicht")
    await page.get_by_role("textbox", name="Code").fill(codes[0].upper())
    await page.get_by_role("button", name="Weiter").click()
    await expect(page).to_have_url(re.compile(f"{SALON}/calendar"))


async def with_a_device(context: BrowserContext, page: Page) -> None:
    """Chromium pretends to be a phone that opens by finger."""
    protocol = await context.new_cdp_session(page)
    await protocol.send("WebAuthn.enable")
    await protocol.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


async def test_a_passkey_logs_in_without_a_password(page: Page, served: Served) -> None:
    email = await newcomer(page, served, role="Empfang")
    await with_a_device(page.context, page)
    await page.goto(at(served, "/console/account"))
    await page.get_by_label("Name des neuen Passkeys").fill("Mein Handy")
    await page.get_by_role("button", name="Passkey anlegen").click()
    await expect(page.get_by_role("status")).to_contain_text("Der Passkey ist bereit.")
    await expect(page.locator(".lines-list").first).to_contain_text("Mein Handy")
    await log_out(page)

    await page.get_by_role("button", name="Mit Passkey anmelden").click()
    await expect(page).to_have_url(re.compile(f"{SALON}/calendar"))
    await page.goto(at(served, "/console/account"))
    await expect(page.get_by_text(f"Du meldest dich als {email} an.")).to_be_visible()

    await page.get_by_role("link", name="Einrichten").click()
    secret = await page.locator("code.secret").inner_text()
    await page.get_by_role("textbox", name="Code").fill(code_of(secret))
    await page.get_by_role("button", name="Bestätigen").click()
    await page.get_by_role("link", name="Ich habe sie aufbewahrt").click()
    await log_out(page)
    await log_in(page, served, email, PASSWORD)
    await page.get_by_role("button", name="Passkey verwenden").click()
    await expect(page).to_have_url(re.compile(f"{SALON}/calendar"))


async def test_a_stylist_reaches_what_is_their_own(page: Page, served: Served) -> None:
    await log_in(page, served, "staff@schnittwerk.example", "demo-staff-schnittwerk")
    await expect(page).to_have_url(re.compile(f"{SALON}/calendar"))
    for closed in ("/salon", "/salon/people", "/salon/services", "/messages", "/budget"):
        answer = await page.goto(at(served, f"{SALON}{closed}"))
        assert answer is not None
        assert answer.status == 403, closed
        await expect(page.get_by_role("link", name="Zur Konsole")).to_be_visible()
    reports = await page.goto(at(served, f"{SALON}/reports"))
    assert reports is not None
    assert reports.status == 200, "their own takings"
    neighbour = await page.goto(at(served, "/console/mariia/calendar"))
    assert neighbour is not None
    assert neighbour.status == 404


async def test_a_lost_phone_is_logged_out(browser: Browser, page: Page, served: Served) -> None:
    email = await newcomer(page, served, role="Empfang")
    phone = await browser.new_context(
        locale="de-CH",
        user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15"
        " (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
    )
    lost = await phone.new_page()
    await log_in(lost, served, email, PASSWORD)
    await expect(lost).to_have_url(re.compile(f"{SALON}/calendar"))
    await page.goto(at(served, "/console/account"))
    devices = page.locator("#devices ~ ul.lines-list > li")
    await expect(devices.filter(has_text="dieses Gerät")).to_have_count(1)
    await devices.filter(has_text="Safari auf iPhone").get_by_role("button").click()
    await expect(page.get_by_role("status")).to_contain_text("Das Gerät ist abgemeldet.")
    await lost.goto(at(served, f"{SALON}/calendar"))
    assert urlsplit(lost.url).path == "/console/log-in"
    await phone.close()


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
    email, link = await invited(page, served, role="Leitung")
    await page.goto(at(served, link))
    assert await faults_of(page) == []
    await log_in(page, served, "owner@schnittwerk.example", "demo-owner-schnittwerk")
    people = f"{SALON}/salon/people"
    await page.goto(at(served, people))
    person = await page.locator(".people-name a").last.get_attribute("href")
    revoke = await page.locator("a[href$='/revoke']").first.get_attribute("href")
    for address in (
        people,
        f"{people}/invite",
        f"{people}/history",
        str(person),
        f"{person}/remove",
        str(revoke),
        "/console/account",
        "/console/account/second-factor/set-up",
        "/console/invitation/nothing",
    ):
        await page.goto(at(served, address))
        assert await faults_of(page) == []
    await context.close()
    assert email
