"""An incident on paper: the summary for whoever answers for the salons, by the runbook's template,
and the report after it as Markdown, from its timeline. Pure; `findings.py` keeps causes.

What people wrote is escaped where it is rendered, so that it can neither format nor link.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.numbers import format_currency, get_currency_precision

from openchair.booking.appointments.at_risk import Amount
from openchair.notifications.direct.system import system_name
from openchair.operations.alerts.channels.words import at as moment
from openchair.operations.alerts.channels.words import lasting
from openchair.operations.incidents.clocks import Clock
from openchair.operations.incidents.cost import Cost
from openchair.operations.incidents.incident import Entry, Incident, Role
from openchair.operations.incidents.severity import WORDS, shown, shown_as_p

VISITS_SHOWN = 20
_MARKS = str.maketrans({each: f"\\{each}" for each in "\\`*_{}[]()#+!|~"} | {"&": "&amp;"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Everything a report is made of, as it stands at `now`. `slower` is the P table."""

    incident: Incident
    roles: Sequence[Role]
    entries: Sequence[Entry]
    cost: Cost
    now: datetime
    slower: bool
    link: str


def summary(
    told: Told, *, severity: int | None = None, impact: str = "", resolution_time: str = ""
) -> str:
    """The runbook's e-mail, `Subject:` first. What is given stands instead of what we know; a time
    that was measured is said beside one that is given.
    """
    incident = told.incident
    level = incident.severity if severity is None else severity
    rows = [
        f"Subject: [{shown_as_p(level)}] - {_line(incident.title)} - {system_name()}",
        "",
        f"Issue: {_line(incident.description)}",
        f"Impact: {_line(impact or incident.impact)}",
        f"Started: {moment(incident.started_at)}",
        f"Current Status: {status_of(told)}",
        f"Next Steps: {_next_steps(told)}",
        f"ETA: {_eta(told)}",
        "",
        f"Severity: {shown(level)} ({WORDS[level]})",
        f"Resolution Time: {_resolution_time(told, given=resolution_time)}",
        f"Response: {clock_words(incident.response(slower=told.slower), told)}",
        f"Resolution: {clock_words(incident.resolution_due(), told)}",
        *cost_lines(told.cost),
        "",
        f"Correlation ID: {incident.correlation_id or 'none'}",
        f"Runbook: {told.link}",
    ]
    return "\n".join(rows)


def post_incident(told: Told) -> str:
    """The report afterwards, as Markdown."""
    incident = told.incident
    rows = [
        f"# Post-incident report {incident.number}: {_escaped(incident.title)}",
        "",
        f"{shown(incident.severity)} ({WORDS[incident.severity]}), scenario {_scenario(incident)}.",
        f"Components: {_escaped(', '.join(incident.components)) or 'none named'}.",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in _times(told)),
        "",
        "## What happened",
        "",
        _escaped(incident.description),
        "",
        f"Impact: {_escaped(incident.impact)}",
        "",
        "## What it cost",
        "",
        *(f"- {each}" for each in cost_lines(told.cost)),
        *_visits(told.cost),
        "",
        "## Timeline (UTC)",
        "",
        *(_row(each) for each in told.entries),
        "",
        "## Resolution",
        "",
        _escaped(incident.resolution or "Not resolved yet."),
        "",
        "## Root cause",
        "",
        _escaped(incident.root_cause or "Not known yet."),
        "",
        "## What will prevent it",
        "",
        _escaped(incident.preventive_measures or "Nothing was decided yet."),
        "",
        "## Who",
        "",
        *([f"- {each.role}: {_escaped(each.name)}" for each in told.roles] or ["- nobody named"]),
        "",
    ]
    return "\n".join(rows)


def clock_words(clock: Clock, told: Told) -> str:
    """Whether a promise was kept, and by how much not."""
    if clock.due is None:
        return "with the next release"
    until = f"due {moment(clock.due)}"
    if clock.kept is None:
        late = clock.is_late(told.now)
        return f"{until}, missed by {lasting(told.now - clock.due)}" if late else f"{until}, open"
    if clock.is_late(told.now):
        return f"{until}, missed by {lasting(clock.kept - clock.due)}"
    return f"{until}, kept at {moment(clock.kept)}"


