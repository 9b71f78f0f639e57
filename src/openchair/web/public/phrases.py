"""Times and terms as a person would say them: "today 16:30", "until Tuesday, 18:00".
Pure; used by home, the wizard and the manage page."""

from datetime import date, datetime, timedelta

from openchair.web.public.site import Site

DAYS_NAMED_BY_WEEKDAY = 6
MINUTES_A_DAY = 1440


def day_in_words(*, site: Site, day: date) -> str:
    """As in "today", "tomorrow", "Thursday" within a week, else "Thursday, 3 December"."""
    distance = (day - site.formats.local(site.now).date()).days
    if distance == 0:
        return site.words.text("today")
    if distance == 1:
        return site.words.text("tomorrow")
    if 1 < distance <= DAYS_NAMED_BY_WEEKDAY:
        return site.formats.weekday(day.weekday())
    return site.formats.weekday_day_month(day)


def moment(*, site: Site, instant: datetime) -> str:
    """As in "today 16:30" or "Thursday, 3 December, 16:30"."""
    local = site.formats.local(instant)
    return site.words.text(
        "{day}, {time}",
        day=day_in_words(site=site, day=local.date()),
        time=site.formats.time(instant),
    )


def exact_moment(*, site: Site, instant: datetime) -> str:
    """As in "Tuesday, 24 November 2026, 16:30": nothing left to guess."""
    return site.words.text(
        "{day}, {time}", day=site.formats.full_date(instant), time=site.formats.time(instant)
    )


def span(*, site: Site, minutes: int) -> str:
    """A deadline's distance: "24 hours", "2 days", "90 minutes"."""
    n = site.words.plural
    if minutes % MINUTES_A_DAY == 0 and minutes >= 2 * MINUTES_A_DAY:
        return n("{number} day", "{number} days", minutes // MINUTES_A_DAY)
    if minutes % 60 == 0:
        return n("{number} hour", "{number} hours", minutes // 60)
    return n("{number} minute", "{number} minutes", minutes)


def cancel_terms(site: Site) -> str:
    """The cancellation policy in one sentence, for everyone who has not booked yet."""
    minutes = site.salon.policies.cancel_deadline_minutes
    if minutes <= 0:
        return site.words.text("You can cancel free of charge until it begins.")
    return site.words.text(
        "You can cancel free of charge until {span} before.", span=span(site=site, minutes=minutes)
    )


def deadline(*, site: Site, until: datetime | None) -> str:
    """A deadline as a moment with its date, or nothing when there is none or it is over."""
    if until is None or until < site.now:
        return ""
    local = site.formats.local(until)
    if local.date() - site.formats.local(site.now).date() <= timedelta(days=1):
        return moment(site=site, instant=until)
    return site.words.text(
        "{day}, {time}",
        day=site.formats.weekday_day_month(local.date()),
        time=site.formats.time(until),
    )
