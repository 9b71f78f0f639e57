"""What the reports are made of: minor units, minutes and counts. Frozen; read by `queries.py`."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from openchair.platform.db.base import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """A period in one line. `revenue_minor` counts visits that happened: arrived, in the chair,
    done or paid; `expected_minor` those that are still to come about.
    """

    visits: int
    happened: int
    revenue_minor: int
    expected_minor: int
    no_shows: int
    no_show_minor: int
    cancelled: int
    cancelled_late: int
    cancelled_minor: int
    clients: int
    new_clients: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One local date."""

    day: date
    visits: int
    revenue_minor: int
    no_shows: int
    cancelled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ByStylist:
    """One person's part. Minutes are hands-on and booked; commission is the share of the revenue
    that is theirs at today's rate.
    """

    staff_id: UUID
    name: str
    services: int
    revenue_minor: int
    no_shows: int
    cancelled: int
    commission_basis_points: int

    @property
    def commission_minor(self) -> int:
        """Rounded half up to a whole minor unit."""
        return (self.revenue_minor * self.commission_basis_points + 5_000) // 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ByService:
    """One line of the service mix."""

    service_id: UUID
    name: Words
    category: Words
    services: int
    revenue_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Clients whose first visit was in one month: how many came again within 1, 2, 3, 6 and 12
    months; None for a stretch that is not over.
    """

    month: date
    clients: int
    came_again: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Utilisation:
    """One person's working time and how much of it was booked, in minutes, in all and by weekday
    (0 is Monday) and hour of the day.
    """

    staff_id: UUID
    name: str
    working: int
    booked: int
    working_by_hour: dict[tuple[int, int], int]
    booked_by_hour: dict[tuple[int, int], int]
