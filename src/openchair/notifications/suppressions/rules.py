"""How addresses are listed and for how long. Pure."""

from datetime import datetime

from openchair.notifications.suppressions.models import REASONS
from openchair.platform.errors import Invalid


def listed_as(recipient: str) -> str:
    """An address as the list holds it: servers that tell capitals apart do not exist in practice
    (RFC 5321, 2.4 allows them), so they are not told apart here.
    """
    return recipient.lower()


def check_reason(reason: str) -> str:
    """One of the reasons the list knows. Raises `Invalid` (field `reason`)."""
    if reason not in REASONS:
        raise Invalid(f"A reason is one of {', '.join(REASONS)}.", field="reason", code="reason")
    return reason


def check_until(until: datetime | None, *, now: datetime) -> None:
    """A time to come, or none. Raises `Invalid` (field `until`)."""
    if until is not None and until <= now:
        raise Invalid("Please choose a time to come.", field="until", code="until")
