"""A salon's budget as its page shows it: figures, bars, plots, what is going to happen. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal

from openchair.notifications.budgets.queries import DayUsage, MonthUsage, ThisMonth
from openchair.notifications.budgets.rules import CAP, CRITICAL, WARNING, levels_reached
from openchair.web.console.budget_plot import Plot, draw
from openchair.web.console.door import Desk

MONTHS_SHOWN = 12
PACE_FROM_DAY = 4
"""Sooner in the month a pace says nothing."""

EMAIL = "email"
STATES = {WARNING: "warning", CRITICAL: "critical", CAP: "capped"}
ICONS = {"fine": "check", "warning": "info", "critical": "circle-alert", "capped": "x"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing that can happen when the budget is used up."""

    value: str
    name: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form of one channel as it is typed."""

    limit: str
    at_cap: str
    warning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """One channel's month. `share` is 0 to 100 for the bar, None where there is no limit."""

    channel: str
    name: str
    used: str
    of: str
    state: str
    state_words: str
    icon: str
    share: float | None
    facts: tuple[tuple[str, str], ...]
    sentence: str
    days: Plot
    months: Plot
    form: Form
    unit: str
    default: str


def view_channel(
    desk: Desk,
    found: ThisMonth,
    *,
    days: Sequence[DayUsage],
    months: Sequence[MonthUsage],
    default: int | None,
    form: Form | None,
) -> ChannelView:
    """One channel in the words and formats of the person who looks at it."""
    channel, limit, used = found.budget.channel, found.budget.limit, found.usage.used
    reached = levels_reached(used=used, limit=limit, held_back=False)
    state = STATES[max(reached)] if reached else "fine"
    say = desk.words.text
    return ChannelView(
        channel=channel,
        name=say("Mails") if channel == EMAIL else say("SMS"),
        used=number(desk, used),
        of=amount(desk, channel, limit) if limit is not None else "",
        state=state,
        state_words=_state_words(desk, state),
        icon=ICONS[state],
        share=None
        if limit is None
        else min(100.0, round(used * 100 / limit, 2) if limit else 100.0),
        facts=tuple(_facts(desk, found)),
        sentence=_what_happens(desk, found, state=state),
        days=_days(desk, found, days),
        months=_months(desk, found, months),
        form=form
        or Form(
            limit=str(limit) if found.budget.own and limit is not None else "",
            at_cap=found.budget.at_cap,
        ),
        unit=say("mails a month") if channel == EMAIL else say("segments a month"),
        default=say("no limit") if default is None else number(desk, default),
    )


def choices(desk: Desk) -> tuple[Choice, ...]:
    """What a salon can choose for the day when the budget is used up."""
    say = desk.words.text
    return (
        Choice(
            value="reminders_only",
            name=say("Leave out marketing"),
            meaning=say("Confirmations and reminders go on, also beyond the limit."),
        ),
        Choice(
            value="delay",
            name=say("Wait for the next month"),
            meaning=say(
                "Confirmations go on. Reminders and marketing wait; what would be too late then"
                " is left out."
            ),
        ),
        Choice(
            value="skip",
            name=say("Send nothing any more"),
            meaning=say("Clients get no confirmations either. Only for who really cannot pay."),
        ),
    )


def month_name(desk: Desk, month: date) -> str:
    """As in "November 2026"."""
    return str(format_skeleton("yMMMM", month, locale=desk.formats.locale))


def number(desk: Desk, value: int) -> str:
    """Whole, with the language's own marks between thousands."""
    return str(format_decimal(value, locale=desk.formats.locale))


def amount(desk: Desk, channel: str, value: int) -> str:
    """A number of mails, or of SMS segments."""
    plural = desk.words.plural
    if channel == EMAIL:
        return plural("{shown} mail", "{shown} mails", value, shown=number(desk, value))
    return plural("{shown} segment", "{shown} segments", value, shown=number(desk, value))


def at_once(desk: Desk, *, channel: str, used: int, at_cap: str) -> str:
    """The warning before a limit that is reached already."""
    say = desk.words.text
    told = {
        "reminders_only": say("Marketing is left out from now on."),
        "delay": say("Reminders and marketing wait for the next month from now on."),
        "skip": say("Clients get nothing any more from now on, not even confirmations."),
    }[at_cap]
    used_up = say("This month has used {amount} already.", amount=amount(desk, channel, used))
    return f"{used_up} {told}"


