"""When a message may not disturb its recipient, and until when it waits then.

Called by the gate; `quiet_until` is pure, `quiet_hours_of` reads what salons decided. In a night
in which the clocks change, quiet that begins in an hour that happens twice begins the first time,
what ends there ends the last time, and a time that is skipped is the moment of the jump.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

WAITS_FOR = "quiet_hours"
DAY = 1440
MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)
WAITING = {("sms", "reminder"), ("sms", "marketing"), ("email", "marketing")}


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Minutes since local midnight; past midnight when `ends` is the smaller, never when equal."""

    begins: int = 21 * 60
    ends: int = 8 * 60


USUAL = QuietHours()


def quiet_until(
    *,
    now: datetime,
    channel: str,
    category: str,
    time_zone: str,
    quiet: QuietHours,
    expires_at: datetime | None = None,
) -> datetime | None:
    """The instant until which a message waits, or None when it may go out now.

    SMS wait unless they are transactional, mails only when they are marketing: a mail makes no
    noise. What would be too late by the end of the quiet time goes out now.
    """
    if (channel, category) not in WAITING:
        return None
    until = end_of_quiet(now=now, zone=zone_of(time_zone), quiet=quiet)
    if until is None or (expires_at is not None and expires_at <= until):
        return None
    return until


def end_of_quiet(*, now: datetime, zone: ZoneInfo, quiet: QuietHours) -> datetime | None:
    """When the quiet time ends that `now` is in; None when it is in none."""
    if quiet.begins == quiet.ends:
        return None
    until = now
    today = now.astimezone(zone).date()
    for begins, ends in _stretches(today, zone=zone, quiet=quiet):
        if begins <= until < ends:
            until = ends
    return until.astimezone(UTC) if until > now else None


@lru_cache(maxsize=600)
def zone_of(name: str) -> ZoneInfo:
    """The zone of this IANA name; UTC where it is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


async def quiet_hours_of(
    session: AsyncSession, *, salon_ids: Sequence[UUID]
) -> dict[UUID, tuple[QuietHours, str]]:
    """Each salon's quiet hours (21:00 to 8:00 unless it decided otherwise) and its zone."""
    rows = await session.execute(QUIET, {"salon_ids": list(salon_ids)})
    return {
        row.id: (
            USUAL
            if row.quiet_from_minute is None
            else QuietHours(row.quiet_from_minute, row.quiet_until_minute),
            row.time_zone,
        )
        for row in rows
    }


def _stretches(
    today: date, *, zone: ZoneInfo, quiet: QuietHours
) -> Iterator[tuple[datetime, datetime]]:
    """The quiet times that can hold an instant of `today`, and the one after."""
    over_midnight = ONE_DAY if quiet.ends < quiet.begins else timedelta()
    for day in (today - ONE_DAY, today, today + ONE_DAY):
        yield (
            _instant(day, quiet.begins, zone=zone, last=False),
            _instant(day + over_midnight, quiet.ends, zone=zone, last=True),
        )


def _instant(day: date, minute: int, *, zone: ZoneInfo, last: bool) -> datetime:
    """When the clock shows this minute of this date, the first or the last time."""
    wall = datetime.combine(day, time(minute // 60, minute % 60), zone).replace(fold=int(last))
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    return _jump(wall.replace(fold=1).astimezone(UTC), wall.replace(fold=0).astimezone(UTC), zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The minute at which the clock of the zone jumps, between two instants around it."""
    old = before.astimezone(zone).utcoffset()
    while after - before > MINUTE:
        middle = before + (after - before) // 2
        middle -= timedelta(seconds=middle.second, microseconds=middle.microsecond)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


QUIET = text("""
    SELECT salons.id, salons.time_zone, policy.quiet_from_minute, policy.quiet_until_minute
    FROM salons LEFT JOIN message_policies AS policy ON policy.salon_id = salons.id
    WHERE salons.id = ANY(CAST(:salon_ids AS uuid[]))
""")
