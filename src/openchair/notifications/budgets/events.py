"""What the budgets announce."""

from dataclasses import dataclass
from typing import ClassVar

from openchair.platform.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetReached(Event):
    """A salon has used more than 80 or 95 percent of a month's budget, or all of it (100).

    Announced once a level, channel and month. `month` is its first day (ISO 8601).
    """

    name: ClassVar[str] = "budget.reached"
    level: int
    channel: str
    month: str
    used: int
    limit: int
