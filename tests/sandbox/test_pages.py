"""The pages of SMS, Slack and webhooks: what was received is there to be read, and text is text."""

from collections.abc import AsyncIterator

import pytest

from tests.sandbox_process import CREDENTIALS, Sandbox, eventually, sandbox

ACCOUNT, TOKEN = CREDENTIALS["TWILIO_ACCOUNT_SID"], CREDENTIALS["TWILIO_AUTH_TOKEN"]
EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
async def outside() -> AsyncIterator[Sandbox]:
    async with sandbox(callback_delay=0.01) as found:
        await found.client.post(
            f"/twilio/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
            data={
                "To": "+491711234567",
                "From": "+15005550006",
                "Body": f"Bis morgen {EVIL}",
                "StatusCallback": f"{found.http_url}/webhook/status",
            },
            auth=(ACCOUNT, TOKEN),
        )
        await found.client.post("/slack", json={"text": f"Mail stands still {EVIL}"})
        for _ in range(2):
            await found.client.get("/heartbeat/night")
        await eventually(lambda: found.webhooks(q="MessageStatus=delivered"))
        yield found


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/sms", "Bis morgen"),
        ("/sms?q=bis", "Bis morgen"),
        ("/sms?q=nothing", "Nothing for"),
        ("/sms/1", "answered 200"),
        ("/slack", "Mail stands still"),
        ("/webhooks", "delivered"),
        ("/webhooks", "x-twilio-signature"),
        ("/faults", "Everything works"),
        ("/heartbeats", "heard 2 times"),
        ("/delete-all?what=heartbeats", "Delete 1 heartbeat?"),
        ("/delete-all?what=sms", "Delete 1 SMS?"),
        ("/delete-all?what=webhooks", "Delete 3 webhooks?"),
    ],
)
async def test_a_page_shows_what_came(outside: Sandbox, path: str, words: str) -> None:
    answer = await outside.client.get(path)
    assert answer.status_code == 200
    assert words in answer.text
    assert "<img src=x" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_what_is_not_there_says_so(outside: Sandbox) -> None:
    for path in ("/sms/99", "/delete-all?what=everything"):
        answer = await outside.client.get(path)
        assert answer.status_code == 404
        assert "not here" in answer.text


async def test_callbacks_are_repeated_by_a_button(outside: Sandbox) -> None:
    before = len(await outside.webhooks(name="status"))
    answer = await outside.client.post("/sms/1/callbacks", headers={"Origin": outside.http_url})
    assert answer.status_code == 303
    assert len(await outside.webhooks(name="status")) == before + 3


async def test_each_pile_is_deleted_by_itself() -> None:
    async with sandbox() as other:
        for path in ("/slack", "/webhook/a"):
            await other.client.post(path, json={"text": "x"})
        answer = await other.client.post(
            "/delete-all?what=slack", headers={"Origin": other.http_url}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/slack")
        assert await other.slack() == []
        assert len(await other.webhooks()) == 1
