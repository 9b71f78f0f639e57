"""The one sentence on top: what is wrong since when, how many wait, what is safe, and the one step
that helps. Pure; the words come from the rules, so that `/ops`, SMS and commands say the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.rule import Rule
from openchair.operations.alerts.severity import badness
from openchair.platform.probes import Reading, State, worst

ERROR_FROM = ("critical", "high")
BOOKINGS_SAFE = "Visits that were confirmed are safe."
SAFE = {
    "smtp": "Nothing is lost: mails go out once a server takes them.",
    "sms": "Nothing is lost: SMS go out once a provider takes them.",
    "providers": "Nothing is lost: messages wait or take another way.",
    "queue": "Nothing is lost: every message keeps its place.",
    "workers": "Nothing is lost: messages and jobs wait for a worker.",
    "messages": "Nothing is sent twice: what is doubtful is asked about, never repeated blindly.",
    "dead letters": "Nothing is thrown away: each can be sent again.",
    "budget": "Confirmations of visits are kept, whatever the cap does.",
    "webhooks": "Nothing is lost: every event is stored and can be replayed.",
    "storage": "Visits are in the database and safe.",
    "alerting": "What broke is written down; only the telling is in doubt.",
}
"""By component; for all others it is `BOOKINGS_SAFE`."""

LEADS_TO = {
    "smtp": ("See what waits", "/ops/queues"),
    "sms": ("See what waits", "/ops/queues?channel=sms"),
    "queue": ("See what waits", "/ops/queues"),
    "workers": ("See what waits", "/ops/queues"),
    "messages": ("See the messages", "/ops/queues"),
    "dead letters": ("Send them again", "/ops/dead-letters"),
    "budget": ("See the budgets", "/ops/budgets"),
    "webhooks": ("See what failed", "/ops/webhooks?status=failed"),
    "traffic": ("See the plots", "/ops/plots"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """`state` is healthy, warning or error. Of the worst alert, if there is one: its component,
    what to do, and whether somebody takes care. `waiting` messages are due.
    """

    state: State
    words: str
    since: datetime | None = None
    waiting: int = 0
    safe: str = ""
    advice: str = ""
    alert: Alert | None = None
    others: int = 0
    step: tuple[str, str] | None = None
    remarks: tuple[str, ...] = ()


def say(
    *,
    alerts: Sequence[Alert],
    readings: Mapping[str, Reading],
    rules: Mapping[str, Rule],
    now: datetime,
    waiting: int | None = None,
) -> Sentence:
    """What stands on top of the page. `waiting` messages should have gone by now; without it, those
    that the queue's probe found due.
    """
    firing = [each for each in alerts if each.is_firing]
    waiting = due(readings) if waiting is None else waiting
    if not firing:
        return _without_alert(readings, waiting=waiting)
    loose = [each for each in firing if each.held_by not in rules] or firing
    main = min(loose, key=lambda each: (badness(each.severity), each.fired_at or each.started_at))
    rule = rules.get(main.name)
    meaning = rule.meaning if rule else main.title
    return Sentence(
        state=State.ERROR if main.severity in ERROR_FROM else State.WARNING,
        words=first_sentence(meaning),
        since=main.fired_at or main.started_at,
        waiting=waiting,
        safe=SAFE.get(main.component, BOOKINGS_SAFE),
        advice=rule.advice if rule else "",
        alert=main,
        others=len(firing) - 1,
        step=LEADS_TO.get(main.component, ("See the alert", f"/ops/alerts/{main.id}"))
        if main.is_acknowledged(now)
        else None,
    )


def first_sentence(words: str) -> str:
    """Up to the first full stop, without it: `No mail server takes our mail`."""
    head, _, _ = words.strip().partition(". ")
    return head.rstrip(".")


def due(readings: Mapping[str, Reading]) -> int:
    """Messages that are due and wait, as far as it is known."""
    reading = readings.get("queue")
    return int(reading.details.get("pending", 0)) if reading else 0


def _without_alert(readings: Mapping[str, Reading], *, waiting: int) -> Sentence:
    """Nothing is told of; something may still be on its way to become an alert."""
    odd = [each for each in readings.values() if each.state is not State.HEALTHY]
    state = worst(each.state for each in odd)
    remarks = tuple(
        f"{each.name}: {each.message}" for each in sorted(odd, key=lambda one: one.name)
    )
    if not readings:
        return Sentence(state=State.WARNING, words="Nothing has been looked at yet")
    if state is State.ERROR:
        bad = ", ".join(sorted(each.name for each in odd if each.state is State.ERROR))
        words = f"Something looks wrong with {bad}; no alert fires yet"
        return Sentence(
            state=State.WARNING, words=words, waiting=waiting, safe=BOOKINGS_SAFE, remarks=remarks
        )
    return Sentence(state=State.HEALTHY, words="All well", waiting=waiting, remarks=remarks)
