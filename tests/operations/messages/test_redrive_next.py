from dataclasses import replace
from uuid import UUID

import pytest

from openchair.notifications.dead_letters.queries import Redrive
from openchair.operations.messages.redrive_next import BY_A_PERSON, what_next
from tests.builders import NOW

REDRIVE = Redrive(
    id=UUID(int=1),
    salon_id=None,
    failure_types=("timeout", "other"),
    channel="email",
    since=None,
    state="stopped",
    rate_per_minute=60,
    total=5,
    released=1,
    sent=0,
    failed=1,
    ended_otherwise=0,
    created_by="system",
    stopped_reason="the first one failed again: 550 who?",
    created_at=NOW,
    finished_at=NOW,
)


def test_one_that_stopped_names_the_same_letters_again() -> None:
    again = "openchair dlq redrive --all --type timeout --type other --channel email"
    assert what_next(REDRIVE)[-1] == f"Then send them again, one first: {again}"
    by_hand = replace(REDRIVE, stopped_reason=BY_A_PERSON)
    assert what_next(by_hand)[-1] == f"To go on: {again}"
    of_one = replace(REDRIVE, salon_id=UUID(int=2))
    assert "--all --salon SALON --type timeout" in what_next(of_one)[-1]


@pytest.mark.parametrize(
    ("state", "failed", "words"),
    [
        ("canary", 0, "One is on its way"),
        ("running", 0, "60 a minute"),
        ("done", 0, "Nothing: it is done."),
        ("done", 2, "Some failed again"),
    ],
)
def test_every_other_state_says_something(state: str, failed: int, words: str) -> None:
    assert words in what_next(replace(REDRIVE, state=state, failed=failed))[0]
