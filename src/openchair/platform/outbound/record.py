"""Writes one try of one call into `api_logs`, and tells the service's breaker. For `call.py`."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform import correlation
from openchair.platform.breakers.breaker import give_back_probe, note_failure, note_success
from openchair.platform.ids import new_id
from openchair.platform.outbound.answer import Answer
from openchair.platform.outbound.errors import OutboundFailed
from openchair.platform.outbound.models import ApiLogRow
from openchair.platform.outbound.retries import failed

MAX_PATH = 500
MAX_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One try and what came of it. `path` has no query. `breaker` is None when somebody else
    looks after it; `probe` tells that this was the one call an open breaker let through;
    `reached` that it came further than the queue for a connection of ours.
    """

    service: str
    method: str
    host: str
    path: str
    number: int
    duration_ms: int
    came_of: Answer | OutboundFailed
    salon_id: UUID | None
    trace_id: str
    breaker: str | None
    probe: bool
    reached: bool


async def record(session: AsyncSession, *, tried: Tried) -> None:
    """Keep the try, without query, bodies, headers or secrets."""
    came_of = tried.came_of
    await session.execute(
        insert(ApiLogRow).values(
            id=new_id(),
            service_name=tried.service,
            method=tried.method,
            host=tried.host,
            path=tried.path[:MAX_PATH],
            attempt=tried.number,
            status_code=came_of.status_code if isinstance(came_of, Answer) else None,
            duration_ms=tried.duration_ms,
            error=None if isinstance(came_of, Answer) else _words(came_of),
            salon_id=tried.salon_id,
            correlation_id=correlation.current(),
            trace_id=tried.trace_id,
        )
    )
    if tried.breaker is not None:
        await _tell(session, tried=tried, breaker=tried.breaker)


async def _tell(session: AsyncSession, *, tried: Tried, breaker: str) -> None:
    """Let the breaker count. What never came to the service says nothing about it."""
    came_of = tried.came_of
    if failed(came_of) and tried.reached:
        await note_failure(session, provider=breaker, words=_words(came_of))
    elif isinstance(came_of, Answer):
        await note_success(session, provider=breaker, probe=tried.probe)
    elif tried.probe:
        await give_back_probe(session, provider=breaker)


def _words(came_of: Answer | OutboundFailed) -> str:
    if isinstance(came_of, Answer):
        return f"answered {came_of.status_code}"
    return f"{came_of.reason}: {came_of.words}"[:MAX_ERROR]
