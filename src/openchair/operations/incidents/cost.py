"""What an incident costs the salons: visits whose clients were not told, holds that ran out,
requests to book that failed, and what that is worth. Live for an open one. For reports and pages.

It counts what is known and guesses nothing: who gave up without a word is in no figure.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.at_risk import (
    Amount,
    VisitAtRisk,
    at_risk,
    holds_lost,
    visits_among,
)
from openchair.notifications.untold import untold
from openchair.operations.incidents.incident import Incident
from openchair.operations.incidents.settings import IncidentSettings
from openchair.operations.metrics.queries import lines
from openchair.platform.metrics.catalogue import HTTP_REQUESTS
from openchair.platform.settings.base import load

FAILED = frozenset({"5xx", "none"})
_BOOKING_ROUTE = re.compile(r"/(book|holds|bookings|times|availability)\b")
_ABOUT = "booking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What is known of [since, until). Money is in minor units of its currency.

    `untold` are visits from `since` to `horizon` whose client could not be confirmed or told;
    `expected` all that begin in the incident itself; `affected` is the worth of the untold and of
    the holds that ran out.
    """

    since: datetime
    until: datetime
    horizon: datetime
    untold: tuple[VisitAtRisk, ...]
    expected: tuple[Amount, ...]
    holds_lost: tuple[Amount, ...]
    failed_requests: int
    affected: tuple[Amount, ...]


async def cost_of(session: AsyncSession, incident: Incident, *, now: datetime) -> Cost:
    """The cost until its end, or until now."""
    since, until = incident.started_at, incident.resolved_at or incident.closed_at or now
    until = max(until, since)
    horizon = until + timedelta(hours=load(IncidentSettings).incident_horizon_hours)
    visits = await visits_among(
        session,
        bookings=await _untold_bookings(session, since=since, until=until),
        since=since,
        until=horizon,
    )
    holds = await holds_lost(session, since=since, until=until)
    return Cost(
        since=since,
        until=until,
        horizon=horizon,
        untold=tuple(visits),
        expected=tuple(await at_risk(session, since=since, until=until)),
        holds_lost=tuple(holds),
        failed_requests=await _failed_requests(session, since=since, until=until),
        affected=summed([*holds, *(_worth(each) for each in visits)]),
    )


def summed(amounts: Iterable[Amount]) -> tuple[Amount, ...]:
    """One amount a currency."""
    found: dict[str, list[Amount]] = defaultdict(list)
    for each in amounts:
        found[each.currency].append(each)
    return tuple(
        Amount(
            currency=currency,
            count=sum(each.count for each in those),
            minor=sum(each.minor for each in those),
        )
        for currency, those in sorted(found.items())
    )


def _worth(visit: VisitAtRisk) -> Amount:
    return Amount(currency=visit.currency, count=1, minor=visit.price_minor)


async def _untold_bookings(
    session: AsyncSession, *, since: datetime, until: datetime
) -> list[tuple[UUID, UUID]]:
    found = []
    for each in await untold(session, about=_ABOUT, since=since, until=until):
        try:
            found.append((each.salon_id, UUID(each.reference.partition(":")[2])))
        except ValueError:
            continue  # a reference of another shape is about no booking
    return found


async def _failed_requests(session: AsyncSession, *, since: datetime, until: datetime) -> int:
    """Requests to book that ended in a fault of ours, by our own time series."""
    found = await lines(
        session, name=HTTP_REQUESTS.name, since=since, until=until, by=("route", "status")
    )
    return round(
        sum(
            point.sum.total
            for line in found
            if line.labels.get("status") in FAILED
            and _BOOKING_ROUTE.search(line.labels.get("route", ""))
            for point in line.points
        )
    )
