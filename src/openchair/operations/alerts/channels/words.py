"""The words of a notice for Slack and mail, in English, times in UTC. Pure but for the system's
name; `short.py` has the SMS.

Source of both templates: the operator's runbook, "Escalation Templates".
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from openchair.notifications.direct.system import system_name
from openchair.operations.alerts.notice import Notice, NoticeKind, NoticeLine, Severity

MOST_LINES, MOST_REMARKS = 10, 10
MOST_WORDS, MOST_TITLE = 500, 150

OF_ALERTS: frozenset[NoticeKind] = frozenset(
    {"firing", "reminder", "resolved", "storm", "undelivered"}
)
PRIORITIES: dict[Severity, str] = {"critical": "P0", "high": "P1", "medium": "P2", "low": "P3"}
_SIGNS: dict[Severity, str] = {"critical": "🚨", "high": "🚨", "medium": "⚠️", "low": "ℹ️"}
_KINDS: dict[NoticeKind, tuple[str, str]] = {
    "firing": ("", "Production Issue"),
    "reminder": ("🔁", "Still a Production Issue"),
    "resolved": ("✅", "Resolved"),
    "test": ("🧪", "Test Alert"),
    "storm": ("🌊", "Alert Storm"),
    "silence": ("🔔", "Silence Ends Soon"),
    "undelivered": ("📵", "Alerts Do Not Arrive"),
    "escalation": ("⏫", "Escalation"),
    "incident": ("📋", "Incident Update"),
}
_IMPACTS = {
    "database": "Nobody can book, change or cancel, and pages that need data do not open.",
    "smtp": "Confirmations and reminders by mail wait.",
    "sms": "Confirmations and reminders by SMS wait.",
    "storage": "Uploads and backups may fail.",
    "queue": "Messages to clients leave late or not at all.",
    "budget": "Messages beyond the month's budget may not leave.",
    "webhooks": "Events from and to other systems are late.",
    "workers": "Messages, reminders and clean-ups wait.",
    "clock": "Times that are recorded may be wrong.",
    "memory": "Processes may be ended by the system.",
    "traffic": "Clients wait longer, or see errors.",
}


def headline(notice: Notice) -> str:
    """All in one line, for lists."""
    return f"[{PRIORITIES[notice.severity]}] {heading(notice)}: {issue(notice)}"


def slack_text(notice: Notice) -> str:
    """The runbook's Slack alert, each fact on its line. What others wrote is escaped, so that it
    can neither format nor call everybody to the channel.
    """
    sign = _KINDS[notice.kind][0] or _SIGNS[notice.severity]
    first = f"{sign} [{PRIORITIES[notice.severity]}] {_escaped(heading(notice))}"
    owner = _owner(notice)
    facts = [("System", system_name()), *_facts(notice), *owner, ("Status", _status(notice))]
    facts += _next_steps(notice)
    rows = [first, *(f"{name}: {_escaped(value)}" for name, value in facts)]
    rows += [f"• {_escaped(row)}" for row in _list(notice)]
    rows += [_escaped(row) for row in _remarks(notice)]
    if notice.link:
        rows.append(f"<{_escaped(notice.link).replace('|', '%7C')}>")
    return "\n".join(rows)


def mail_subject(notice: Notice) -> str:
    """`[P0] - brief description - system`."""
    brief = issue(notice) if notice.kind == "firing" else f"{heading(notice)}: {issue(notice)}"
    return f"[{PRIORITIES[notice.severity]}] - {_cut(brief, MOST_TITLE)} - {system_name()}"


def mail_text(notice: Notice) -> str:
    """The runbook's mail, each fact on its line."""
    facts = [*_facts(notice), ("Current Status", _status(notice)), *_next_steps(notice)]
    eta = _cut(_flat(notice.facts.eta), MOST_WORDS) if notice.facts else ""
    facts += [] if notice.kind in {"resolved", "test", "silence"} else [("ETA", eta or "not known")]
    facts += [("Correlation ID", notice.correlation_id)] if notice.correlation_id else []
    runbook = (notice.facts.runbook if notice.facts else "") or notice.link
    facts += [("Runbook", runbook)] if runbook else []
    rows = [f"{name}: {value}" for name, value in facts]
    if listed := _list(notice):
        rows += ["", *(f"- {row}" for row in listed)]
    if remarks := _remarks(notice):
        rows += ["", *remarks]
    return "\n".join([*rows, "", "-- ", system_name(), ""])


def issue(notice: Notice) -> str:
    """What it is about: the one alert's name and sentence, every dead channel, else the title."""
    if len(notice.lines) == 1 and notice.kind in OF_ALERTS:
        return told(notice.lines[0])
    if notice.kind == "undelivered" and notice.lines:
        return _cut(" ".join(_flat(each.summary) for each in notice.lines), MOST_WORDS)
    return _cut(_flat(notice.title), MOST_WORDS)


