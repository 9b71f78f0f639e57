"""Sends dead letters again, lays them aside or removes them, and writes it to the audit log.

Called by the doors: API, command line, console. What happens stands in `notifications`.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.notifications.dead_letters import redrive as verbs
from openchair.notifications.dead_letters.dismiss import dismiss
from openchair.notifications.dead_letters.filters import Filter
from openchair.notifications.dead_letters.let_out import Redriven
from openchair.notifications.dead_letters.purge import purge
from openchair.notifications.dead_letters.queries import Letter, Redrive, get_letter
from openchair.notifications.dead_letters.settings import RedriveSettings
from openchair.operations.messages.redrive_next import BY_A_PERSON
from openchair.platform.errors import Conflict
from openchair.platform.settings.base import load

EVERYTHING = "all"
"""The resource of an act that is about many letters."""


async def redrive_one(
    session: AsyncSession, *, letter_id: UUID, by: Actor, salon_id: UUID | None = None
) -> Letter:
    """Send one letter again at once. Raises `NotFound`, or `Conflict` with the reason."""
    letter = await get_letter(session, letter_id=letter_id, salon_id=salon_id)
    await verbs.redrive_letter(session, salon_id=letter.salon_id, letter_id=letter.id)
    await _record(
        session,
        by=by,
        action="dead_letter.redrive",
        letter=letter.id,
        salon_id=letter.salon_id,
        metadata={"failure_type": letter.failure_type, "failure_count": letter.failure_count},
    )
    return await get_letter(session, letter_id=letter.id, salon_id=letter.salon_id)


async def redrive_batch(
    session: AsyncSession,
    *,
    meant: Filter,
    limit: int,
    by: Actor,
    named: Mapping[str, Any],
) -> Redriven:
    """Send the oldest `limit` matching letters again at once; `named` tells more of the caller."""
    outcome = await verbs.redrive_batch(session, meant=meant, limit=limit)
    if outcome.redriven:
        await _record(
            session,
            by=by,
            action="dead_letter.redrive",
            salon_id=meant.salon_id,
            metadata={**named, **_told(meant), "redriven": outcome.redriven},
        )
    return outcome


async def redrive_all(
    session: AsyncSession,
    *,
    meant: Filter,
    by: Actor,
    rate_per_minute: int | None = None,
    named: Mapping[str, Any] | None = None,
) -> tuple[Redrive | None, Redriven]:
    """Begin a redrive: one letter first, the others at the rate, which is the setting's unless
    given. Answers no redrive when there is nothing to send.
    """
    redrive, outcome = await verbs.begin_redrive(
        session,
        meant=meant,
        rate_per_minute=rate_per_minute or load(RedriveSettings).redrive_rate_per_minute,
        by=str(by.user_id or by.kind),
    )
    if redrive is not None:
        await _record(
            session,
            by=by,
            action="dead_letter.redrive_begin",
            salon_id=meant.salon_id,
            metadata={
                **(named or {}),
                **_told(meant),
                "redrive_id": str(redrive.id),
                "letters": redrive.total,
                "rate_per_minute": redrive.rate_per_minute,
            },
        )
    return redrive, outcome


async def stop_redrive(
    session: AsyncSession, *, redrive_id: UUID, by: Actor, salon_id: UUID | None = None
) -> Redrive:
    """Let nothing more out. Raises `NotFound`."""
    redrive = await verbs.stop_redrive(
        session, redrive_id=redrive_id, reason=BY_A_PERSON, salon_id=salon_id
    )
    await _record(
        session,
        by=by,
        action="dead_letter.redrive_stop",
        salon_id=redrive.salon_id,
        metadata={"redrive_id": str(redrive.id), "released": redrive.released},
    )
    return redrive


async def lay_aside(
    session: AsyncSession, *, letter_id: UUID, by: Actor, salon_id: UUID | None = None
) -> None:
    """Close a letter that needs nothing more. Raises `NotFound`, `Conflict`."""
    letter = await get_letter(session, letter_id=letter_id, salon_id=salon_id)
    if not await dismiss(session, letters=[(letter.salon_id, letter.id)]):
        raise Conflict("It does not wait for anybody any more.", code="letter_already")
    await _record(
        session,
        by=by,
        action="dead_letter.dismiss",
        letter=letter.id,
        salon_id=letter.salon_id,
        metadata={"failure_type": letter.failure_type},
    )


async def purge_letters(session: AsyncSession, *, meant: Filter, by: Actor) -> int:
    """Remove what the runbook allows; answers how many letters went."""
    gone = await purge(session, meant=meant)
    if gone:
        await _record(
            session,
            by=by,
            action="dead_letter.purge",
            salon_id=meant.salon_id,
            metadata={**_told(meant), "purged": gone},
        )
    return gone


async def _record(
    session: AsyncSession,
    *,
    by: Actor,
    action: str,
    salon_id: UUID | None,
    metadata: Mapping[str, Any],
    letter: UUID | str = EVERYTHING,
) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type="dead_letter",
        resource_id=letter,
        salon_id=salon_id,
        metadata=metadata,
    )


def _told(meant: Filter) -> dict[str, Any]:
    said = {
        "failure_types": list(meant.failure_types),
        "channel": meant.channel,
        "since": meant.since.isoformat() if meant.since else None,
    }
    return {name: value for name, value in said.items() if value}
