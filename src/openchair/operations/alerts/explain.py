"""Who would be told of an alert, now or at a moment, and who not, and why. Called by the command
and by pages; the deciding itself is `decide.py`'s, so that this can never say otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.alerts.alert import Alert, fingerprint_of
from openchair.operations.alerts.builtin.alerting import STORM
from openchair.operations.alerts.channels.targets import CHANNELS, shown
from openchair.operations.alerts.decide import Circumstances, Reason, Verdict, verdict
from openchair.operations.alerts.models import AlertAttemptRow, AlertRow
from openchair.operations.alerts.notice import Channel
from openchair.operations.alerts.plan import channels_of
from openchair.operations.alerts.queries import AttemptView, alerts_at, list_attempts
from openchair.operations.alerts.rule import Rule
from openchair.operations.alerts.rules import get_rule, list_rules
from openchair.operations.alerts.settings import AlertSettings
from openchair.operations.alerts.silences import list_silences
from openchair.operations.alerts.tell import Reach
from openchair.platform.ids import new_id
from openchair.platform.settings.base import load

AROUND = timedelta(minutes=30)
MOST_ATTEMPTS = 50
MOST_SILENCES = 200

WORDS: Mapping[Reason, str] = {
    "due": "It is told at the next look.",
    "again": "It is told again at the next look, since nobody has acknowledged it.",
    "not_firing": "It does not fire, so nobody is told.",
    "disabled": "Its rule is disabled.",
    "inhibited": "It is held because {by} fires, which stands for it.",
    "silenced": "A silence holds it: {by}.",
    "storm": "An alert storm is told as one; this one is on its list.",
    "acknowledged": "{by} has taken it on{until}.",
    "throttled": "The same was told at {told} already; it is told again {next} at the earliest.",
    "told": "It was told at {told}{again}.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAnswer:
    """One channel: its addresses in part, whether it is told, and why or why not."""

    channel: Channel
    targets: Sequence[str]
    is_told: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`fires` is whether it did at that moment; if not, `why` tells what would be if it did."""

    rule: Rule
    at: datetime
    fires: bool
    alert: Alert | None
    reason: Reason
    why: str
    channels: Sequence[ChannelAnswer]
    attempts: Sequence[AttemptView]


async def explain(
    session: AsyncSession,
    *,
    name: str,
    at: datetime,
    is_now: bool,
    reach: Reach | None = None,
) -> Explanation:
    """What holds of the alert of this name at `at`. Raises `NotFound` for a name nobody knows.

    Of the past it knows what is kept: alerts, silences and attempts. Rules and addresses are those
    of today.
    """
    reach = reach or Reach()
    rule = await get_rule(session, name=name)
    firing = await alerts_at(session, at=at)
    found = next((each for each in firing if each.name == name), None)
    alert = await _as_then(session, found or _supposed(rule, at), at=at)
    given = await _circumstances(session, firing, at=at)
    decided = verdict(alert, given)
    channels = channels_of(alert, routes=reach.routes())
    return Explanation(
        rule=rule,
        at=at,
        fires=found is not None,
        alert=found,
        reason=decided.reason,
        why=_why(alert, decided, given),
        channels=[_answer(each, alert, decided, routed=channels, reach=reach) for each in CHANNELS],
        attempts=await _attempts(session, found, at=at, is_now=is_now),
    )


def _supposed(rule: Rule, at: datetime) -> Alert:
    """The alert as it would be if it fired at this moment."""
    return Alert(
        id=new_id(),
        fingerprint=fingerprint_of(
            title=rule.name, component=rule.component, action="", severity=rule.severity
        ),
        name=rule.name,
        component=rule.component,
        severity=rule.severity,
        status="firing",
        title=f"{rule.name}: {rule.component}",
        summary=rule.meaning,
        started_at=at,
        fired_at=at,
        seen_at=at,
    )


async def _as_then(session: AsyncSession, alert: Alert, *, at: datetime) -> Alert:
    """The alert as it stood at `at`: when it had been told, and who had taken it on."""
    told_at = await session.scalar(
        select(func.max(AlertAttemptRow.created_at)).where(
            AlertAttemptRow.outcome == "sent",
            AlertAttemptRow.kind.in_(("firing", "reminder", "storm", "undelivered")),
            AlertAttemptRow.created_at <= at,
            AlertAttemptRow.created_at > at - timedelta(days=1),
            AlertAttemptRow.alert_ids.op("?|")(array(await _ids(session, alert))),
        )
    )
    known = alert.told_at if alert.told_at and alert.told_at <= at else None
    taken_on = alert.acknowledged_at is not None and alert.acknowledged_at <= at
    return replace(
        alert,
        status="firing",
        told_at=max((each for each in (told_at, known) if each), default=None),
        acknowledged_until=alert.acknowledged_until if taken_on else None,
    )


async def _ids(session: AsyncSession, alert: Alert) -> list[str]:
    """This alert and the latest of the same fingerprint, which the throttle counts as one."""
    rows = await session.scalars(
        select(AlertRow.id)
        .where(AlertRow.name == alert.name, AlertRow.fingerprint == alert.fingerprint)
        .order_by(AlertRow.started_at.desc())
        .limit(20)
    )
    return [str(alert.id), *(str(each) for each in rows)]


async def _circumstances(
    session: AsyncSession, firing: Sequence[Alert], *, at: datetime
) -> Circumstances:
    names = frozenset(each.name for each in firing)
    return Circumstances(
        now=at,
        throttle=load(AlertSettings).throttle,
        rules=await list_rules(session),
        firing=names,
        silences=await list_silences(session, ended=True, limit=MOST_SILENCES),
        storm_told=frozenset() if STORM in names else None,
    )


def _why(alert: Alert, decided: Verdict, given: Circumstances) -> str:
    told = alert.told_at
    later = told + given.throttle if told else None
    until = alert.acknowledged_until
    by = decided.by
    if decided.reason == "silenced":
        kept = [each for each in given.silences if each.silences(alert, now=given.now)]
        by = "; ".join(f"until {_clock(each.ends_at)}, {each.reason}" for each in kept[:3])
    again = f"; again at {_clock(later)} unless acknowledged" if later else ""
    return WORDS[decided.reason].format(
        by=by or "somebody",
        until=f", until {_clock(until)}" if until else "",
        told=_clock(told) if told else "",
        next=_clock(later) if later else "",
        again=again if alert.severity in {"critical", "high"} else "",
    )


def _answer(
    channel: Channel,
    alert: Alert,
    decided: Verdict,
    *,
    routed: Sequence[Channel],
    reach: Reach,
) -> ChannelAnswer:
    targets = [shown(each) for each in reach.all_targets() if each.channel == channel]
    if channel not in routed:
        why = (
            f"No address is set for {channel}."
            if not targets
            else f"{alert.severity} alerts do not go by {channel}, unless another channel is dead."
        )
        return ChannelAnswer(channel=channel, targets=targets, is_told=False, why=why)
    told = decided.tell is not None or (decided.reason == "told" and channel in alert.told_on)
    why = f"{alert.severity} alerts go by {channel}." if told else "Held, as said above."
    return ChannelAnswer(channel=channel, targets=targets, is_told=told, why=why)


async def _attempts(
    session: AsyncSession, alert: Alert | None, *, at: datetime, is_now: bool
) -> list[AttemptView]:
    """What was really tried for it, around that moment."""
    if alert is None:
        return []
    return await list_attempts(
        session,
        alert_id=alert.id,
        since=None if is_now else at - AROUND,
        until=None if is_now else at + AROUND,
        limit=MOST_ATTEMPTS,
    )


def _clock(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