def _state_words(desk: Desk, state: str) -> str:
    say = desk.words.text
    return {
        "fine": say("Within the budget"),
        "warning": say("More than 80 % used"),
        "critical": say("More than 95 % used"),
        "capped": say("Used up"),
    }[state]


def _facts(desk: Desk, found: ThisMonth) -> list[tuple[str, str]]:
    say, usage, channel = desk.words.text, found.usage, found.budget.channel
    facts = []
    if usage.cost_currency is not None:
        cost = format_currency(
            usage.cost_micros / 1_000_000, usage.cost_currency, locale=desk.formats.locale
        )
        facts.append((say("Cost so far"), str(cost)))
    elif channel != EMAIL:
        facts.append((say("Cost so far"), say("the provider has named no price yet")))
    if (pace := _pace(desk, found)) is not None:
        told = say("about {amount}", amount=amount(desk, channel, pace))
        facts.append((say("At this pace by the end of the month"), told))
    if found.waiting:
        facts.append((say("Waiting for the next month"), number(desk, found.waiting)))
    if found.left_out:
        facts.append((say("Left out this month"), number(desk, found.left_out)))
    return facts


def _pace(desk: Desk, found: ThisMonth) -> int | None:
    today = desk.formats.local(desk.now).date()
    length = (_next_month(found.usage.month) - found.usage.month).days
    if today.day < PACE_FROM_DAY or found.usage.used == 0:
        return None
    return round(found.usage.used * length / today.day)


def _what_happens(desk: Desk, found: ThisMonth, *, state: str) -> str:
    """One sentence about the cap, in the present where it acts already."""
    say = desk.words.text
    if found.budget.limit is None:
        return say("There is no limit; everything goes out.")
    if state == "capped":
        return {
            "reminders_only": say(
                "Marketing is left out until the month ends; confirmations and reminders go on."
            ),
            "delay": say("Reminders and marketing wait for the next month; confirmations go on."),
            "skip": say("Nothing goes out until the month ends, not even confirmations."),
        }[found.budget.at_cap]
    return {
        "reminders_only": say(
            "When it is used up, marketing is left out; confirmations and reminders go on."
        ),
        "delay": say(
            "When it is used up, reminders and marketing wait for the next month;"
            " confirmations go on."
        ),
        "skip": say("When it is used up, nothing goes out, not even confirmations."),
    }[found.budget.at_cap]


def _days(desk: Desk, found: ThisMonth, days: Sequence[DayUsage]) -> Plot:
    month, locale = found.usage.month, desk.formats.locale
    used = {each.day: each.used for each in days if each.channel == found.budget.channel}
    length = (_next_month(month) - month).days
    dates = [month + timedelta(days=offset) for offset in range(length)]
    names = [str(format_skeleton("MMMd", day, locale=locale)) for day in dates]
    return draw(
        title=desk.words.text("Day by day"),
        head=desk.words.text("Day"),
        names=names,
        values=[used.get(day, 0) for day in dates],
        shown=lambda value: amount(desk, found.budget.channel, value),
        plain=lambda value: number(desk, value),
        labels={0: names[0], length // 2: names[length // 2], length - 1: names[-1]},
        current=desk.formats.local(desk.now).day - 1,
        limit=None,
    )


def _months(desk: Desk, found: ThisMonth, months: Sequence[MonthUsage]) -> Plot:
    locale = desk.formats.locale
    used: Mapping[date, int] = {
        each.month: each.used for each in months if each.channel == found.budget.channel
    }
    shown = last_months(found.usage.month)
    return draw(
        title=desk.words.text("The last twelve months"),
        head=desk.words.text("Month"),
        names=[month_name(desk, each) for each in shown],
        values=[used.get(each, 0) for each in shown],
        shown=lambda value: amount(desk, found.budget.channel, value),
        plain=lambda value: number(desk, value),
        labels={
            place: str(format_date(shown[place], "LLL", locale=locale))
            for place in (0, MONTHS_SHOWN // 2, MONTHS_SHOWN - 1)
        },
        current=MONTHS_SHOWN - 1,
        limit=found.budget.limit,
    )


def last_months(month: date) -> list[date]:
    """The twelve months that end with this one."""
    first = [month]
    while len(first) < MONTHS_SHOWN:
        first.append((first[-1] - timedelta(days=1)).replace(day=1))
    return first[::-1]


def _next_month(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
