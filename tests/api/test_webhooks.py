"""The doors for other services, and the one that sets a stored webhook going again."""

import asyncio
import hashlib
import hmac
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping

import orjson
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text

from openchair.identity.audit.record import SYSTEM
from openchair.identity.ip_blocks import gate
from openchair.identity.ip_blocks.queries import active_blocks
from openchair.identity.tokens.issue import issue_token
from openchair.main import create_app
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import forget
from openchair.webhooks.standard import key_of, new_secret, signed_headers

SECRET = new_secret()
BODY = orjson.dumps({"type": "email.bounced", "data": {"message_id": "<a@b>"}})
STRANGER = "203.0.113.9"


@pytest.fixture
def door(database: Database, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    monkeypatch.setenv("EMAIL_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("OPENCHAIR_TRUSTED_PROXIES", "127.0.0.1")
    monkeypatch.setattr(gate, "FRESH_SECONDS", 0.0)
    forget()
    return create_app(database=database)


@pytest.fixture
async def provider(door: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(
        transport=ASGITransport(door),
        base_url="http://testserver",
        headers={"X-Forwarded-For": STRANGER},
    ) as client:
        yield client
    forget()


def signed(name: str = "msg_1", *, body: bytes = BODY, age: int = 0) -> Mapping[str, str]:
    return signed_headers(
        [key_of(SECRET)], message_id=name, timestamp=int(time.time()) - age, body=body
    )


async def send(
    provider: AsyncClient,
    name: str = "msg_1",
    *,
    body: bytes = BODY,
    path: str = "/api/email-webhook",
    headers: Mapping[str, str] | None = None,
) -> Response:
    every = {**signed(name, body=body), **(headers or {})}
    return await provider.post(path, content=body, headers=every)


async def rows(database: Database, what: str = "*") -> list[tuple[object, ...]]:
    async with database.transaction() as session:
        found = await session.execute(
            text(f"SELECT {what} FROM webhook_events ORDER BY id")  # noqa: S608 - our own words
        )
        return [tuple(row) for row in found]


@pytest.mark.parametrize("path", ["/api/email-webhook", "/.netlify/functions/email-webhook"])
async def test_a_signed_webhook_is_stored_before_the_answer(
    provider: AsyncClient, database: Database, path: str
) -> None:
    answer = await send(provider, path=path, headers={"X-Correlation-Id": "from-the-provider"})
    assert (answer.status_code, answer.content) == (204, b"")
    wanted = "source, provider_event_id, event_type, status, correlation_id"
    assert await rows(database, wanted) == [
        ("email", "msg_1", "email.bounced", "received", "from-the-provider")
    ]


async def test_fifty_at_once_are_one_event(provider: AsyncClient, database: Database) -> None:
    answers = await asyncio.gather(*(send(provider) for _ in range(50)))
    assert {each.status_code for each in answers} == {204}
    assert await rows(database, "duplicates") == [(49,)]


@pytest.mark.parametrize("age", [600, 301, -600])
async def test_an_old_or_future_signature_is_refused(
    provider: AsyncClient, database: Database, age: int
) -> None:
    answer = await provider.post("/api/email-webhook", content=BODY, headers=signed(age=age))
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "signature_invalid"
    assert await rows(database) == []


async def test_the_raw_body_is_what_is_signed(provider: AsyncClient, database: Database) -> None:
    spaced = BODY.replace(b":", b": ")
    answer = await provider.post("/api/email-webhook", content=spaced, headers=signed())
    assert answer.status_code == 400
    assert await rows(database) == []
    assert (await send(provider, body=spaced)).status_code == 204


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"type": 1}', b"{}", b'{"type": "a\\u0000"}'])
async def test_signed_nonsense_is_refused_without_blame(
    provider: AsyncClient, database: Database, body: bytes
) -> None:
    for number in range(8):
        answer = await send(provider, f"msg_{number}", body=body)
        assert answer.status_code == 400
        assert answer.json()["code"] != "signature_invalid"
    assert await rows(database) == []
    assert (await send(provider)).status_code == 204


async def test_a_body_that_is_too_large_is_not_read(provider: AsyncClient) -> None:
    assert (await send(provider, body=b'{"a": "' + b"x" * 70_000 + b'"}')).status_code == 413


async def test_a_door_without_a_secret_is_closed(
    provider: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EMAIL_WEBHOOK_SECRET")
    forget()
    answer = await send(provider)
    assert (answer.status_code, answer.json()["code"]) == (503, "webhook_not_configured")


async def test_who_forges_again_and_again_is_blocked_for_an_hour(
    provider: AsyncClient, database: Database
) -> None:
    forged = {**signed(), "webhook-signature": "v1,Zm9yZ2Vk"}
    statuses = [
        (await provider.post("/api/email-webhook", content=BODY, headers=forged)).status_code
        for _ in range(8)
    ]
    assert statuses == [400] * 5 + [403] * 3
    refused = await send(provider)
    assert (refused.status_code, refused.json()["code"]) == (403, "address_blocked")
    other = await send(provider, headers={"X-Forwarded-For": "203.0.113.10"})
    assert other.status_code == 204
    async with database.transaction() as session:
        assert STRANGER in await active_blocks(session)
        told = await session.execute(
            text("SELECT payload->>'address' FROM events WHERE name = 'webhook.signature_failures'")
        )
        assert told.scalars().all() == [STRANGER]
        left = await session.scalar(
            text("SELECT extract(epoch FROM expires_at - now()) FROM ip_blocks")
        )
        assert 3500 < float(left or 0) <= 3600


async def test_this_machine_is_never_blocked(provider: AsyncClient, database: Database) -> None:
    forged = {**signed(), "webhook-signature": "v1,Zm9yZ2Vk", "X-Forwarded-For": "127.0.0.1"}
    for _ in range(12):
        answer = await provider.post("/api/email-webhook", content=BODY, headers=forged)
        assert answer.status_code == 400


async def test_the_limit_of_changes_does_not_count_webhooks(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMAIL_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("OPENCHAIR_LIMIT_WRITES_PER_MINUTE", "2")
    forget()
    app = create_app(database=database)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://testserver") as client:
        statuses = {(await send(client, f"msg_{n}")).status_code for n in range(10)}
    assert statuses == {204}


# ---------------------------------------------------------------- once more


async def token(database: Database, role: str = "operator") -> dict[str, str]:
    async with database.transaction() as session:
        made = await issue_token(
            session, role=role, salon_id=None, days=1, by=SYSTEM, now=utc_now()
        )
    return {"Authorization": f"Bearer {made}"}


async def mark(database: Database, status: str) -> None:
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE webhook_events SET status = :status, next_attempt_at = NULL"),
            {"status": status},
        )


@pytest.mark.parametrize("path", ["/api/webhooks/retry", "/.netlify/functions/webhooks/retry"])
async def test_a_failed_webhook_is_retried_once(
    provider: AsyncClient, database: Database, path: str
) -> None:
    await send(provider)
    await mark(database, "failed")
    headers = await token(database)
    first = await provider.post(path, json={"webhook_id": "msg_1"}, headers=headers)
    assert (first.status_code, first.json()["queued"]) == (200, True)
    again = await provider.post(path, json={"webhook_id": "msg_1"}, headers=headers)
    assert (again.status_code, again.json()["queued"]) == (200, False)
    assert first.json()["webhook_id"] == again.json()["webhook_id"]
    async with database.transaction() as session:
        acts = await session.execute(
            text(
                "SELECT resource_id, metadata->>'before' FROM audit_logs"
                " WHERE action = 'webhook.replay'"
            )
        )
        assert acts.all() == [(first.json()["webhook_id"], "failed")]


async def test_what_is_processed_stays_so_unless_forced(
    provider: AsyncClient, database: Database
) -> None:
    await send(provider)
    await mark(database, "processed")
    headers = await token(database)
    ours = str((await rows(database, "id"))[0][0])
    body: dict[str, object] = {"webhook_id": ours}
    calm = await provider.post("/api/webhooks/retry", json=body, headers=headers)
    assert (calm.status_code, calm.json()["status"]) == (200, "processed")
    assert "nothing was changed" in calm.json()["message"]
    assert await rows(database, "status") == [("processed",)]
    forced = await provider.post(
        "/api/webhooks/retry", json={**body, "force": True}, headers=headers
    )
    assert (forced.status_code, forced.json()["status"]) == (200, "received")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"webhook_id": "webhook_123"}, 404),
        ({"webhook_id": "0198c5a2-7d1e-7c3a-9f42-5b8e6d0a1c2f"}, 404),
        ({"webhook_id": ""}, 422),
        ({"webhook_id": 7}, 422),
        ({"webhook_id": "x" * 300}, 422),
        ({"webhook_id": "a\x00b"}, 422),
        ({}, 422),
        ({"webhook_id": "x", "more": 1}, 422),
        ({"webhook_id": "x", "force": "certainly"}, 422),
    ],
)
async def test_what_cannot_be_retried_is_said_clearly(
    provider: AsyncClient, database: Database, body: dict[str, object], status: int
) -> None:
    answer = await provider.post("/api/webhooks/retry", json=body, headers=await token(database))
    assert answer.status_code == status
    assert answer.json()["detail"]
    if status == 404:
        assert answer.json()["code"] == "webhook_not_found"


