"""The runbook sorts dead letters by words of their message; ours contain them."""

import pytest

from openchair.notifications.dead_letters.bury import bury
from openchair.platform.db.engine import Database
from tests.notifications.conftest import Put, row_of, run, scalar

CATEGORISED = """
    SELECT
      CASE
        WHEN error_message LIKE '%timeout%' THEN 'timeout'
        WHEN error_message LIKE '%rate limit%' THEN 'rate_limit'
        WHEN error_message LIKE '%authentication%' THEN 'auth_error'
        WHEN error_message LIKE '%validation%' THEN 'validation_error'
        ELSE 'other'
      END as error_category
    FROM dead_letter_queue
"""


@pytest.mark.parametrize("failure", ["timeout", "rate_limit", "auth_error", "validation_error"])
async def test_the_runbook_finds_what_we_mean(database: Database, put: Put, failure: str) -> None:
    message_id = await put()
    await run(
        database,
        "UPDATE notifications SET status = 'failed', failure_type = :failure,"
        " error_message = 'no answer in time'",
        failure=failure,
    )
    salon_id = (await row_of(database, message_id))["salon_id"]
    for _ in range(2):
        async with database.transaction() as session:
            await bury(session, messages=[(salon_id, message_id)])
        assert await scalar(database, CATEGORISED) == failure
    words = str(await scalar(database, "SELECT error_message FROM dead_letter_queue"))
    assert words.endswith(": no answer in time")
