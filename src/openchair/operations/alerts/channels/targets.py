"""Whom an alert of a severity is told to, and what there is besides. For the plan and `deliver.py`.

Source of the routing: the operator's runbook, "Severity Routing".
"""

from openchair.notifications.providers.sms.settings import SmsSettings
from openchair.notifications.settings import MailSettings
from openchair.operations.alerts.channels.settings import ChannelSettings
from openchair.operations.alerts.notice import Channel, Severity, Target
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

CHANNELS: tuple[Channel, ...] = ("webhook", "slack", "email", "sms")
"""All channels, in the order in which one stands in for another."""

ROUTES: dict[Severity, tuple[Channel, ...]] = {
    "critical": ("webhook", "slack", "sms"),
    "high": ("webhook", "slack", "sms"),
    "medium": ("webhook", "slack", "email"),
    "low": ("webhook", "email"),
}
SANDBOX_MAILBOX = "ops@example.org"
SANDBOX_PHONE = "+491713920000"  # of the numbers that the regulator keeps for film and television


def targets_for(severity: Severity) -> tuple[Target, ...]:
    """The targets of the channels that this severity goes to. When none of those is set up, all of
    the first channel that is: better in the wrong place than nowhere. None when nothing is.
    """
    every = all_targets()
    routed = tuple(target for target in every if target.channel in ROUTES[severity])
    if routed or not every:
        return routed
    return tuple(target for target in every if target.channel == every[0].channel)


def all_targets() -> tuple[Target, ...]:
    """Every target that is set up, by channel in the order of `CHANNELS`."""
    settings = load(ChannelSettings)
    webhook = settings.alert_webhook_url.get_secret_value()
    slack = settings.alert_slack_webhook.get_secret_value()
    found = (
        *_one("webhook", webhook),
        *_one("slack", slack),
        *(Target(channel="email", address=each) for each in settings.alert_email_recipients),
        *(Target(channel="sms", address=each) for each in settings.alert_phone_numbers),
    )
    return found or _of_the_sandbox()


def shown(target: Target) -> str:
    """The target so that its owner knows it and nobody can use it."""
    address = target.address
    if target.channel == "email":
        name, _, domain = address.rpartition("@")
        return f"{name[:1]}…@{domain}"
    if target.channel == "sms":
        return f"{address[:3]}…{address[-3:]}"
    host = address.split("://", 1)[-1].split("/", 1)[0].rpartition("@")[2].split("?", 1)[0]
    return f"{host}/…"


def sandbox_url(path: str) -> str | None:
    """An address of the sandbox; None when it is off."""
    installation = load(InstallationSettings)
    return f"http://127.0.0.1:{installation.sandbox_port}{path}" if installation.sandbox else None


def _one(channel: Channel, address: str) -> tuple[Target, ...]:
    return (Target(channel=channel, address=address),) if address else ()


def _of_the_sandbox() -> tuple[Target, ...]:
    """Its receivers; mailbox and phone only while they are the sandbox's own and no real ones."""
    found = (
        *_one("webhook", sandbox_url("/webhook/alerts") or ""),
        *_one("slack", sandbox_url("/slack") or ""),
    )
    if load(MailSettings).is_sandbox:
        found += _one("email", SANDBOX_MAILBOX)
    if load(SmsSettings).is_sandbox:
        found += _one("sms", SANDBOX_PHONE)
    return found
