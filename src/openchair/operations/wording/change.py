"""Changes a salon's own words, written in the audit log, from which what stood there before can
be brought back. Called by the console.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.queries import list_acts
from openchair.identity.audit.record import Actor, record
from openchair.notifications.templates.place import Place
from openchair.notifications.templates.rules import Written
from openchair.notifications.templates.save import reset, save
from openchair.platform.errors import Conflict

RESOURCE = "message_template"
SAVED, RESET, BROUGHT_BACK = "save", "reset", "bring_back"
CHANGES = frozenset({SAVED, RESET, BROUGHT_BACK})


async def change_words(
    session: AsyncSession, *, place: Place, written: Written | None, by: Actor, now: datetime
) -> bool:
    """Say it in these words from now on; None is back to the built-in ones. True when anything
    changed. Raises what `save` raises.
    """
    action = SAVED if written else RESET
    return await _change(session, place=place, written=written, action=action, by=by, now=now)


async def bring_back(
    session: AsyncSession, *, place: Place, at: datetime, by: Actor, now: datetime
) -> bool:
    """Let the words that stood there before the change of `at` count again. True when anything
    changed. Raises `Conflict` (`change_unknown`) when the log knows no change of that moment.
    """
    acts = await list_acts(
        session, salon_id=place.salon_id, resource_type=RESOURCE, resource_id=place.id
    )
    for act in acts:
        if act.at == at and act.action in CHANGES:
            before = written_of(act.metadata.get("before"))
            return await _change(
                session, place=place, written=before, action=BROUGHT_BACK, by=by, now=now
            )
    raise Conflict("The log no longer knows this change.", code="change_unknown")


def written_of(kept: Mapping[str, Any] | None) -> Written | None:
    """Words as the log keeps them; None for the built-in ones."""
    return Written(subject=kept["subject"], body=kept["body"]) if kept else None


async def _change(
    session: AsyncSession,
    *,
    place: Place,
    written: Written | None,
    action: str,
    by: Actor,
    now: datetime,
) -> bool:
    if written is None:
        change = await reset(session, place=place)
    else:
        change = await save(session, place=place, written=written, by=by.user_id, now=now)
    if not change.is_one:
        return False
    await record(
        session,
        actor=by,
        action=action,
        resource_type=RESOURCE,
        resource_id=place.id,
        salon_id=place.salon_id,
        metadata={
            "kind": place.kind,
            "channel": place.channel,
            "language": place.language,
            **change.metadata,
        },
    )
    return True