def told(line: NoticeLine) -> str:
    """An alert's name and sentence."""
    return _cut(f"{line.name}: {_flat(line.summary)}", MOST_WORDS)


def worst(notice: Notice) -> NoticeLine:
    """The first of its worst alerts; a notice without any has none."""
    return min(notice.lines, key=lambda line: list(PRIORITIES).index(line.severity))


def heading(notice: Notice) -> str:
    """What kind of news it is: an incident's own heading, else the kind's."""
    return notice.facts.heading if notice.facts is not None else _KINDS[notice.kind][1]


def since(notice: Notice) -> datetime:
    """When the first of it began."""
    if notice.facts is not None:
        return notice.facts.started_at
    return min((line.since for line in notice.lines), default=notice.at)


def bounded(lines: Sequence[NoticeLine], *, most: int) -> tuple[Sequence[NoticeLine], int]:
    """The first `most` lines, and how many more there are."""
    return lines[:most], max(0, len(lines) - most)


def at(moment: datetime) -> str:
    """`2026-11-22 14:30 UTC`."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def lasting(stretch: timedelta) -> str:
    """`3 h 5 min`, `12 min` or `40 s`."""
    seconds = max(0, round(stretch.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _facts(notice: Notice) -> list[tuple[str, str]]:
    found = [("Issue", issue(notice))]
    if notice.facts is not None:
        found.append(("Impact", _cut(_flat(notice.facts.impact), MOST_WORDS)))
    elif notice.kind == "test":
        found.append(("Impact", "none: this is a test, nothing is wrong."))
    elif notice.lines and notice.kind not in {"resolved", "silence"}:
        found.append(("Impact", _impact(notice)))
    return [*found, ("Started", at(since(notice)))]


def _next_steps(notice: Notice) -> list[tuple[str, str]]:
    """What to do about the worst of it."""
    if notice.facts is not None:
        steps = _cut(_flat(notice.facts.next_steps), MOST_WORDS)
        return [("Next Steps", steps)] if steps else []
    advice = "" if notice.kind in {"resolved", "test"} or not notice.lines else worst(notice).advice
    return [("Next Steps", _cut(_flat(advice), MOST_WORDS))] if advice else []


def _impact(notice: Notice) -> str:
    parts = list(dict.fromkeys(line.component for line in notice.lines))
    known = [_IMPACTS.get(part, f"{part} is affected.") for part in parts[:3]]
    return " ".join([*known, *(f"{each} parts." for each in _more(len(parts) - 3))])


def _owner(notice: Notice) -> list[tuple[str, str]]:
    if notice.facts is not None:
        return [("Owner", notice.facts.owner or "nobody yet")]
    return [("Owner", "nobody yet")] if notice.kind in {"firing", "reminder"} else []


def _status(notice: Notice) -> str:
    if notice.facts is not None:
        return _cut(_flat(notice.facts.status), MOST_WORDS)
    match notice.kind:
        case "test":
            return "test"
        case "resolved":
            ends = [line.resolved_at for line in notice.lines if line.resolved_at is not None]
            end = max(ends, default=notice.at)
            return f"resolved at {at(end)}, after {lasting(end - since(notice))}"
        case "firing" | "reminder":
            lasted = lasting(notice.at - since(notice))
            return f"firing for {lasted}, nobody has acknowledged it"
        case _:
            return f"as of {at(notice.at)}"


def _list(notice: Notice) -> list[str]:
    """A row for each alert, where there are several."""
    if len(notice.lines) < 2:
        return []
    lines, more = bounded(notice.lines, most=MOST_LINES)
    return [*(_row(line) for line in lines), *_more(more)]


def _row(line: NoticeLine) -> str:
    held = f", {line.held_back} more held back" if line.held_back else ""
    ended = f", resolved at {at(line.resolved_at)}" if line.resolved_at else ""
    words = _cut(_flat(line.summary), 200)
    return (
        f"[{PRIORITIES[line.severity]}] {line.name}: {words} (since {at(line.since)}{ended}{held})"
    )


def _remarks(notice: Notice) -> list[str]:
    found = [_cut(_flat(each), MOST_WORDS) for each in notice.remarks]
    if len(notice.lines) == 1 and (held := notice.lines[0].held_back):
        found.insert(0, f"{held} more of these were held back since the last notice.")
    return [*found[:MOST_REMARKS], *_more(len(found) - MOST_REMARKS)]


def _more(count: int) -> list[str]:
    return [f"and {count} more"] if count > 0 else []


def _flat(words: str) -> str:
    return " ".join(words.split())


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def _escaped(words: str) -> str:
    """Source: Slack, "Formatting text for app surfaces", on escaping."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
