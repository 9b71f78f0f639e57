"""`openchair dlq` and `openchair messages` as an operator types them."""

import json
from uuid import UUID

import pytest

from openchair.platform.db.engine import Database
from tests.cli.commands import openchair
from tests.notifications.dead_letters.letters import (
    fail,
    letter_of,
    message_of,
    one,
    run,
    salon_of,
    wait,
)

REASON = ("--reason", "the client says so")


@pytest.fixture
async def salon_id(database: Database) -> UUID:
    async with database.transaction() as session:
        return await salon_of(session)


async def failed(database: Database, salon_id: UUID, **more: str) -> UUID:
    async with database.transaction() as session:
        return await fail(session, salon_id, **more)  # type: ignore[arg-type]


async def value(database: Database, statement: str, **values: object) -> object:
    async with database.transaction() as session:
        return await one(session, statement, **values)


async def test_an_empty_list_is_fine_and_a_full_one_is_not(
    database: Database, salon_id: UUID
) -> None:
    empty = openchair("dlq", "list", DATABASE_URL=database.url)
    assert (empty.returncode, empty.stdout) == (
        0,
        "Nothing waits: every message went out or ended as it should.\n",
    )
    await failed(database, salon_id, failure_type="auth_error", words="535 who are you")
    full = openchair("dlq", "list", DATABASE_URL=database.url)
    assert full.returncode == 1
    assert "auth_error" in full.stdout
    assert "535 who are you" in full.stdout
    listed = openchair("dlq", "list", "--letters", "--json", DATABASE_URL=database.url)
    assert [each["failure_type"] for each in json.loads(listed.stdout)] == ["auth_error"]
    other = openchair("dlq", "list", "--type", "timeout", DATABASE_URL=database.url)
    assert (other.returncode, other.stdout) == (0, "Nothing that fits waits.\n")


async def test_an_id_is_whole_in_a_narrow_window(database: Database, salon_id: UUID) -> None:
    letter_id = await failed(database, salon_id, failure_type="auth_error", words="535 no " * 9)
    message_id = await value(database, "SELECT id FROM notifications")
    for command, known in (
        (("dlq", "list", "--letters"), letter_id),
        (("messages", "list"), message_id),
    ):
        shown = openchair(*command, DATABASE_URL=database.url, COLUMNS="60").stdout
        assert str(known) in shown
        assert shown.count("\n") == 2


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("--type", "timeouts"), "The types are timeout"),
        (("--since", "yesterday"), "like 24h or 7d"),
        (("--salon", "nobody"), "no salon"),
    ],
)
def test_what_cannot_be_right_is_said(
    database_url: str, arguments: tuple[str, str], words: str
) -> None:
    told = openchair("dlq", "list", *arguments, DATABASE_URL=database_url)
    assert told.returncode == 2
    assert words in told.stderr


async def test_one_letter_is_sent_again_only_when_somebody_says_so(
    database: Database, salon_id: UUID
) -> None:
    letter_id = await failed(database, salon_id)
    redrive = ("dlq", "redrive", "--one", str(letter_id))
    asked = openchair(*redrive, DATABASE_URL=database.url)
    assert asked.returncode == 2
    assert "--yes" in asked.stderr
    assert await value(database, "SELECT status FROM notifications") == "failed"
    done = openchair(*redrive, "--yes", DATABASE_URL=database.url)
    assert done.returncode == 0, done.stderr
    assert await value(database, "SELECT status FROM notifications") == "pending"
    assert await value(database, "SELECT action FROM audit_logs") == "dead_letter.redrive"
    again = openchair(*redrive, "--yes", DATABASE_URL=database.url)
    assert again.returncode == 1
    assert "already" in again.stderr


async def test_all_are_taken_on_and_can_be_stopped(database: Database, salon_id: UUID) -> None:
    for _ in range(3):
        await failed(database, salon_id)
    everything = ("dlq", "redrive", "--all", "--rate", "120", "--no-wait")
    plan = openchair(*everything, "--json", DATABASE_URL=database.url)
    assert json.loads(plan.stdout)["sendable"] == 3
    assert await value(database, "SELECT count(*) FROM dead_letter_redrives") == 0
    begun = openchair(*everything, "--json", "--yes", DATABASE_URL=database.url)
    redrive = json.loads(begun.stdout)["redrive"]
    assert (redrive["total"], redrive["rate_per_minute"]) == (3, 120)
    again = openchair(*everything, "--yes", DATABASE_URL=database.url)
    assert again.returncode == 1
    assert "3 not sent again. A redrive that is under way has it." in again.stdout
    stop = openchair("dlq", "redrive", "--stop", redrive["id"], "--yes", DATABASE_URL=database.url)
    assert stop.returncode == 0
    assert "To go on: openchair dlq redrive --all" in stop.stdout
    assert await value(database, "SELECT state FROM dead_letter_redrives") == "stopped"


async def test_nothing_to_send_again_is_fine(database: Database, salon_id: UUID) -> None:
    everything = ("dlq", "redrive", "--all", "--yes")
    done = openchair(*everything, DATABASE_URL=database.url)
    assert (done.returncode, done.stdout) == (0, "There is nothing to send again.\n")
    await failed(database, salon_id, failure_type="timeout")
    other = openchair(*everything, "--type", "rate_limit", DATABASE_URL=database.url)
    assert (other.returncode, other.stdout) == (0, "There is nothing to send again.\n")


