"""Slack's and anybody's webhooks: taken, kept with their headers, and failing on request."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.sandbox_process import Sandbox, sandbox


@pytest.fixture(scope="module")
async def outside() -> AsyncIterator[Sandbox]:
    async with sandbox(keep=5) as found:
        yield found


@pytest.fixture(autouse=True)
async def _all_well(outside: Sandbox) -> AsyncIterator[None]:
    yield
    await outside.clear()
    for word in ("slack", "webhooks"):
        await outside.client.delete(f"/api/{word}")


async def test_a_webhook_is_kept_as_it_came(outside: Sandbox) -> None:
    body, headers = b'{"type": "booking.created"} \n', {"Webhook-Id": "msg_1"}
    answer = await outside.client.post("/webhook/salon/a", content=body, headers=headers)
    assert answer.status_code == 200
    [found] = await outside.webhooks(name="salon/a")
    assert found["body"] == body.decode()
    assert found["headers"]["webhook-id"] == "msg_1"
    assert await outside.webhooks(name="other") == []
    assert len(await outside.webhooks(q="msg_1")) == 1


async def test_slack_answers_as_slack_does(outside: Sandbox) -> None:
    for path in ("/slack", "/slack/services/T0/B0/x"):
        answer = await outside.client.post(path, json={"text": "Mail is going out again"})
        assert (answer.status_code, answer.text) == (200, "ok")
    for body, words in ((b"{", "invalid_payload"), (b"[]", "invalid_payload"), (b"{}", "no_text")):
        answer = await outside.client.post("/slack", content=body)
        assert (answer.status_code, answer.text) == (400, words)
    assert [each["name"] for each in await outside.slack()] == ["services/T0/B0/x", ""]
    assert await outside.webhooks() == []


@pytest.mark.parametrize(
    ("path", "fault", "status", "kept"),
    [
        ("/webhook/a", "gone", 410, 0),
        ("/webhook/a", "error_500", 500, 0),
        ("/webhook/a", "rate_limit", 429, 0),
        ("/webhook/a", "slow", 200, 1),
        ("/webhook/a", "drop", None, 1),
        ("/webhook/a", "refuse", None, 0),
        ("/slack", "rate_limit", 429, 0),
        ("/slack", "gone", 410, 0),
        ("/slack", "drop", None, 1),
    ],
)
async def test_a_receiver_fails_as_told(
    outside: Sandbox, path: str, fault: str, status: int | None, kept: int
) -> None:
    target = path.split("/")[1]
    more = {"seconds": 0.1} if fault in {"slow", "rate_limit"} else {}
    await outside.fault(target, fault, **more)
    if status is None:
        with pytest.raises(httpx.TransportError):
            await outside.client.post(path, json={"text": "x"})
    else:
        assert (await outside.client.post(path, json={"text": "x"})).status_code == status
    found = await (outside.slack() if target == "slack" else outside.webhooks())
    assert len(found) == kept


async def test_what_is_kept_is_bounded(outside: Sandbox) -> None:
    answer = await outside.client.post("/webhook/large", content=b"x" * 1_000_001)
    assert answer.status_code == 413
    for number in range(7):
        await outside.client.post("/webhook/many", json={"number": number})
    found = await outside.webhooks()
    assert [each["body"] for each in found] == [f'{{"number":{n}}}' for n in (6, 5, 4, 3, 2)]


async def test_heartbeats_are_counted_by_name(outside: Sandbox) -> None:
    for name in ("a", "b", "a"):
        assert (await outside.client.get(f"/heartbeat/{name}")).text == "OK"
    assert (await outside.client.post("/heartbeat/a")).status_code == 200
    assert await outside.heartbeats() == {"a": 3, "b": 1}
    assert (await outside.client.get(f"/heartbeat/{'x' * 101}")).status_code == 400
    await outside.fault("heartbeat", "error_500", times=1)
    assert (await outside.client.get("/heartbeat/a")).status_code == 500
    assert await outside.heartbeats() == {"a": 3, "b": 1}
    assert (await outside.client.delete("/api/heartbeats")).json() == {"deleted": 2}
    assert await outside.heartbeats() == {}
