"""What a direct sending came to. Made by `mail.py` and `sms.py` of this folder."""

from collections.abc import Sequence
from dataclasses import dataclass

from openchair.notifications.errors import DeliveryFailed, Permanent, Temporary


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A provider took it. `provider` names it, `words` are its own, `reference` is its id for the
    message: of a mail the Message-ID.
    """

    provider: str
    words: str
    reference: str | None


def all_failed(failures: Sequence[tuple[str, DeliveryFailed]]) -> DeliveryFailed:
    """What to raise when every provider, by name and in order, failed: permanent only if no other
    try can end otherwise.
    """
    words = "; ".join(f"{name}: {failure.message}" for name, failure in failures)
    last = failures[-1][1]
    kind = Permanent if all(isinstance(each, Permanent) for _, each in failures) else Temporary
    return kind(words, failure_type=last.failure_type, status_code=last.status_code)
