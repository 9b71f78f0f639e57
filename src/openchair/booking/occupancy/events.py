"""What rooms above may want to know of time that is free again. Reactions: `reactions.py`."""

from dataclasses import dataclass
from typing import ClassVar

from openchair.platform.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeFreed(Event):
    """What a booking or a block (`subject_id`) took is given back; perhaps it takes part of it
    again in the same transaction. Each stretch is who or what, start and end as ISO 8601.
    """

    name: ClassVar[str] = "occupancy.freed"
    stretches: tuple[tuple[str, str, str], ...]