def cost_lines(cost: Cost) -> list[str]:
    """What is known of it, a sentence each."""
    hours = round((cost.horizon - cost.until).total_seconds() / 3600)
    return [
        f"Bookings at risk: {len(cost.untold)} (clients not told, until {hours} h after the end)",
        f"Visits during the incident: {_amounts(cost.expected)}",
        f"Holds that ran out: {_amounts(cost.holds_lost)}",
        f"Booking requests that failed: {cost.failed_requests}",
        f"Revenue affected: {_amounts(cost.affected)}",
    ]


def status_of(told: Told) -> str:
    """How it stands, with the last word that was said."""
    incident = told.incident
    if not incident.is_open:
        return f"closed. {_line(incident.resolution or '')}".strip()
    said = [each for each in told.entries if each.kind == "update"]
    return f"{incident.phase}. {_line(said[-1].words)}" if said else f"{incident.phase}."


def money(amount: Amount) -> str:
    """`CHF 120.00`, with as many decimals as the currency has."""
    digits = get_currency_precision(amount.currency)
    return str(
        format_currency(amount.minor / 10**digits, amount.currency, "¤¤ #,##0.00", locale="en")
    )


def _amounts(amounts: Sequence[Amount]) -> str:
    if not amounts:
        return "none"
    return ", ".join(f"{each.count} ({money(each)})" for each in amounts)


def _resolution_time(told: Told, *, given: str) -> str:
    incident = told.incident
    lasted = lasting(incident.lasted(now=told.now))
    measured = lasted if incident.resolved_at else f"open for {lasted}"
    return f"{_line(given)} (measured: {measured})" if given else measured


def _next_steps(told: Told) -> str:
    incident = told.incident
    if not incident.is_open:
        return _line(incident.preventive_measures or "The report after the incident.")
    if incident.phase == "recovery":
        return "Watch whether it stays so, then close it."
    return "Find the cause; the next update is due " + (
        f"at {moment(incident.update_due_at)}." if incident.update_due_at else "soon."
    )


def _eta(told: Told) -> str:
    incident = told.incident
    if incident.resolved_at:
        return f"resolved at {moment(incident.resolved_at)}"
    due = incident.resolution_due().due
    return f"not known; due {moment(due)}" if due else "not known"


def _scenario(incident: Incident) -> str:
    return incident.scenario.replace("_", " ")


def _times(told: Told) -> list[tuple[str, str]]:
    incident = told.incident
    found = [
        ("Started", moment(incident.started_at)),
        ("Detected", _after(incident, incident.detected_at)),
        ("Acknowledged", _after(incident, incident.acknowledged_at)),
        ("Resolved", _after(incident, incident.resolved_at)),
        ("Closed", _after(incident, incident.closed_at)),
        ("Response", clock_words(incident.response(slower=told.slower), told)),
        ("Resolution", clock_words(incident.resolution_due(), told)),
    ]
    return [*found, ("Correlation ID", _escaped(incident.correlation_id or "none"))]


def _after(incident: Incident, when: datetime | None) -> str:
    if when is None:
        return "not yet"
    return f"{moment(when)}, after {lasting(when - incident.started_at)}"


def _visits(cost: Cost) -> list[str]:
    if not cost.untold:
        return []
    shown_ones = cost.untold[:VISITS_SHOWN]
    rows = [
        f"  - {moment(each.start)}, {_escaped(each.salon_slug)}, booking {each.id},"
        f" {money(Amount(currency=each.currency, count=1, minor=each.price_minor))}"
        for each in shown_ones
    ]
    more = len(cost.untold) - len(shown_ones)
    return [*rows, *([f"  - and {more} more"] if more else [])]


def _row(entry: Entry) -> str:
    return (
        f"- {entry.at:%Y-%m-%d %H:%M:%S} **{entry.kind}** {_escaped(entry.words)}"
        f" ({_escaped(entry.author)})"
    )


def _line(words: str) -> str:
    return " ".join(words.split())


def _escaped(words: str) -> str:
    """One line of plain words in Markdown, whatever somebody wrote."""
    return _line(words).translate(_MARKS).replace("<", "&lt;").replace(">", "&gt;")
