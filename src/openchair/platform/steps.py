"""A step of something that is tried out: the way to a mail server, to the database, a booking.
Whoever tries answers them one by one; a door shows them as they come.
"""

from dataclasses import dataclass
from typing import Literal

StepState = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: what was found or, when it failed, what an operator can do."""

    name: str
    state: StepState
    milliseconds: int
    words: str
