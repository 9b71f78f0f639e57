"""A time zone as a calendar file carries it (RFC 5545, 3.6.5): every change of the clock near one
visit, with the local time of its onset in the offset before it. Pure.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard


@lru_cache(maxsize=256)
def zone_component(time_zone: str, *, year: int) -> Timezone:
    """The VTIMEZONE that is right from the beginning of `year` to the end of the next one."""
    zone = ZoneInfo(time_zone)
    first = datetime(year, 1, 1, tzinfo=UTC)
    component = Timezone()
    component.add("TZID", time_zone)
    component.add_component(_observance(zone, onset=first, before=first))
    for onset in _changes(zone, first=first, last=datetime(year + 2, 1, 1, tzinfo=UTC)):
        component.add_component(_observance(zone, onset=onset, before=onset - timedelta(seconds=1)))
    return component


def _observance(
    zone: ZoneInfo, *, onset: datetime, before: datetime
) -> TimezoneStandard | TimezoneDaylight:
    """The rule that holds from `onset` on; `before` is an instant of the rule it follows."""
    old, new = before.astimezone(zone), onset.astimezone(zone)
    old_offset, new_offset = old.utcoffset(), new.utcoffset()
    assert old_offset is not None  # noqa: S101 -- a zone always has an offset
    rule = TimezoneDaylight() if new.dst() else TimezoneStandard()
    rule.add("DTSTART", onset.replace(tzinfo=None) + old_offset)
    rule.add("TZOFFSETFROM", old_offset)
    rule.add("TZOFFSETTO", new_offset)
    rule.add("TZNAME", new.tzname())
    return rule


def _changes(zone: ZoneInfo, *, first: datetime, last: datetime) -> list[datetime]:
    """The instants, to the minute, at which the offset or its name changes."""
    found = []
    instant = first
    while instant < last:
        following = instant + timedelta(days=1)
        if _rule(zone, instant) != _rule(zone, following):
            found.append(_narrow(zone, after=instant, until=following))
        instant = following
    return found


def _narrow(zone: ZoneInfo, *, after: datetime, until: datetime) -> datetime:
    old = _rule(zone, after)
    while until - after > timedelta(minutes=1):
        middle = after + ((until - after) / 2 // timedelta(minutes=1)) * timedelta(minutes=1)
        after, until = (middle, until) if _rule(zone, middle) == old else (after, middle)
    return until


def _rule(zone: ZoneInfo, instant: datetime) -> tuple[timedelta | None, str | None]:
    local = instant.astimezone(zone)
    return local.utcoffset(), local.tzname()
