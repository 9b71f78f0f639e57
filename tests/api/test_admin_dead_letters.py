"""The runbooks' doors for dead letters: who may, what is counted, and nothing twice."""

import shutil
import subprocess
from pathlib import Path
from uuid import UUID

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text

from openchair.identity.audit.record import SYSTEM
from openchair.identity.tokens.issue import issue_token
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from tests.api.conftest import House
from tests.api.web_process import web_process
from tests.notifications.dead_letters.letters import fail, one

ALL, SOME = "/api/admin/dlq/retry-all", "/api/admin/dlq/process"
PATHS = (
    ALL,
    SOME,
    "/.netlify/functions/admin/dlq/retry-all",
    "/.netlify/functions/admin/dlq/process",
)


async def token(database: Database, role: str = "operator", salon_id: UUID | None = None) -> str:
    async with database.transaction() as session:
        return await issue_token(
            session, role=role, salon_id=salon_id, days=1, by=SYSTEM, now=utc_now()
        )


async def letters(database: Database, house: House, *types: str) -> list[UUID]:
    async with database.transaction() as session:
        return [await fail(session, house.salon_id, failure_type=each) for each in types]


async def post(call: AsyncClient, database: Database, path: str, body: object = None) -> Response:
    headers = {"Authorization": f"Bearer {await token(database)}"}
    return (
        await call.post(path, headers=headers, json=body)
        if body is not None
        else (await call.post(path, headers=headers))
    )


async def states(database: Database) -> list[str]:
    async with database.transaction() as session:
        rows = await session.execute(
            text("SELECT status FROM notifications ORDER BY created_at, id")
        )
        return [row.status for row in rows]


@pytest.mark.parametrize("path", PATHS)
async def test_without_an_operators_token_nothing_happens(
    path: str, call: AsyncClient, house: House, database: Database
) -> None:
    await letters(database, house, "timeout")
    assert (await call.post(path, json={})).json()["code"] == "token_missing"
    for role, salon_id in (("monitor", None), ("owner", house.salon_id)):
        offered = {"Authorization": f"Bearer {await token(database, role, salon_id)}"}
        answer = await call.post(path, headers=offered, json={})
        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")
    assert await states(database) == ["failed"]


async def test_a_batch_is_sent_again_once(
    call: AsyncClient, house: House, database: Database
) -> None:
    await letters(database, house, "timeout", "rate_limit", "hard_bounce", "timeout")
    body = {"batch_size": 2, "failure_types": ["timeout", "rate_limit"]}
    first = await post(call, database, SOME, body)
    assert first.json() == {"requested": 2, "redriven": 2, "skipped": 0, "reasons": {}}
    second = await post(call, database, SOME, body)
    assert second.json()["redriven"] == 1
    third = await post(call, database, SOME, body)
    assert third.json() == {"requested": 0, "redriven": 0, "skipped": 0, "reasons": {}}
    assert await states(database) == ["pending", "pending", "failed", "pending"]


async def test_all_are_taken_on_once_and_the_first_goes_first(
    call: AsyncClient, house: House, database: Database
) -> None:
    await letters(database, house, "timeout", "other", "hard_bounce")
    first = (await post(call, database, ALL)).json()
    assert (first["requested"], first["redriven"], first["skipped"]) == (3, 3, 0)
    assert first["rate_per_minute"] == 60
    second = (await post(call, database, ALL)).json()
    assert (second["redriven"], second["redrive_id"]) == (0, None)
    assert second["reasons"] == {"in_redrive": 3}
    async with database.transaction() as session:
        assert await one(session, "SELECT count(*) FROM dead_letter_redrives") == 1


