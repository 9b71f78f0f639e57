"""What is known when a call to somebody else's service brought no answer. Raised by `call.py`."""


class OutboundFailed(Exception):
    """No answer. `reason` is one word for `api_logs`, `words` what happened."""

    def __init__(self, words: str, *, reason: str) -> None:
        super().__init__(words)
        self.words = words
        self.reason = reason


class NotSent(OutboundFailed):
    """Certain: nothing of the request left this machine. Whatever it asked for was not done."""


class BreakerOpen(NotSent):
    """The service has failed too often; it is left alone for a while, nothing was tried."""


class AddressRefused(NotSent):
    """The host stands for an address that is not public, and only public ones were allowed."""


class NoAnswer(OutboundFailed):
    """The request left, wholly or in part, and its answer was lost or late: it may have been done.

    `late` tells that the answer did not come in time, as opposed to a lost connection.
    """

    def __init__(self, words: str, *, reason: str, late: bool) -> None:
        super().__init__(words, reason=reason)
        self.late = late
