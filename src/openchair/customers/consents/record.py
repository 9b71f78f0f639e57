"""Writes down what a customer agreed to or refused, each answer as a row of its own."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.together import Write, write_together
from openchair.platform.errors import Invalid
from openchair.platform.ids import new_id

KINDS = ("terms", "reminders", "marketing")

_INSERT = """
    INSERT INTO consents (salon_id, id, customer_id, kind, granted, source, channel)
    SELECT $1, given.id, $2, given.kind, given.granted, $3, $7
    FROM unnest($4::uuid[], $5::text[], $6::bool[]) AS given (id, kind, granted)
"""


async def record_consents(
    session: AsyncSession,
    *,
    salon_id: UUID,
    customer_id: UUID,
    answers: Mapping[str, bool],
    source: str,
    channel: str | None = None,
) -> None:
    """Write the answers given; a question that was not asked has no row.

    `channel` is `email` or `sms` for an answer about one of them; None is about all. Raises
    `Invalid` on `consents` for a kind nobody asks for.
    """
    writes = consent_writes(
        salon_id=salon_id, customer_id=customer_id, answers=answers, source=source, channel=channel
    )
    await write_together(session, writes)


def consent_writes(
    *,
    salon_id: UUID,
    customer_id: UUID,
    answers: Mapping[str, bool],
    source: str,
    channel: str | None = None,
) -> list[Write]:
    """What `record_consents` writes, for a statement that writes more; raises what it raises."""
    unknown = sorted(answers.keys() - set(KINDS))
    if unknown:
        raise Invalid(
            f"There is no consent called {unknown[0][:40]}. Known are {', '.join(KINDS)}.",
            field="consents",
        )
    if not answers:
        return []
    values = (
        salon_id,
        customer_id,
        source,
        [new_id() for _ in answers],
        list(answers),
        list(answers.values()),
        channel,
    )
    return [Write("answered", _INSERT, values)]
