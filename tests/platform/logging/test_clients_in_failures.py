"""No client is named in a log because the database refused them or took too long over them."""

from collections.abc import Sequence
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.logging.redaction import HIDDEN, redact

NAME = "Anna Geheim"

CASES: Sequence[tuple[str, dict[str, Any]]] = [
    ("SELECT pg_sleep(1), CAST(:name AS text) FROM pg_sleep(1)", {"name": NAME}),
    (
        "WITH named (name) AS (VALUES (CAST(:name AS text))) SELECT CAST(name AS int) FROM named",
        {"name": NAME},
    ),
    ("INSERT INTO people VALUES (:name), (:name)", {"name": NAME}),
    ("INSERT INTO people (name, born) VALUES (:name, NULL)", {"name": NAME}),
    ("SELECT CAST(:number AS int)", {"number": NAME}),
]


@pytest.mark.parametrize(("statement", "given"), CASES)
async def test_a_failed_statement_names_nobody(
    session: AsyncSession, statement: str, given: dict[str, Any]
) -> None:
    await session.execute(text("SET LOCAL statement_timeout = 50"))
    await session.execute(
        text("CREATE TEMP TABLE people (name text UNIQUE, born int NOT NULL DEFAULT 1)")
    )
    try:
        await session.execute(text(statement), given)
    except DBAPIError as error:
        line: Any = {"event": str(error), "exc_info": error}
    else:
        pytest.fail("it was not refused")
    line = redact(None, "error", structlog.processors.format_exc_info(None, "error", line))
    assert "Traceback" in line["exception"]
    assert "Error" in line["event"]
    assert "geheim" not in str(line).casefold()


def test_the_rest_of_a_failure_stays() -> None:
    words = (
        'UniqueViolationError: duplicate key value violates unique constraint "uq_email"\n'
        "DETAIL:  Key (salon_id, email)=(1, anna@example.ch) already exists.\n\n"
        "The above exception was the direct cause of the following exception:\n\nTraceback"
    )
    assert redact(None, "error", {"exception": words})["exception"] == (
        'UniqueViolationError: duplicate key value violates unique constraint "uq_email"\n'
        f"DETAIL:  {HIDDEN}\n\n"
        "The above exception was the direct cause of the following exception:\n\nTraceback"
    )