def test_one_thing_at_a_time(database_url: str) -> None:
    told = openchair("dlq", "redrive", DATABASE_URL=database_url)
    assert told.returncode == 2
    assert "--one" in told.stderr


async def test_a_purge_shows_its_plan_and_takes_nothing_else(
    database: Database, salon_id: UUID
) -> None:
    words = "invalid email format"
    old = await failed(database, salon_id, failure_type="validation_error", words=words)
    young = await failed(database, salon_id, failure_type="validation_error", words=words)
    async with database.transaction() as session:
        await run(
            session,
            "UPDATE dead_letter_queue SET created_at = now() - interval '8 days' WHERE id = :id",
            id=old,
        )
    planned = openchair("dlq", "purge", DATABASE_URL=database.url)
    assert planned.returncode == 2
    assert "1 with an address that can never work" in planned.stdout
    assert await value(database, "SELECT count(*) FROM dead_letter_queue") == 2
    done = openchair("dlq", "purge", "--yes", DATABASE_URL=database.url)
    assert done.stdout.endswith("1 removed.\n")
    assert await value(database, "SELECT id FROM dead_letter_queue") == young
    assert await value(database, "SELECT count(*) FROM notifications") == 2
    again = openchair("dlq", "purge", "--json", "--yes", DATABASE_URL=database.url)
    assert json.loads(again.stdout)["purged"] == 0


async def test_a_letter_is_shown_with_what_can_be_done(database: Database, salon_id: UUID) -> None:
    letter_id = await failed(database, salon_id)
    shown = openchair("dlq", "show", str(letter_id), DATABASE_URL=database.url)
    assert f"openchair dlq redrive --one {letter_id}" in shown.stdout
    async with database.transaction() as session:
        message_id = (await message_of(session, letter_id))["id"]
    by_message = openchair("dlq", "show", str(message_id), DATABASE_URL=database.url)
    assert by_message.stdout == shown.stdout


async def test_messages_are_listed_by_state_a_page_at_a_time(
    database: Database, salon_id: UUID
) -> None:
    async with database.transaction() as session:
        expected = {str(await wait(session, salon_id)) for _ in range(5)}
    await failed(database, salon_id)
    seen: list[str] = []
    after: list[str] = []
    while True:
        arguments = ("messages", "list", "--state", "pending", "--limit", "2", "--json", *after)
        page = json.loads(openchair(*arguments, DATABASE_URL=database.url).stdout)
        seen += [each["id"] for each in page["messages"]]
        if page["next"] is None:
            break
        after = ["--after", page["next"]]
    assert len(seen) == 5
    assert set(seen) == expected
    part = openchair(
        "messages", "list", "--recipient", "ANNA@", "--json", DATABASE_URL=database.url
    )
    assert len(json.loads(part.stdout)["messages"]) == 6
    percent = openchair("messages", "list", "--recipient", "%", DATABASE_URL=database.url)
    assert percent.stdout == "There is no such message.\n"


async def doubt(database: Database, salon_id: UUID) -> UUID:
    async with database.transaction() as session:
        message_id = await wait(session, salon_id)
        await run(
            session,
            "UPDATE notifications SET status = 'doubtful', was_doubtful = true,"
            " handed_over_at = now() WHERE id = :id",
            id=message_id,
        )
    return message_id


@pytest.mark.parametrize("option, state", [("--arrived", "sent"), ("--send-again", "pending")])
async def test_an_operator_settles_a_doubt(
    database: Database, salon_id: UUID, option: str, state: str
) -> None:
    message_id = await doubt(database, salon_id)
    settle = ("messages", "settle", str(message_id), option, *REASON)
    assert openchair(*settle, DATABASE_URL=database.url).returncode == 2
    assert await value(database, "SELECT status FROM notifications") == "doubtful"
    done = openchair(*settle, "--yes", DATABASE_URL=database.url)
    assert done.returncode == 0, done.stderr
    assert await value(database, "SELECT status FROM notifications") == state
    assert await value(database, "SELECT was_doubtful FROM notifications")
    assert await value(database, "SELECT metadata ->> 'reason' FROM audit_logs") == REASON[1]
    assert openchair(*settle, "--yes", DATABASE_URL=database.url).returncode == 1


async def test_a_waiting_message_can_be_withdrawn_a_sent_one_not(
    database: Database, salon_id: UUID
) -> None:
    async with database.transaction() as session:
        message_id = await wait(session, salon_id)
    withdraw = ("messages", "withdraw", str(message_id), *REASON, "--yes")
    assert openchair(*withdraw, DATABASE_URL=database.url).returncode == 0
    assert await value(database, "SELECT status FROM notifications") == "cancelled"
    again = openchair(*withdraw, DATABASE_URL=database.url)
    assert again.returncode == 1
    assert "only one that is pending can be withdrawn" in again.stderr


async def test_a_letter_laid_aside_is_not_listed(database: Database, salon_id: UUID) -> None:
    letter_id = await failed(database, salon_id)
    async with database.transaction() as session:
        await run(
            session,
            "UPDATE dead_letter_queue SET status = 'closed', closed_reason = 'dismissed',"
            " closed_at = now()",
        )
        assert (await letter_of(session, letter_id))["status"] == "closed"
    assert openchair("dlq", "list", DATABASE_URL=database.url).returncode == 0
