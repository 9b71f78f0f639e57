"""Built-in alerts about mail, SMS, their queue, and the workers that empty it."""

from collections.abc import Sequence
from datetime import timedelta

from openchair.operations.alerts.builtin.database import GONE
from openchair.operations.alerts.rule import Rule
from openchair.operations.alerts.settings import AlertSettings
from openchair.platform.settings.thresholds import ThresholdSettings

DAY = timedelta(days=1)
STARTED_AGAIN = timedelta(minutes=5)
"""A worker that died is long alive again by then; if none is, `WorkersGone` says so."""


def rules(limits: ThresholdSettings, own: AlertSettings) -> Sequence[Rule]:
    """The rules with the thresholds of this installation."""
    return (*_servers(), *_queue(limits, own), *_budget(limits), *_troubles(own), *_workers())


def _servers() -> Sequence[Rule]:
    return (
        Rule(
            name="MailDown",
            severity="high",
            component="smtp",
            condition="state(smtp) == error",
            meaning="No mail server takes our mail. Mails wait; none is lost.",
            advice="Test the servers: openchair test email config",
            inhibited_by=GONE,
        ),
        Rule(
            name="SmsDown",
            severity="high",
            component="sms",
            condition="sms-providers < 1",
            meaning="No SMS provider takes our messages. They wait; none is lost.",
            advice="Look at the providers' breakers and status pages: openchair health-check full",
            inhibited_by=GONE,
        ),
        Rule(
            name="BreakerOpen",
            severity="high",
            component="providers",
            quiet=DAY,
            meaning="A provider failed again and again and is left alone; another takes over where"
            " there is one. Every half minute it is tried anew.",
            advice="Look at the provider's status page: openchair health-check full",
        ),
    )


def _queue(limits: ThresholdSettings, own: AlertSettings) -> Sequence[Rule]:
    return (
        Rule(
            name="SmtpQueueHigh",
            severity="medium",
            component="queue",
            condition=f"smtp-queue > {limits.smtp_queue_warning}",
            duration=timedelta(minutes=1),
            meaning="Mails wait that should have gone.",
            advice="See what they wait for: openchair messages list --state pending",
            inhibited_by=(*GONE, "SmtpQueueCritical", "MailDown", "WorkersGone"),
        ),
        Rule(
            name="SmtpQueueCritical",
            severity="critical",
            component="queue",
            condition=f"smtp-queue > {limits.smtp_queue_critical}",
            duration=timedelta(minutes=1),
            meaning="Many mails wait that should have gone.",
            advice="See what they wait for: openchair messages list --state pending",
            inhibited_by=(*GONE, "MailDown", "WorkersGone"),
        ),
        Rule(
            name="QueueStuck",
            severity="high",
            component="queue",
            condition=f"queue-age > {own.alert_queue_minutes}m",
            meaning="A message that is due has waited far too long.",
            advice="See what it waits for: openchair messages list --state pending",
            inhibited_by=(*GONE, "MailDown", "SmsDown", "WorkersGone"),
        ),
        Rule(
            name="DeadLettersHigh",
            severity="medium",
            component="dead letters",
            condition=f"dead-letters > {limits.dead_letters_warning}",
            meaning="Messages were given up.",
            advice="See the causes, mend them, send again: openchair dlq list",
            inhibited_by=(*GONE, "DeadLettersCritical"),
        ),
        Rule(
            name="DeadLettersCritical",
            severity="critical",
            component="dead letters",
            condition=f"dead-letters > {limits.dead_letters_critical}",
            meaning="Many messages were given up; clients do not hear from their salon.",
            advice="See the causes, mend them, send again: openchair dlq list",
            inhibited_by=GONE,
        ),
    )


def _budget(limits: ThresholdSettings) -> Sequence[Rule]:
    advice = "See the months and limits: openchair budget show"
    return (
        Rule(
            name="BudgetHigh",
            severity="medium",
            component="budget",
            condition=f"budget > {limits.budget_warning_percent:g}%",
            meaning="A salon has used most of its month's mails or SMS.",
            advice=advice,
            inhibited_by=(*GONE, "BudgetCritical", "Budget80", "Budget95", "Budget100"),
        ),
        Rule(
            name="BudgetCritical",
            severity="critical",
            component="budget",
            condition=f"budget > {limits.budget_critical_percent:g}%",
            meaning="A salon's month's budget is nearly gone; at 100 % its cap acts.",
            advice=advice,
            inhibited_by=(*GONE, "Budget95", "Budget100"),
        ),
        Rule(
            name="Budget80",
            severity="medium",
            component="budget",
            quiet=DAY,
            meaning="A salon passed 80 % of its month's budget.",
            advice=advice,
        ),
        Rule(
            name="Budget95",
            severity="critical",
            component="budget",
            quiet=DAY,
            meaning="A salon passed 95 % of its month's budget.",
            advice=advice,
        ),
        Rule(
            name="Budget100",
            severity="critical",
            component="budget",
            quiet=DAY,
            meaning="A salon's budget is used up: its cap acts, marketing stops.",
            advice=advice,
        ),
    )


def _troubles(own: AlertSettings) -> Sequence[Rule]:
    return (
        Rule(
            name="LeaseExpired",
            severity="low",
            component="messages",
            meaning="A worker died or hung before a message left; another took it over.",
            advice="Nothing to do if it stays rare: openchair explain message ID",
        ),
        Rule(
            name="AmbiguousSend",
            severity="low",
            component="messages",
            meaning="A message may have arrived and nobody knows; the provider is asked.",
            advice="It is settled by itself; if not: openchair messages list --state doubtful",
        ),
        Rule(
            name="PoisonJob",
            severity="high",
            component="messages",
            meaning="A message ended one worker after another and was set aside.",
            advice="Look at it before sending it again: openchair dlq list --letters",
        ),
        Rule(
            name="InvariantBroken",
            severity="critical",
            component="messages",
            meaning="Messages are in a state that must not exist; one may be lost or doubled.",
            advice="Keep the log and read which: openchair explain message ID",
        ),
        Rule(
            name="BounceRate",
            severity="medium",
            component="messages",
            at_least=own.alert_bounces,
            meaning="Unusually many messages came back; a provider may block us soon.",
            advice="See the causes and the list of suppressed addresses: openchair suppressions"
            " list",
        ),
        Rule(
            name="DeferredRate",
            severity="medium",
            component="smtp",
            condition=f"deferred > {own.alert_deferred}",
            meaning="Servers put off our mail (greylisting, limits). It goes later, as they said.",
            advice="See their words: openchair messages list --state pending",
            inhibited_by=(*GONE, "MailDown"),
        ),
    )


def _workers() -> Sequence[Rule]:
    return (
        Rule(
            name="WorkersGone",
            severity="critical",
            component="workers",
            condition="workers < 1",
            duration=timedelta(seconds=30),
            meaning="No worker lives: no mail leaves, no job runs.",
            advice="See why it ended; the supervisor starts it again: openchair logs --name worker",
            inhibited_by=GONE,
        ),
        Rule(
            name="WorkerDied",
            severity="medium",
            component="workers",
            quiet=STARTED_AGAIN,
            meaning="A worker ended without a word; the supervisor has started it again.",
            advice="Look why it ended: openchair logs --name worker",
            inhibited_by=(*GONE, "WorkersGone"),
        ),
        Rule(
            name="WorkerStale",
            severity="low",
            component="workers",
            meaning="A worker hung past its lease and came back; what it wrote was refused.",
            advice="Look why it hung: openchair logs --name worker",
        ),
    )
