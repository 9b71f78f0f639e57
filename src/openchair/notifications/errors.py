"""What can go wrong on the way out. Providers raise only `Temporary`, `Permanent` or `Doubtful`;
renderers may raise `Outdated`. `delivery.py` turns each into a state of the message.
"""


class DeliveryFailed(Exception):
    """A try that did not end in an acceptance.

    `failure_type` is one of the runbook contract's categories (`models.FAILURE_TYPES`);
    `status_code` is the provider's own answer, if it gave one.
    """

    def __init__(self, message: str, *, failure_type: str, status_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.failure_type = failure_type
        self.status_code = status_code


class Temporary(DeliveryFailed):
    """Another try may succeed; `retry_after` in seconds when the provider named a time."""

    def __init__(
        self,
        message: str,
        *,
        failure_type: str,
        status_code: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message, failure_type=failure_type, status_code=status_code)
        self.retry_after = retry_after


class Permanent(DeliveryFailed):
    """Another try would end the same way."""


class Doubtful(DeliveryFailed):
    """The provider was given the message and its answer was lost: it may have been accepted.

    Such a message is not sent again before somebody or something has found out.
    """


class Outdated(Exception):
    """What the message tells is no longer true; it is cancelled instead of sent."""
