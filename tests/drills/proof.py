"""Invariant N: every committed message ends once, and the outside world says the same."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from openchair.notifications.invariants import find_violations
from openchair.platform.db.engine import Database

DUE = "(status <> 'pending' OR next_attempt_at < now() + interval '1 hour')"
"""What is meant for later, such as a reminder of next week's visit, has no end yet."""

COMMITTED = f"SELECT id, message_id, status, was_doubtful FROM notifications WHERE {DUE}"  # noqa: S608

ENDS = {"sent", "failed", "expired", "suppressed", "cancelled"}


@dataclass(frozen=True, kw_only=True)
class Proof:
    """How it ended: messages by state, how many ids the outside world took, and which twice."""

    states: Counter[str]
    taken: int
    taken_twice: frozenset[str]


def taken_by(accepted: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """How often the mail servers took each Message-ID, from the sandbox's `accepted`."""
    return Counter(f"<{each['message_id']}>" for each in accepted)


async def prove(database: Database, *, taken: Counter[str]) -> Proof:
    """Fails unless every committed message is in one terminal state, what was in doubt is flagged,
    and `taken` agrees: nothing was taken twice without a flag, nothing sent was not taken.
    """
    async with database.transaction() as session:
        assert await find_violations(session) == []
        rows = (await session.execute(text(COMMITTED))).all()
    known = {row.message_id: row for row in rows}
    assert [row for row in rows if row.status not in ENDS | {"doubtful"}] == [], "without an end"
    unflagged = [row for row in rows if row.status == "doubtful" and not row.was_doubtful]
    assert unflagged == [], "doubtful and not flagged"
    assert taken.keys() <= known.keys(), "the outside world took what nobody committed"
    missing = [row for row in rows if row.status == "sent" and not taken[row.message_id]]
    assert missing == [], "called sent, and nobody took them"
    denied = [
        known[each]
        for each in taken
        if known[each].status != "sent" and not known[each].was_doubtful
    ]
    assert denied == [], "taken, and neither sent nor in doubt"
    twice = {each for each, times in taken.items() if times > 1}
    assert {each for each in twice if not known[each].was_doubtful} == set(), "taken twice"
    return Proof(
        states=Counter(row.status for row in rows),
        taken=len(taken),
        taken_twice=frozenset(twice),
    )
