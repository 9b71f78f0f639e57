"""Who did what to what, written in the transaction that did it.

Every verb that changes something for somebody calls `record`; rows are never changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform import correlation
from openchair.platform.db.together import Write, write_together
from openchair.platform.ids import new_id

_COLUMNS = (
    "id",
    "salon_id",
    "actor",
    "user_id",
    "action",
    "resource_type",
    "resource_id",
    "ip_address",
    "correlation_id",
    "metadata",
)
_INSERT = f"""
    INSERT INTO audit_logs ({", ".join(_COLUMNS)})
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""  # noqa: S608 - the names are this module's own


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a client with a link, somebody of the team, or the system by itself."""

    kind: Literal["client", "user", "system"]
    user_id: UUID | None = None
    ip: str | None = None
    user_agent: str | None = None


SYSTEM = Actor("system")


def audit_values(
    *,
    actor: Actor,
    action: str,
    resource_type: str,
    resource_id: UUID | str,
    salon_id: UUID | None,
    metadata: Mapping[str, Any],
) -> dict[str, Any]:
    """The row of one act by column name; `metadata` as JSON text, as the driver takes it."""
    return {
        "id": new_id(),
        "salon_id": salon_id,
        "actor": actor.kind,
        "user_id": actor.user_id,
        "action": action,
        "resource_type": resource_type,
        "resource_id": str(resource_id),
        "ip_address": actor.ip,
        "correlation_id": correlation.current(),
        "metadata": orjson.dumps(_with_user_agent(metadata, actor), default=str).decode(),
    }


async def record(
    session: AsyncSession,
    *,
    actor: Actor,
    action: str,
    resource_type: str,
    resource_id: UUID | str,
    salon_id: UUID | None,
    metadata: Mapping[str, Any],
) -> None:
    """Write one act. `metadata` is JSON data; a change says `before` and `after`."""
    row = audit_values(
        actor=actor,
        action=action,
        resource_type=resource_type,
        resource_id=resource_id,
        salon_id=salon_id,
        metadata=metadata,
    )
    await write_together(session, [audit_write(row)])


def audit_write(row: Mapping[str, Any]) -> Write:
    """The act of `audit_values`, for a statement that writes more."""
    return Write("audited", _INSERT, [row[name] for name in _COLUMNS])


def _with_user_agent(metadata: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    return {**metadata, "user_agent": actor.user_agent} if actor.user_agent else dict(metadata)
