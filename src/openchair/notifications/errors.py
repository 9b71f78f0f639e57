"""What can go wrong on the way out. Providers raise only `Temporary`, `Permanent` or `Doubtful`;
renderers may raise `Outdated`, the gate `PutOff` and `Unwanted`. `delivery.py` turns each into a
state of the message.
"""

from datetime import datetime


class DeliveryFailed(Exception):
    """A try that did not end in an acceptance.

    `failure_type` is one of the runbook contract's categories (`models.FAILURE_TYPES`);
    `status_code` is the provider's own answer, if it gave one. `provider_down` says that the
    provider is at fault and not this message: its breaker counts, and another may be tried.
    """

    def __init__(
        self,
        message: str,
        *,
        failure_type: str,
        status_code: int | None = None,
        provider_down: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.failure_type = failure_type
        self.status_code = status_code
        self.provider_down = provider_down


class Temporary(DeliveryFailed):
    """Another try may succeed; `retry_after` in seconds when the provider named a time."""

    def __init__(
        self,
        message: str,
        *,
        failure_type: str,
        status_code: int | None = None,
        retry_after: int | None = None,
        provider_down: bool = False,
    ) -> None:
        super().__init__(
            message,
            failure_type=failure_type,
            status_code=status_code,
            provider_down=provider_down,
        )
        self.retry_after = retry_after


class Permanent(DeliveryFailed):
    """Another try would end the same way."""


class Doubtful(DeliveryFailed):
    """The provider was given the message and its answer was lost: it may have been accepted.

    Such a message is not sent again before somebody or something has found out.
    """


class PutOff(Exception):
    """It may not go out now; it waits until `until` for `waits_for`, and no try is counted."""

    def __init__(self, *, until: datetime, waits_for: str) -> None:
        super().__init__(f"waits for {waits_for} until {until.isoformat()}")
        self.until = until
        self.waits_for = waits_for


class Unwanted(Exception):
    """It may not go out at all: the recipient, the law or the budget does not allow it."""


class Outdated(Exception):
    """What the message tells is no longer true; it is cancelled instead of sent."""
