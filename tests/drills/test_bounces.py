"""Drill 19: addresses that do not exist, refused at once or later. Nobody writes to them again,
and nothing is lost of what was to be said.
"""

import base64
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from sqlalchemy import text

from openchair.main import create_app
from openchair.platform.clock import utc_now
from openchair.platform.ids import new_id
from openchair.platform.settings.base import forget
from openchair.webhooks.standard import signed_headers
from tests.drills.scene import Scene

KEY = b"drill-nineteen-secret-of-32-byte"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


@pytest.fixture
async def tell(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator["MailProvider"]:
    """The mail provider, which tells us later what became of a mail."""
    monkeypatch.setenv("EMAIL_WEBHOOK_SECRET", SECRET)
    forget()
    door = httpx.ASGITransport(create_app(database=scene.database))
    async with httpx.AsyncClient(transport=door, base_url="http://testserver") as client:
        yield MailProvider(client)
    forget()


class MailProvider:
    """Signs and posts events, as often as it is asked to."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def __call__(
        self, kind: str, message_id: str, *, times: int = 1, key: bytes = KEY, **data: Any
    ) -> int:
        body = orjson.dumps({"type": kind, "data": {"message_id": message_id, **data}})
        headers = signed_headers(
            [key], message_id=f"evt_{new_id().hex}", timestamp=int(time.time()), body=body
        )
        answers = [
            await self._client.post("/api/email-webhook", content=body, headers=headers)
            for _ in range(times)
        ]
        (status,) = {answer.status_code for answer in answers}
        return status


async def suppressed(scene: Scene) -> list[tuple[str, str]]:
    async with scene.database.transaction() as session:
        rows = await session.execute(
            text("SELECT recipient, reason FROM notification_suppressions ORDER BY recipient")
        )
        return [tuple(row) for row in rows]


async def letters(scene: Scene, message_id: UUID) -> list[tuple[str, int]]:
    async with scene.database.transaction() as session:
        rows = await session.execute(
            text(
                "SELECT failure_type, failure_count FROM dead_letter_queue"
                " WHERE notification_id = :id"
            ),
            {"id": message_id},
        )
        return [tuple(row) for row in rows]


async def test_drill_19_refused_for_good_the_address_is_not_tried_again(scene: Scene) -> None:
    await scene.outside.fault("smtp", "reject", times=1)
    [first] = await scene.put(recipient="Gone@example.org", dedupe_key="first")
    await scene.start()
    row = await scene.becomes(first, "failed")
    assert (row["failure_type"], row["provider"]) == ("hard_bounce", "smtp")
    assert await scene.outcomes(first) == ["permanent"]  # no other server was asked
    assert await suppressed(scene) == [("gone@example.org", "hard_bounce")]
    assert await letters(scene, first) == [("hard_bounce", 1)]
    assert await scene.events("message.bounced") == 1
    assert await scene.events("breaker.opened") == 0
    # The client types the address again; the team is told, the server is not asked.
    [second] = await scene.put(recipient="gone@example.org", dedupe_key="second")
    row = await scene.becomes(second, "suppressed")
    assert "suppression list (hard_bounce)" in row["error_message"]
    assert await letters(scene, second) == []
    assert (await scene.prove()).taken == 0


async def test_drill_19_lifted_by_the_team_it_is_written_to_again(scene: Scene) -> None:
    await scene.outside.fault("smtp", "reject", times=1)
    [first] = await scene.put(recipient="back@example.org", dedupe_key="first")
    await scene.start()
    await scene.becomes(first, "failed")
    await scene.value("DELETE FROM notification_suppressions RETURNING id")
    [second] = await scene.put(recipient="back@example.org", dedupe_key="second")
    await scene.becomes(second, "sent")
    assert (await scene.prove()).taken == 1


async def test_drill_19_told_later_the_mail_has_failed_and_the_address_is_listed(
    scene: Scene, tell: MailProvider
) -> None:
    [message_id] = await scene.put(recipient="later@example.org", dedupe_key="later")
    await scene.start()
    row = await scene.becomes(message_id, "sent")
    bounce = {"type": "permanent", "status": "5.1.1", "message": "no such user"}
    # Out of order, doubled, and forged once.
    assert await tell("email.delivered", row["message_id"], key=b"x" * 32) == 400
    assert await tell("email.bounced", row["message_id"], times=3, bounce=bounce) == 204
    assert await tell("email.delivered", row["message_id"]) == 204
    assert await tell("email.bounced", "<nobody@example.org>", bounce=bounce) == 204
    row = await scene.becomes(message_id, "failed")
    assert (row["failure_type"], row["delivery_status"]) == ("hard_bounce", "bounced")

    async def handled() -> bool:
        return bool(
            await scene.value(
                "SELECT count(*) = 3 FROM webhook_events WHERE status IN ('processed', 'ignored')"
            )
        )

    await scene.until(handled)
    assert await letters(scene, message_id) == [("hard_bounce", 1)]
    assert await suppressed(scene) == [("later@example.org", "hard_bounce")]
    assert await scene.events("message.bounced") == 1
    assert (await scene.row(message_id))["delivered_at"] is None
    assert utc_now() > row["sent_at"]


async def test_drill_19_a_doubt_ends_when_the_provider_speaks(
    scene: Scene, tell: MailProvider
) -> None:
    scene.settings["SMTP_LOOKUP_URL"] = "http://127.0.0.1:9/nobody/{message_id}"
    await scene.outside.fault("smtp", "drop_after_data", times=1)
    [message_id] = await scene.put()
    await scene.start()
    row = await scene.becomes(message_id, "doubtful")
    assert await tell("email.delivered", row["message_id"]) == 204
    row = await scene.becomes(message_id, "sent")
    assert (row["was_doubtful"], row["delivery_status"]) == (True, "delivered")
    assert await scene.outcomes(message_id) == ["doubtful", "found"]
    assert (await scene.prove()).taken_twice == frozenset()
