"""Circuit breakers, shared by all processes: a provider that keeps failing is left alone a while.

Closed: everybody may call. After `FAILURES_TO_OPEN` failures in a row it opens: nobody calls.
After a cool-down (`settings.py`) one caller may probe; its success closes the breaker, its failure
keeps it open. All times are the database's. Called by whoever speaks to somebody else's service.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.breakers.events import BreakerClosed, BreakerOpened
from openchair.platform.breakers.settings import BreakerSettings
from openchair.platform.events.event import emit
from openchair.platform.logging.setup import logger
from openchair.platform.settings.base import load

FAILURES_TO_OPEN = 5
PROBE_SECONDS = 120
MAX_WORDS = 500

log = logger(__name__)


class Permit(StrEnum):
    """What a caller may do: call as usual, call once as the probe, or not call."""

    CLOSED = "closed"
    PROBE = "probe"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """A provider's breaker as it stands."""

    provider: str
    state: str
    failures: int
    opened_at: datetime | None
    last_error: str | None
    changed_at: datetime


async def permits(session: AsyncSession, *, providers: Sequence[str]) -> dict[str, Permit]:
    """What the caller may do with each provider now. Whoever is answered `PROBE` is the only one
    for `PROBE_SECONDS`, and has to say what came of it.
    """
    rows = await session.execute(
        text("SELECT provider FROM provider_breakers WHERE state = 'open' AND provider = ANY(:of)"),
        {"of": list(providers)},
    )
    opened = [row.provider for row in rows]
    if not opened:
        return dict.fromkeys(providers, Permit.CLOSED)
    cool_down = load(BreakerSettings).breaker_cool_down_seconds
    probes = {
        row.provider
        for row in await session.execute(
            PROBE, {"of": opened, "cool_down": cool_down, "probe": PROBE_SECONDS}
        )
    }
    return {
        name: Permit.PROBE if name in probes else (Permit.OPEN if name in opened else Permit.CLOSED)
        for name in providers
    }


async def permit(session: AsyncSession, *, provider: str) -> Permit:
    """The same for one provider."""
    return (await permits(session, providers=[provider]))[provider]


async def note_success(session: AsyncSession, *, provider: str, probe: bool) -> None:
    """The provider answered as it should. Only a probe's success closes an open breaker: others
    may have been under way on a connection from before the fault.
    """
    closed = (
        await session.execute(SUCCEEDED, {"provider": provider, "probe": probe})
    ).one_or_none()
    if closed is not None and closed.was_open:
        log.warning("breaker closed", provider=provider)
        await emit(session, BreakerClosed(salon_id=None, subject_id=None, provider=provider))


async def note_failure(session: AsyncSession, *, provider: str, words: str) -> bool:
    """The provider failed. Answers True when this opened its breaker."""
    row = (
        await session.execute(
            FAILED,
            {"provider": provider, "words": words[:MAX_WORDS], "most": FAILURES_TO_OPEN},
        )
    ).one()
    if not row.opened:
        return False
    log.warning("breaker opened", provider=provider, failures=row.failures, error=words[:200])
    await emit(
        session,
        BreakerOpened(salon_id=None, subject_id=None, provider=provider, words=words[:MAX_WORDS]),
    )
    return True


async def give_back_probe(session: AsyncSession, *, provider: str) -> None:
    """The probe was not needed after all: the next caller may."""
    await session.execute(
        text("UPDATE provider_breakers SET probe_until = NULL WHERE provider = :provider"),
        {"provider": provider},
    )


async def list_breakers(session: AsyncSession) -> list[Breaker]:
    """Every breaker that ever counted a failure, by name, at most two hundred."""
    rows = await session.execute(
        text("""
            SELECT provider, state, failures, opened_at, last_error, changed_at
            FROM provider_breakers ORDER BY provider LIMIT 200
        """)
    )
    return [Breaker(**row) for row in rows.mappings()]


WELL = """
    UPDATE provider_breakers SET failures = 0
    WHERE provider = ANY({providers}) AND state = 'closed' AND failures > 0
"""
"""For a statement of a hot path that writes down successes anyhow: these providers, none of them
probed, have no failures in a row any more. Like `note_success`."""

ANY_OPEN = "EXISTS (SELECT FROM provider_breakers WHERE state = 'open')"
"""A condition: some provider is left alone at the moment."""

PROBE = text("""
    UPDATE provider_breakers SET probe_until = now() + make_interval(secs => :probe)
    WHERE provider IN (
        SELECT provider FROM provider_breakers
        WHERE provider = ANY(:of) AND state = 'open'
            AND opened_at <= now() - make_interval(secs => :cool_down)
            AND (probe_until IS NULL OR probe_until <= now())
        ORDER BY provider
        FOR UPDATE SKIP LOCKED
    )
    RETURNING provider
""")

SUCCEEDED = text("""
    UPDATE provider_breakers AS breaker
    SET state = 'closed', failures = 0, probe_until = NULL, opened_at = NULL,
        changed_at = CASE WHEN before.state = 'open' THEN now() ELSE breaker.changed_at END
    FROM (
        SELECT provider, state FROM provider_breakers
        WHERE provider = :provider
            AND ((state = 'closed' AND failures > 0) OR (state = 'open' AND :probe))
        FOR UPDATE
    ) AS before
    WHERE breaker.provider = before.provider
    RETURNING before.state = 'open' AS was_open
""")

FAILED = text("""
    INSERT INTO provider_breakers AS breaker (provider, failures, last_error, changed_at)
    VALUES (:provider, 1, :words, now())
    ON CONFLICT (provider) DO UPDATE
    SET failures = breaker.failures + 1, last_error = excluded.last_error,
        state = CASE WHEN breaker.failures + 1 >= :most THEN 'open' ELSE breaker.state END,
        opened_at = CASE
            WHEN breaker.state = 'open' AND breaker.probe_until IS NOT NULL THEN now()
            WHEN breaker.state = 'closed' AND breaker.failures + 1 >= :most THEN now()
            ELSE breaker.opened_at END,
        probe_until = NULL,
        changed_at = CASE
            WHEN breaker.state = 'closed' AND breaker.failures + 1 >= :most THEN now()
            ELSE breaker.changed_at END
    RETURNING failures, state = 'open' AND failures = :most AS opened
""")
