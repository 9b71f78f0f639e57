"""What bounces announce. Alerts and counts hang on it."""

from dataclasses import dataclass
from typing import ClassVar

from openchair.platform.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceRecorded(Event):
    """A message came back, at once (`later` False) or after its server had accepted it.

    `category` is hard_bounce, soft_bounce, content_rejected or complaint; `suppressed` says
    whether its address is on the list now because of it.
    """

    name: ClassVar[str] = "message.bounced"
    channel: str
    category: str
    later: bool
    suppressed: bool