@pytest.mark.parametrize("folder", ["/api/admin/dlq", "/.netlify/functions/admin/dlq"])
async def test_a_redrive_that_stopped_says_what_to_do(
    folder: str, call: AsyncClient, house: House, database: Database
) -> None:
    await letters(database, house, "timeout")
    begun = (await post(call, database, ALL)).json()
    assert begun["next"][0].startswith("One is on its way")
    address = f"{folder}/redrives/{begun['redrive_id']}"
    assert (await call.get(address)).status_code == 401
    headers = {"Authorization": f"Bearer {await token(database)}"}
    assert (await call.get(address, headers=headers)).json()["state"] == "canary"
    async with database.transaction() as session:
        await session.execute(
            text(
                "UPDATE dead_letter_redrives SET state = 'stopped', failed = 1,"
                " stopped_reason = 'the first one failed again: 550 who?'"
            )
        )
    told = (await call.get(address, headers=headers)).json()
    assert (told["state"], told["stopped_reason"], told["failed"]) == (
        "stopped",
        "the first one failed again: 550 who?",
        1,
    )
    assert told["next"][1:] == [
        "See what the provider says, and mend that: openchair dlq list",
        "Then send them again, one first: openchair dlq redrive --all",
    ]
    nobody = f"{folder}/redrives/{house.salon_id}"
    assert (await call.get(nobody, headers=headers)).status_code == 404


async def test_what_was_asked_for_stands_in_the_audit_log(
    call: AsyncClient, house: House, database: Database
) -> None:
    await letters(database, house, "timeout", "timeout")
    await post(call, database, SOME, {"batch_size": 1, "failure_types": ["timeout"]})
    await post(call, database, ALL)
    async with database.transaction() as session:
        rows = await session.execute(
            text(
                "SELECT action, metadata FROM audit_logs WHERE resource_type = 'dead_letter'"
                " ORDER BY created_at"
            )
        )
        batch, everything = rows.all()
    assert batch.action == "dead_letter.redrive"
    assert batch.metadata["failure_types"] == ["timeout"]
    assert batch.metadata["role"] == "operator"
    assert everything.action == "dead_letter.redrive_begin"
    assert everything.metadata["letters"] == 1


@pytest.mark.parametrize(
    "body, field, words",
    [
        ({"failure_types": ["timeouts"]}, "failure_types", "timeout, rate_limit, auth_error"),
        ({"batch_size": 0}, "batch_size", "at least 1"),
        ({"batch_size": 1001}, "batch_size", "at most 1000"),
        ({"batch_size": "10"}, "batch_size", "batch_size should be a whole number from 1 to 1000."),
        ({"batch_size": 1.5}, "batch_size", "a whole number from 1 to 1000"),
        ({"batch_size": True}, "batch_size", "a whole number from 1 to 1000"),
        ({"batch_size": None}, "batch_size", "a whole number from 1 to 1000"),
        ({"size": 10}, "size", "not something we know"),
    ],
)
async def test_what_cannot_be_right_is_refused_with_a_sentence(
    call: AsyncClient, database: Database, body: object, field: str, words: str
) -> None:
    answer = await post(call, database, SOME, body)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["field"] == field
    assert words in problem["detail"]


async def test_the_runbooks_own_lines_do_it(
    house: House, database: Database, database_url: str, run_folder: Path
) -> None:
    """`curl -d` says that its body is a form; the runbook's line says nothing else."""
    curl = shutil.which("curl")
    assert curl
    await letters(database, house, "timeout", "rate_limit", "hard_bounce")
    authorization = f"Authorization: Bearer {await token(database)}"
    with web_process(database_url=database_url, folder=run_folder) as web:
        folder = f"{web.url}/.netlify/functions/admin/dlq"
        batch = '{"batch_size": 10, "failure_types": ["timeout", "rate_limit"]}'
        lines = (
            (f"{folder}/process", "-d", batch),
            (f"{folder}/retry-all",),
        )
        answers = [
            subprocess.run(  # noqa: ASYNC221 - nothing else happens in this loop meanwhile
                [curl, "-s", "-X", "POST", line[0], "-H", authorization, *line[1:]],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            for line in lines
        ]
    assert '"redriven":2' in answers[0]
    assert '"redriven":1' in answers[1]
    assert await states(database) == ["pending", "pending", "failed"]
