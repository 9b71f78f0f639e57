"""Times as an operator reads them: relative, the exact one (UTC) on hover. Pure.

A script may say the exact one in the reader's own zone; see frontend/scripts/ops.
"""

from datetime import UTC, datetime, timedelta

from markupsafe import Markup

MINUTE, HOUR, DAY = 60, 3600, 86_400
SECONDS_UNTIL, MINUTES_UNTIL, HOURS_UNTIL = 90, 90 * MINUTE, 36 * HOUR


def span(length: timedelta) -> str:
    """`42 s`, `17 min`, `5 h`, `3 days`: one number, as coarse as it may be."""
    seconds = abs(length.total_seconds())
    if seconds < SECONDS_UNTIL:
        return f"{seconds:.0f} s"
    if seconds < MINUTES_UNTIL:
        return f"{seconds / MINUTE:.0f} min"
    if seconds < HOURS_UNTIL:
        return f"{seconds / HOUR:.0f} h"
    return f"{seconds / DAY:.0f} days"


def ago(moment: datetime, *, now: datetime) -> str:
    """`17 min ago`, `in 3 h`, `just now`."""
    distance = now - moment
    if abs(distance.total_seconds()) < 1:
        return "just now"
    return f"{span(distance)} ago" if distance > timedelta(0) else f"in {span(distance)}"


def exact(moment: datetime) -> str:
    """`2026-11-22 14:02:07 UTC`."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def clock(moment: datetime, *, now: datetime) -> str:
    """`14:02 UTC`, with the day in front when it is not today's."""
    there = moment.astimezone(UTC)
    day = "" if there.date() == now.astimezone(UTC).date() else f"{there:%d %b} "
    return f"{day}{there:%H:%M} UTC"


def element(moment: datetime | None, *, now: datetime, words: str | None = None) -> Markup:
    """A `<time>` with its words (relative unless given); a dash for no moment."""
    if moment is None:
        return Markup('<span class="soft">–</span>')
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.astimezone(UTC).isoformat(), exact(moment), words or ago(moment, now=now)
    )
