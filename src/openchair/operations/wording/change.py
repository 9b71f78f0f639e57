"""Changes a salon's own words, written in the audit log, from which what stood there before can
be brought back. Called by the console.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.queries import list_acts
from openchair.identity.audit.record import Actor, record
from openchair.notifications.templates.place import Place
from openchair.notifications.templates.rules import Written
from openchair.notifications.templates.save import reset, save
from openchair.platform.errors import Conflict

RESOURCE = "message_template"
SAVED, RESET, BROUGHT_BACK = "save", "reset", "bring_back"
OVERTAKEN = "words_changed"
VERSION_LETTERS = 16
CHANGES = frozenset({SAVED, RESET, BROUGHT_BACK})


def version_of(saved: Written | None) -> str:
    """Names what is saved at a place, None the built-in words: other words, another name."""
    return sha256(orjson.dumps(asdict(saved) if saved else None)).hexdigest()[:VERSION_LETTERS]


async def change_words(
    session: AsyncSession,
    *,
    place: Place,
    written: Written | None,
    by: Actor,
    now: datetime,
    seen: str | None = None,
) -> bool:
    """Say it in these words from now on; None is back to the built-in ones. True when anything
    changed. `seen` is the version that whoever writes has read.

    Raises what `save` raises, and `Conflict` (`words_changed`) when somebody saved other words
    since; nothing is changed then, once the door's transaction has ended.
    """
    action = SAVED if written else RESET
    return await _change(
        session, place=place, written=written, action=action, by=by, now=now, seen=seen
    )


async def bring_back(
    session: AsyncSession,
    *,
    place: Place,
    at: datetime,
    by: Actor,
    now: datetime,
    seen: str | None = None,
) -> bool:
    """Let the words that stood there before the change of `at` count again. True when anything
    changed. Raises `Conflict`: `change_unknown` when the log knows no change of that moment,
    `words_changed` as `change_words` does.
    """
    acts = await list_acts(
        session, salon_id=place.salon_id, resource_type=RESOURCE, resource_id=place.id
    )
    for act in acts:
        if act.at == at and act.action in CHANGES:
            before = written_of(act.metadata.get("before"))
            return await _change(
                session,
                place=place,
                written=before,
                action=BROUGHT_BACK,
                by=by,
                now=now,
                seen=seen,
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
    seen: str | None,
) -> bool:
    if written is None:
        change = await reset(session, place=place)
    else:
        change = await save(session, place=place, written=written, by=by.user_id, now=now)
    if not change.is_one:
        return False
    if seen is not None and seen != version_of(change.before):
        raise Conflict("Somebody has saved other words in the meantime.", code=OVERTAKEN)
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
