"""The running oracle says what lies still, and not while a provider is left alone."""

import pytest

from openchair.notifications.invariants import find_violations
from tests.notifications.conftest import Post, Put, run


@pytest.mark.parametrize(("state", "broken"), [("closed", ["nobody_moves_it"]), ("open", [])])
async def test_what_lies_still_is_told_unless_a_breaker_is_open(
    post: Post, put: Put, state: str, broken: list[str]
) -> None:
    await put()
    await run(
        post.database,
        "INSERT INTO provider_breakers (provider, state, failures, changed_at)"
        " VALUES ('smtp', :state, 5, now())",
        state=state,
    )
    await run(
        post.database, "UPDATE notifications SET next_attempt_at = now() - interval '16 minutes'"
    )
    async with post.database.transaction() as session:
        found = await find_violations(session)
    assert [each.rule for each in found] == broken