async def test_only_operators_retry(provider: AsyncClient, database: Database) -> None:
    body = {"webhook_id": "msg_1"}
    for headers, status in [
        ({}, 401),
        ({"Authorization": "Basic abc"}, 401),
        ({"Authorization": "Bearer abc"}, 401),
        (await token(database, "monitor"), 403),
    ]:
        answer = await provider.post("/api/webhooks/retry", json=body, headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


# ---------------------------------------------------------------- SMS providers


SMS = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+41790000000"}


def twilio_signature(url: str, form: Mapping[str, str], token: str) -> str:
    """As Twilio's documentation says it is made."""
    text_signed = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    return b64encode(hmac.digest(token.encode(), text_signed.encode(), hashlib.sha1)).decode()


@pytest.fixture
def twilio(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN": "a-token",
        "TWILIO_FROM": "+41791111111",
        "OPENCHAIR_PUBLIC_URL": "https://salon.example",
    }.items():
        monkeypatch.setenv(name, value)
    forget()


@pytest.mark.parametrize("path", ["/api/twilio-webhook", "/.netlify/functions/twilio-webhook"])
async def test_twilios_callback_is_believed_for_the_address_it_called(
    twilio: None, provider: AsyncClient, database: Database, path: str
) -> None:
    forget()
    where = f"{path}?notification=abc&salon=def"
    signature = twilio_signature(f"https://salon.example{where}", SMS, "a-token")
    for _ in range(2):
        answer = await provider.post(where, data=SMS, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 204
    elsewhere = await provider.post(
        f"{path}?notification=other", data=SMS, headers={"X-Twilio-Signature": signature}
    )
    unsigned = await provider.post(where, data=SMS)
    assert (elsewhere.status_code, unsigned.status_code) == (400, 400)
    assert await rows(database, "source, provider_event_id, event_type, duplicates") == [
        ("twilio", "SM1:delivered", "sms.delivered", 1)
    ]


async def test_a_provider_that_is_not_configured_finds_the_door_closed(
    twilio: None, provider: AsyncClient
) -> None:
    forget()
    answer = await provider.post("/api/vonage-webhook", json={"messageId": "1"})
    assert (answer.status_code, answer.json()["code"]) == (503, "webhook_not_configured")


async def test_vonages_receipt_is_believed_when_signed_just_now(
    provider: AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "VONAGE_API_KEY": "key",
        "VONAGE_API_SECRET": "secret",
        "VONAGE_FROM": "Salon",
        "VONAGE_SIGNATURE_SECRET": "signing",
    }.items():
        monkeypatch.setenv(name, value)
    forget()
    for age, status in ((600, 400), (0, 200)):
        form = {"messageId": "m1", "status": "delivered", "timestamp": str(int(time.time()) - age)}
        told = "".join(f"&{name}={form[name]}" for name in sorted(form))
        form["sig"] = hmac.digest(b"signing", told.encode(), "sha256").hex()
        answer = await provider.post("/api/vonage-webhook", data=form)
        assert answer.status_code == status, answer.text
    assert await rows(database, "source, event_type") == [("vonage", "sms.delivered")]
