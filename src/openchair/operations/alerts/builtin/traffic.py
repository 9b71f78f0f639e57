"""Built-in alerts about what people meet: slow answers, errors, log-ins, webhooks."""

from collections.abc import Sequence
from datetime import timedelta

from openchair.operations.alerts.builtin.database import GONE
from openchair.operations.alerts.rule import Rule
from openchair.operations.alerts.settings import AlertSettings
from openchair.platform.settings.thresholds import ThresholdSettings

MINUTE = timedelta(minutes=1)


def rules(limits: ThresholdSettings, own: AlertSettings) -> Sequence[Rule]:
    """The rules with the thresholds of this installation."""
    return (*_answers(limits), *_webhooks(limits), *_people(own))


def _answers(limits: ThresholdSettings) -> Sequence[Rule]:
    return (
        Rule(
            name="ResponseTimeHigh",
            severity="medium",
            component="traffic",
            condition=f"response-time > {limits.response_time_warning_ms}ms",
            duration=MINUTE,
            meaning="Pages and calls are slow.",
            advice="See what slows them down: openchair monitoring identify-bottlenecks",
            inhibited_by=(*GONE, "ResponseTimeCritical", "PoolSaturation", "BlockedQueries"),
        ),
        Rule(
            name="ResponseTimeCritical",
            severity="critical",
            component="traffic",
            condition=f"response-time > {limits.response_time_critical_ms}ms",
            duration=MINUTE,
            meaning="Pages and calls are so slow that people give up.",
            advice="See what slows them down: openchair monitoring identify-bottlenecks",
            inhibited_by=(*GONE, "PoolSaturation", "BlockedQueries"),
        ),
        Rule(
            name="ErrorRateHigh",
            severity="medium",
            component="traffic",
            condition=f"error-rate > {limits.error_rate_warning_percent:g}%",
            duration=MINUTE,
            meaning="Some requests end in an error of ours.",
            advice="See the errors, grouped: openchair monitoring analyze-errors",
            inhibited_by=(*GONE, "ErrorRateCritical", "PoolSaturation"),
        ),
        Rule(
            name="ErrorRateCritical",
            severity="critical",
            component="traffic",
            condition=f"error-rate > {limits.error_rate_critical_percent:g}%",
            meaning="Many requests end in an error of ours.",
            advice="See the errors, grouped: openchair monitoring analyze-errors",
            inhibited_by=(*GONE, "PoolSaturation"),
        ),
    )


def _webhooks(limits: ThresholdSettings) -> Sequence[Rule]:
    return (
        Rule(
            name="FailedWebhooksHigh",
            severity="medium",
            component="webhooks",
            condition=f"failed-webhooks > {limits.failed_webhooks_warning}",
            meaning="Webhooks that came in, or that we send, fail.",
            advice="See which and why: openchair webhooks list --status failed",
            inhibited_by=(*GONE, "FailedWebhooksCritical"),
        ),
        Rule(
            name="FailedWebhooksCritical",
            severity="critical",
            component="webhooks",
            condition=f"failed-webhooks > {limits.failed_webhooks_critical}",
            meaning="Many webhooks fail; what others tell us is not taken in.",
            advice="See which and why: openchair webhooks list --status failed",
            inhibited_by=GONE,
        ),
        Rule(
            name="SignatureFailures",
            severity="high",
            component="webhooks",
            meaning="One address sends webhooks with wrong signatures: a wrong secret, or somebody"
            " who pretends.",
            advice="Compare the secret; else block it: openchair security block-ip ADDRESS",
        ),
        Rule(
            name="WebhookEndpointDisabled",
            severity="low",
            component="webhooks",
            meaning="A salon's own software gets no more webhooks from us.",
            advice="See why, and tell the salon: openchair webhooks endpoints list",
        ),
    )


def _people(own: AlertSettings) -> Sequence[Rule]:
    return (
        Rule(
            name="LoginAnomaly",
            severity="high",
            component="security",
            condition=f"failed-logins > {own.alert_failed_logins}",
            meaning="Far more log-ins fail than usual: somebody tries passwords.",
            advice="See from where, and block it: openchair monitoring ddos-detection",
            inhibited_by=GONE,
        ),
    )
