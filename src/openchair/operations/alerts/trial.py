"""A test of the alerting: a marked notice by the real route, at once. Called by the API's door and
by `openchair alerts test`; it needs no database until its attempts are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.operations.alerts.alert import fingerprint_of
from openchair.operations.alerts.channels.deliver import arrived
from openchair.operations.alerts.notice import Attempt, Notice, NoticeLine, Severity
from openchair.operations.alerts.rule import Rule
from openchair.operations.alerts.store import attempt_row, write_attempts
from openchair.operations.alerts.tell import Reach
from openchair.platform import correlation
from openchair.platform.ids import new_id

MARK = "TEST"
REMARK = "This is a test. Nothing is wrong."


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """The notice, and what came of every attempt."""

    notice: Notice
    attempts: Sequence[Attempt]

    @property
    def has_arrived(self) -> bool:
        """Whether anybody was reached."""
        return arrived(self.attempts)


async def send_test(
    *,
    severity: Severity,
    now: datetime,
    rule: Rule | None = None,
    link: str = "",
    reach: Reach | None = None,
) -> Tested:
    """Tell a marked notice to everybody whom an alert of this severity (of this rule) is told to.
    It moves no alert and no throttle.
    """
    reach = reach or Reach()
    name = rule.name if rule else "TestAlert"
    component = rule.component if rule else "alerting"
    line = NoticeLine(
        alert_id=new_id(),
        fingerprint=fingerprint_of(title=name, component=component, action=MARK, severity=severity),
        name=name,
        severity=severity,
        component=component,
        summary=f"{MARK}: this is how {name} would reach you.",
        advice=rule.advice if rule else "Nothing to do.",
        since=now,
    )
    notice = Notice(
        id=new_id(),
        kind="test",
        severity=severity,
        title=f"{MARK} {name}: {component}",
        lines=(line,),
        at=now,
        remarks=(REMARK,),
        link=link,
        correlation_id=correlation.current(),
    )
    attempts = await reach.deliver(notice, targets=reach.targets_for(severity))
    return Tested(notice=notice, attempts=attempts)


async def keep_test(
    session: AsyncSession,
    tested: Tested,
    *,
    by: Actor,
    named: dict[str, str] | None = None,
) -> None:
    """Write down the attempts, and who asked."""
    await write_attempts(session, [attempt_row(each) for each in tested.attempts])
    await record(
        session,
        actor=by,
        action="alert.test",
        resource_type="alert",
        resource_id=tested.notice.lines[0].name,
        salon_id=None,
        metadata={
            **(named or {}),
            "severity": tested.notice.severity,
            "sent": sum(each.outcome == "sent" for each in tested.attempts),
            "failed": sum(each.outcome == "failed" for each in tested.attempts),
        },
    )
