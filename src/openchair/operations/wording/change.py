"""Changes a salon's own words, written in the audit log, from which what stood there before can
be brought back. Called by the console.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.queries import list_acts
from openchair.identity.audit.record import Actor, record
from openchair.notifications.templates.rules import Written
from openchair.notifications.templates.save import Change, reset, save, template_id
from openchair.platform.errors import Conflict

RESOURCE = "message_template"
SAVED, RESET, BROUGHT_BACK = "save", "reset", "bring_back"
CHANGES = frozenset({SAVED, RESET, BROUGHT_BACK})


async def change_words(
    session: AsyncSession,
    *,
    salon_id: UUID,
    kind: str,
    channel: str,
    language: str,
    written: Written | None,
    by: Actor,
    now: datetime,
) -> bool:
    """Say it in these words from now on; None is back to the built-in ones. True when anything
    changed. Raises what `save` raises.
    """
    action = SAVED if written else RESET
    return await _change(
        session,
        salon_id=salon_id,
        kind=kind,
        channel=channel,
        language=language,
        written=written,
        action=action,
        by=by,
        now=now,
    )


async def bring_back(
    session: AsyncSession,
    *,
    salon_id: UUID,
    kind: str,
    channel: str,
    language: str,
    at: datetime,
    by: Actor,
    now: datetime,
) -> bool:
    """Let the words that stood there before the change of `at` count again.

    Raises `Conflict` (`change_unknown`) when the log knows no change of that moment.
    """
    identifier = template_id(salon_id=salon_id, kind=kind, channel=channel, language=language)
    acts = await list_acts(
        session, salon_id=salon_id, resource_type=RESOURCE, resource_id=identifier
    )
    for act in acts:
        if act.at == at and act.action in CHANGES:
            return await _change(
                session,
                salon_id=salon_id,
                kind=kind,
                channel=channel,
                language=language,
                written=written_of(act.metadata.get("before")),
                action=BROUGHT_BACK,
                by=by,
                now=now,
            )
    raise Conflict("The log no longer knows this change.", code="change_unknown")


def written_of(kept: Mapping[str, Any] | None) -> Written | None:
    """Words as the log keeps them."""
    return Written(subject=kept["subject"], body=kept["body"]) if kept else None


async def _change(
    session: AsyncSession,
    *,
    salon_id: UUID,
    kind: str,
    channel: str,
    language: str,
    written: Written | None,
    action: str,
    by: Actor,
    now: datetime,
) -> bool:
    change: Change
    if written is None:
        change = await reset(
            session, salon_id=salon_id, kind=kind, channel=channel, language=language
        )
    else:
        change = await save(
            session,
            salon_id=salon_id,
            kind=kind,
            channel=channel,
            language=language,
            written=written,
            by=by.user_id,
            now=now,
        )
    if not change.is_one:
        return False
    await record(
        session,
        actor=by,
        action=action,
        resource_type=RESOURCE,
        resource_id=template_id(salon_id=salon_id, kind=kind, channel=channel, language=language),
        salon_id=salon_id,
        metadata={"kind": kind, "channel": channel, "language": language, **change.metadata},
    )
    return True
