"""When the visits of a series begin: the same time on the wall, every so many weeks. Pure."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from openchair.platform.errors import Invalid

MOST_VISITS = 104
MOST_WEEKS = 52


def series_starts(
    *, start: datetime, every_weeks: int, until: date, time_zone: str
) -> list[datetime]:
    """The first visit at `start` and all that follow up to the local date `until` (inside), in the
    salon's zone. A time that the clocks skip on one of the dates is an hour later there.

    Raises `Invalid` on `every_weeks` or `until` (before the first visit, more than 104 visits, or
    none after the first).
    """
    if not 1 <= every_weeks <= MOST_WEEKS:
        raise Invalid(f"A series repeats every 1 to {MOST_WEEKS} weeks.", field="every_weeks")
    first = start.astimezone(ZoneInfo(time_zone))
    if until < first.date() + timedelta(weeks=every_weeks):
        raise Invalid(
            "The series ends before its second visit. Please choose a later date.", field="until"
        )
    count = (until - first.date()).days // (7 * every_weeks) + 1
    if count > MOST_VISITS:
        raise Invalid(
            f"A series has at most {MOST_VISITS} visits. Please choose an earlier date.",
            field="until",
        )
    return [shifted(first, timedelta(weeks=every_weeks * number)) for number in range(count)]


def shifted(moment: datetime, by: timedelta) -> datetime:
    """The same distance on the wall clock, whatever the clocks do in between."""
    wall = moment.replace(tzinfo=None) + by
    return wall.replace(tzinfo=moment.tzinfo).astimezone(UTC).astimezone(moment.tzinfo)


def wall_distance(before: datetime, after: datetime) -> timedelta:
    """How far apart two moments are on the wall clock of the first one's zone."""
    local = after.astimezone(before.tzinfo)
    return local.replace(tzinfo=None) - before.replace(tzinfo=None)
