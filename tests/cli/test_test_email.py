"""`openchair test email` and a real sandbox, with and without a worker."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.drills.scene import Scene, open_scene


@pytest.fixture
async def scene(database_url: str, tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(database_url=database_url, folder=tmp_path) as found:
        yield found


async def run(scene: Scene, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """The command as a process, while this one goes on serving."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "openchair", "test", "email", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**scene.environment, **settings},
    )
    said, told = await process.communicate()
    return process.returncode or 0, said.decode(), told.decode()


async def test_both_servers_are_tried_step_by_step(scene: Scene) -> None:
    code, said, told = await run(scene, "config", "--json")
    assert code == 0, told
    checked = json.loads(said)
    for name in ("smtp", "smtp-backup"):
        assert [step["name"] for step in checked[name]] == [
            "resolve",
            "connect",
            "TLS",
            "log in",
            "sender",
        ]
        assert {step["state"] for step in checked[name]} == {"ok"}
    assert checked["signature"][0]["state"] == "ok"


async def test_a_server_that_is_down_ends_with_one_and_what_to_do(scene: Scene) -> None:
    await scene.outside.fault("smtp-backup", "refuse")
    code, said, _ = await run(scene, "config")
    assert code == 1
    assert "✗ connect" in said
    assert "SMTP_BACKUP_PORT" in said
    assert said.count("✓") == 7


async def test_a_mail_is_sent_by_a_worker_and_found_at_the_server(scene: Scene) -> None:
    await scene.start()
    code, said, told = await run(scene, "delivery", "--to", "me@example.org")
    assert code == 0, said + told
    assert "The server has it." in said
    assert "sent" in told
    (mail,) = await scene.outside.mails()
    assert mail["to"] == ["me@example.org"]


async def test_a_mail_that_does_not_leave_says_why(scene: Scene) -> None:
    await scene.outside.fault("smtp", "reject")
    await scene.start()
    code, said, _ = await run(scene, "delivery", "--to", "me@example.org", "--json")
    answer: dict[str, Any] = json.loads(said)
    assert (code, answer["status"], answer["arrived"]) == (1, "failed", None)
    assert "550" in answer["sentence"]


async def test_a_server_that_lost_it_does_not_confirm(scene: Scene) -> None:
    await scene.start()
    nobody = f"{scene.outside.http_url}/api/lookup/nobody-{{message_id}}"
    code, said, _ = await run(
        scene, "delivery", "--to", "me@example.org", "--timeout", "8", SMTP_LOOKUP_URL=nobody
    )
    assert (code, "did not confirm" in said) == (1, True)


async def test_without_a_worker_nobody_sends_it(scene: Scene) -> None:
    code, said, _ = await run(scene, "delivery", "--to", "me@example.org", "--timeout", "2")
    assert (code, "openchair up" in said) == (2, True)


async def test_who_waits_for_both_servers_is_told_no_time_that_has_passed(scene: Scene) -> None:
    async with scene.database.transaction() as session:
        await session.execute(
            text("""
                INSERT INTO provider_breakers (provider, state, failures, opened_at, changed_at)
                SELECT name, 'open', 5, now() + interval '1 hour', now()
                FROM unnest(ARRAY['smtp', 'smtp-backup']) AS name
            """)
        )
    await scene.start()
    code, said, _ = await run(scene, "delivery", "--to", "me@example.org", "--timeout", "3")
    assert (code, "left alone" in said, "UTC" in said) == (1, True, False)


async def test_what_is_no_address_is_told(scene: Scene) -> None:
    code, _, told = await run(scene, "delivery", "--to", "me")
    assert (code, told) == (2, "This is not a complete mail address.\n")
