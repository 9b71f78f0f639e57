"""Drills 24 and 26: the same webhook fifty times at once, and signatures that are forged or old.

Real web processes over sockets, real workers, a client address that a trusted proxy names.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import httpx
import orjson
import pytest

from openchair.webhooks.standard import key_of, new_secret, signed_headers
from tests.api.web_process import WebProcess, web_process
from tests.drills.scene import Scene

SECRET = new_secret()
DOOR = "/api/email-webhook"
ATTACKER, PROVIDER = "203.0.113.66", "203.0.113.7"


@pytest.fixture
async def doors(
    scene: Scene, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[WebProcess]]:
    """Two web processes over the scene's database, behind a proxy on this machine."""
    monkeypatch.setenv("EMAIL_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("OPENCHAIR_TRUSTED_PROXIES", "127.0.0.1")
    with ExitStack() as ending:
        yield [
            ending.enter_context(web_process(database_url=database_url, folder=tmp_path))
            for _ in range(2)
        ]


def signed(name: str, body: bytes, *, age: int = 0) -> Mapping[str, str]:
    return signed_headers(
        [key_of(SECRET)], message_id=name, timestamp=int(time.time()) - age, body=body
    )


async def test_24_the_same_webhook_fifty_times_at_once_is_taken_once(
    scene: Scene, doors: list[WebProcess]
) -> None:
    await scene.start()
    await scene.start()
    (message,) = await scene.put()
    sent = await scene.becomes(message, "sent")
    body = orjson.dumps({"type": "email.delivered", "data": {"message_id": sent["message_id"]}})
    headers = {**signed("msg_drill", body), "X-Forwarded-For": PROVIDER}
    async with httpx.AsyncClient(timeout=30) as client:
        answers = await asyncio.gather(
            *(
                client.post(f"{doors[number % 2].url}{DOOR}", content=body, headers=headers)
                for number in range(50)
            )
        )
    assert Counter(each.status_code for each in answers) == {204: 50}

    async def handled() -> bool:
        status = await scene.value("SELECT status FROM webhook_events")
        return bool(status == "processed")

    await scene.until(handled)
    assert await scene.value("SELECT count(*) FROM webhook_events") == 1
    assert await scene.value("SELECT duplicates FROM webhook_events") == 49
    assert (await scene.row(message))["delivery_status"] == "delivered"
    assert len(scene.said("told of a mail")) == 1
    await scene.prove()


async def test_26_forged_and_old_signatures_are_refused_and_the_address_is_blocked(
    scene: Scene, doors: list[WebProcess]
) -> None:
    body = orjson.dumps({"type": "email.bounced", "data": {"message_id": "<a@example.org>"}})
    forged = {**signed("msg_1", body), "webhook-signature": "v1,Zm9yZ2VkZm9yZ2Vk"}
    old = signed("msg_2", body, age=600)
    attacks = [forged, old, forged, old, forged]
    async with httpx.AsyncClient(timeout=30) as client:

        async def send(
            headers: Mapping[str, str], *, address: str, door: WebProcess, path: str = DOOR
        ) -> int:
            answer = await client.post(
                f"{door.url}{path}",
                content=body,
                headers={**headers, "X-Forwarded-For": address},
            )
            if answer.status_code != 204:
                assert answer.headers["content-type"] == "application/problem+json"
            return answer.status_code

        refused = [
            await send(headers, address=ATTACKER, door=doors[number % 2])
            for number, headers in enumerate(attacks)
        ]
        assert refused == [400] * 5
        await scene.happens("webhook.signature_failures")

        async def locked_out() -> bool:
            fine = signed("msg_3", body)
            return {await send(fine, address=ATTACKER, door=door) for door in doors} == {403}

        await scene.until(locked_out, seconds=10, every=0.5)
        elsewhere = await client.get(
            f"{doors[0].url}/api/v1/salons", headers={"X-Forwarded-For": ATTACKER}
        )
        assert elsewhere.status_code == 403
        assert await send(signed("msg_4", body), address=PROVIDER, door=doors[0]) == 204
    assert await scene.value("SELECT address FROM ip_blocks") == ATTACKER
    left = await scene.value("SELECT extract(epoch FROM expires_at - now()) FROM ip_blocks")
    assert 3000 < float(left) <= 3600
    acts = "SELECT count(*) FROM audit_logs WHERE action = 'ip.block' AND resource_id = :address"
    assert await scene.value(acts, address=ATTACKER) == 1
    stored = "SELECT count(*) FROM webhook_events WHERE provider_event_id IN ('msg_1', 'msg_2')"
    assert await scene.value(stored) == 0
