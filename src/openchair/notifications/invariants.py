"""The running oracle of invariant N: every committed message ends in exactly one terminal state,
and what is doubtful is flagged. Each rule is a query that finds nothing while it holds.

Run every five minutes by a job, after every drill by its test, and by `openchair test`.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.budgets.queries import find_drift
from openchair.notifications.events import InvariantBroken
from openchair.platform.breakers.breaker import ANY_OPEN
from openchair.platform.clock import utc_now
from openchair.platform.events.event import emit
from openchair.platform.logging.setup import logger

LOOKED_BACK = "2 days"
EXAMPLES = 5

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A rule that does not hold: how many messages break it, and a few of their ids."""

    rule: str
    meaning: str
    count: int
    examples: tuple[UUID, ...]


async def check_invariants(session: AsyncSession) -> list[Violation]:
    """Run every rule, say in log and events which are broken, and answer them."""
    violations = await find_violations(session)
    for each in violations:
        log.error(
            "invariant broken",
            rule=each.rule,
            count=each.count,
            examples=[str(example) for example in each.examples],
        )
        event = InvariantBroken(
            salon_id=None, subject_id=each.examples[0], rule=each.rule, count=each.count
        )
        await emit(session, event)
    return violations


async def find_violations(session: AsyncSession) -> list[Violation]:
    """The rules that do not hold for messages of the last two days, and months whose budget is
    miscounted; changes nothing.
    """
    found = await _miscounted(session)
    for rule, (meaning, condition) in RULES.items():
        row = (await session.execute(text(_query(condition)))).one()
        if row.broken:
            examples = tuple(row.examples[:EXAMPLES])
            found.append(Violation(rule=rule, meaning=meaning, count=row.broken, examples=examples))
    return found


async def _miscounted(session: AsyncSession) -> list[Violation]:
    since = utc_now().date().replace(day=1)
    drifts = await find_drift(session, since=since)
    if not drifts:
        return []
    examples = tuple(drift.salon_id for drift in drifts[:EXAMPLES])
    meaning = "a salon's month counts another number of messages than it has"
    return [Violation(rule="miscounted", meaning=meaning, count=len(drifts), examples=examples)]


def _query(condition: str) -> str:
    return f"""
        SELECT count(*) AS broken, array_agg(id ORDER BY created_at) AS examples
        FROM notifications AS message
        WHERE created_at > now() - interval '{LOOKED_BACK}' AND {condition}
    """  # noqa: S608 -- constants of this file


ACCEPTED = """
    (SELECT count(*) FROM notification_attempts AS attempt
     WHERE attempt.salon_id = message.salon_id AND attempt.notification_id = message.id
        AND attempt.outcome IN ('sent', 'found'))
"""

LETTER = """
    EXISTS (SELECT FROM dead_letter_queue AS letter
            WHERE letter.salon_id = message.salon_id AND letter.notification_id = message.id)
"""

RULES = {
    "nobody_has_it": (
        "a message is being sent by a worker whose lease ended minutes ago",
        "status = 'sending' AND lease_until < now() - interval '2 minutes'",
    ),
    "nobody_moves_it": (
        "a message is due for a quarter of an hour while its channel works",
        f"""
        status = 'pending' AND next_attempt_at < now() - interval '15 minutes' AND NOT {ANY_OPEN}
        """,
    ),
    "sent_without_acceptance": (
        "a message is called sent that no provider is known to have taken",
        f"status = 'sent' AND {ACCEPTED} = 0",
    ),
    "taken_twice": (
        "a message was accepted twice and is neither flagged nor was it redriven",
        f"NOT was_doubtful AND NOT {LETTER} AND {ACCEPTED} > 1",
    ),
    "failed_without_letter": (
        "a message was given up and no dead letter says why",
        f"status = 'failed' AND NOT {LETTER}",
    ),
    "ended_without_end": (
        "a message is in a terminal state without the moment when it came there",
        """
        status IN ('sent', 'failed', 'expired', 'suppressed', 'cancelled')
        AND finished_at IS NULL
        """,
    ),
    "doubt_without_flag": (
        "a message is doubtful and not flagged as such",
        "status = 'doubtful' AND NOT was_doubtful",
    ),
}
