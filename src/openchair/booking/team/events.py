"""What rooms above may want to know of who works when. Reactions: `openchair/reactions.py`."""

from dataclasses import dataclass
from typing import ClassVar

from openchair.platform.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTimeChanged(Event):
    """Somebody (`subject_id`) works at other times than before: shifts or time off changed."""

    name: ClassVar[str] = "team.working_time_changed"
