"""What rooms above may want to know of who is who. Reactions: `openchair/reactions.py`."""

from dataclasses import dataclass
from typing import ClassVar

from openchair.platform.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class StylistUnlinked(Event):
    """Whoever logged in as this stylist (`subject_id`) is so no longer: they left, or are another
    one or none from now on.
    """

    name: ClassVar[str] = "identity.stylist_unlinked"
