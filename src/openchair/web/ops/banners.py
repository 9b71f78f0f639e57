"""What must not be overlooked, above everything else: that nobody can be told, that nobody looks,
or that a silence hides something that fires. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.builtin.alerting import SILENT, UNDELIVERED
from openchair.operations.alerts.silence import Silence

WORDS = {
    UNDELIVERED: "Alerts cannot be delivered on every channel: do not wait to be called.",
    SILENT: "The watcher is silent: nothing is being judged or told.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """A line with the page behind it; `since` or `until`, where there is one."""

    words: str
    url: str
    link: str
    since: datetime | None = None
    until: datetime | None = None


def banners(
    alerts: Sequence[Alert], silences: Sequence[Silence], *, now: datetime
) -> tuple[Banner, ...]:
    """The worst first."""
    return (
        *(
            Banner(
                words=WORDS[each.name],
                url=f"/ops/alerts/{each.id}",
                link="See what was tried",
                since=each.fired_at or each.started_at,
            )
            for name in (SILENT, UNDELIVERED)
            for each in alerts
            if each.name == name and each.is_firing
        ),
        *(_hiding(each, alerts, now=now) for each in silences if _hides(each, alerts, now=now)),
    )


def _hides(silence: Silence, alerts: Sequence[Alert], *, now: datetime) -> bool:
    return any(each.is_firing and silence.silences(each, now=now) for each in alerts)


def _hiding(silence: Silence, alerts: Sequence[Alert], *, now: datetime) -> Banner:
    hidden = [each for each in alerts if each.is_firing and silence.silences(each, now=now)]
    names = ", ".join(dict.fromkeys(each.name for each in hidden[:3]))
    return Banner(
        words=f"A silence by {silence.created_by} hides {names}: {silence.reason}",
        url="/ops/silences",
        link="See the silences",
        until=silence.ends_at,
    )
