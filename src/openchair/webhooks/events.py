"""What webhooks announce. Alerts and counts hang on these."""

from dataclasses import dataclass
from typing import ClassVar

from openchair.platform.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFailures(Event):
    """One address sent webhooks with bad or old signatures again and again."""

    name: ClassVar[str] = "webhook.signature_failures"
    source: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpointDisabled(Event):
    """An endpoint of a salon gets no more webhooks; `reason` says why."""

    name: ClassVar[str] = "webhook.endpoint_disabled"
    reason: str
