"""Reads of what a period brought: a statement a report, whatever the number of visits. Each can be
narrowed to one stylist, who then counts with their own services only.
"""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.reports.figures import ByService, ByStylist, Cohort, Day, Totals
from openchair.booking.reports.period import Period
from openchair.salons.queries import Salon

MONTHS_AFTER = (1, 2, 3, 6, 12)
MOST_COHORTS = 12
HAPPENED = "('arrived', 'in_chair', 'done', 'paid')"

# One row a visit; with a stylist its worth is that of their own services in it.
_VISITS = """
    SELECT b.id, b.customer_id, b.status, b.appointment_date, b.cancelled_at,
           CAST(b.appointment_date AT TIME ZONE CAST(:zone AS text) AS date) AS day,
           CASE WHEN CAST(:staff_id AS uuid) IS NULL THEN b.price_minor ELSE (
               SELECT sum(a.price_minor) FROM appointments a
               WHERE a.salon_id = b.salon_id AND a.booking_id = b.id AND a.staff_id = :staff_id
           ) END AS worth
    FROM bookings b
    WHERE b.salon_id = :salon_id
      AND b.appointment_date >= :first AND b.appointment_date < :last
      AND (CAST(:staff_id AS uuid) IS NULL OR EXISTS (
            SELECT FROM appointments a WHERE a.salon_id = b.salon_id
              AND a.booking_id = b.id AND a.staff_id = :staff_id))
"""


async def totals(
    session: AsyncSession, *, salon: Salon, period: Period, staff_id: UUID | None = None
) -> Totals:
    """The period in one line. Late is a cancellation after the salon's own deadline; a client is
    new in the period of their first visit ever that was not cancelled.
    """
    rows = await session.execute(
        text(f"""
            WITH visits AS ({_VISITS})
            SELECT count(*) FILTER (WHERE status <> 'cancelled') AS visits,
                   count(*) FILTER (WHERE status IN {HAPPENED}) AS happened,
                   coalesce(sum(worth) FILTER (WHERE status IN {HAPPENED}), 0) AS revenue_minor,
                   coalesce(sum(worth) FILTER (WHERE status = 'confirmed'), 0) AS expected_minor,
                   count(*) FILTER (WHERE status = 'no_show') AS no_shows,
                   coalesce(sum(worth) FILTER (WHERE status = 'no_show'), 0) AS no_show_minor,
                   count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
                   count(*) FILTER (WHERE status = 'cancelled' AND cancelled_at >
                       appointment_date - make_interval(mins => :deadline)) AS cancelled_late,
                   coalesce(sum(worth) FILTER (WHERE status = 'cancelled'), 0) AS cancelled_minor,
                   count(DISTINCT customer_id) FILTER (WHERE status <> 'cancelled') AS clients,
                   count(DISTINCT customer_id) FILTER (WHERE status <> 'cancelled' AND NOT EXISTS (
                       SELECT FROM bookings earlier
                       WHERE earlier.salon_id = :salon_id
                         AND earlier.customer_id = visits.customer_id
                         AND earlier.appointment_date < :first
                         AND earlier.status NOT IN ('cancelled', 'no_show'))) AS new_clients
            FROM visits
        """),  # noqa: S608 - ours
        {
            **_values(salon, period, staff_id),
            "deadline": salon.policies.cancel_deadline_minutes,
        },
    )
    return Totals(**{name: int(value) for name, value in rows.mappings().one().items()})


async def by_day(
    session: AsyncSession, *, salon: Salon, period: Period, staff_id: UUID | None = None
) -> list[Day]:
    """Every date of the period, also those without a visit."""
    rows = await session.execute(
        text(f"""
            WITH visits AS ({_VISITS})
            SELECT day, count(*) FILTER (WHERE status <> 'cancelled') AS visits,
                   coalesce(sum(worth) FILTER (WHERE status IN {HAPPENED}), 0) AS revenue_minor,
                   count(*) FILTER (WHERE status = 'no_show') AS no_shows,
                   count(*) FILTER (WHERE status = 'cancelled') AS cancelled
            FROM visits GROUP BY day
        """),  # noqa: S608 - ours
        _values(salon, period, staff_id),
    )
    known = {row.day: row for row in rows}
    days = [period.first + timedelta(days=number) for number in range(period.days)]
    return [
        Day(
            day=day,
            visits=row.visits,
            revenue_minor=int(row.revenue_minor),
            no_shows=row.no_shows,
            cancelled=row.cancelled,
        )
        if (row := known.get(day))
        else Day(day=day, visits=0, revenue_minor=0, no_shows=0, cancelled=0)
        for day in days
    ]


async def by_stylist(
    session: AsyncSession, *, salon: Salon, period: Period, staff_id: UUID | None = None
) -> list[ByStylist]:
    """Everybody who had a service in the period or is in the team, in the salon's order."""
    rows = await session.execute(
        text(f"""
            SELECT s.id AS staff_id, s.name, s.commission_basis_points,
                   count(a.id) FILTER (WHERE b.status IN {HAPPENED}) AS services,
                   coalesce(sum(a.price_minor) FILTER (WHERE b.status IN {HAPPENED}), 0)
                       AS revenue_minor,
                   count(DISTINCT b.id) FILTER (WHERE b.status = 'no_show') AS no_shows,
                   count(DISTINCT b.id) FILTER (WHERE b.status = 'cancelled') AS cancelled
            FROM staff s
            LEFT JOIN appointments a ON a.salon_id = s.salon_id AND a.staff_id = s.id
                AND a.starts_at >= :first AND a.starts_at < :last
            LEFT JOIN bookings b ON b.salon_id = a.salon_id AND b.id = a.booking_id
            WHERE s.salon_id = :salon_id AND (CAST(:staff_id AS uuid) IS NULL OR s.id = :staff_id)
            GROUP BY s.salon_id, s.id
            HAVING s.active OR count(a.id) > 0
            ORDER BY s.position, s.slug LIMIT 200
        """),  # noqa: S608 - ours
        _values(salon, period, staff_id),
    )
    return [
        ByStylist(**{**row, "revenue_minor": int(row["revenue_minor"])}) for row in rows.mappings()
    ]


async def by_service(
    session: AsyncSession, *, salon: Salon, period: Period, staff_id: UUID | None = None
) -> list[ByService]:
    """The services that were done, the one with the most revenue first; at most two hundred."""
    rows = await session.execute(
        text(f"""
            SELECT v.id AS service_id,
                   (array_agg(a.service_name ORDER BY a.starts_at DESC))[1] AS name,
                   c.name AS category, count(*) AS services, sum(a.price_minor) AS revenue_minor
            FROM appointments a
            JOIN bookings b ON b.salon_id = a.salon_id AND b.id = a.booking_id
            JOIN services v ON v.salon_id = a.salon_id AND v.id = a.service_id
            JOIN service_categories c ON c.salon_id = v.salon_id AND c.id = v.category_id
            WHERE a.salon_id = :salon_id AND a.starts_at >= :first AND a.starts_at < :last
              AND (CAST(:staff_id AS uuid) IS NULL OR a.staff_id = :staff_id)
              AND b.status IN {HAPPENED}
            GROUP BY v.id, c.salon_id, c.id
            ORDER BY revenue_minor DESC, v.id LIMIT 200
        """),  # noqa: S608 - ours
        _values(salon, period, staff_id),
    )
    return [
        ByService(**{**row, "revenue_minor": int(row["revenue_minor"])}) for row in rows.mappings()
    ]


async def cohorts(session: AsyncSession, *, salon: Salon, now: datetime) -> list[Cohort]:
    """The last twelve months, the oldest first: who came for the first time, and who of them came
    again. Walk-ins without a name are nobody who could.
    """
    zone = ZoneInfo(salon.time_zone)
    today = now.astimezone(zone).date()
    number = today.year * 12 + today.month - MOST_COHORTS
    since = datetime(number // 12, number % 12 + 1, 1, tzinfo=zone)
    again = ", ".join(
        f"count(*) FILTER (WHERE second <= first + interval '{months} months') AS after_{months}"
        for months in MONTHS_AFTER
    )
    rows = await session.execute(
        text(f"""
            WITH numbered AS (
                SELECT b.customer_id, b.appointment_date AT TIME ZONE CAST(:zone AS text) AS at,
                       row_number() OVER (PARTITION BY b.customer_id
                                          ORDER BY b.appointment_date, b.id) AS number
                FROM bookings b
                JOIN customers c ON c.salon_id = b.salon_id AND c.id = b.customer_id
                WHERE b.salon_id = :salon_id AND b.status IN {HAPPENED} AND c.kind = 'person'
            ), firsts AS (
                SELECT customer_id, min(at) FILTER (WHERE number = 1) AS first,
                       min(at) FILTER (WHERE number = 2) AS second
                FROM numbered WHERE number <= 2 GROUP BY customer_id
            )
            SELECT CAST(date_trunc('month', first) AS date) AS month, count(*) AS clients, {again}
            FROM firsts WHERE first >= CAST(:since AS timestamp)
            GROUP BY 1 ORDER BY 1
        """),  # noqa: S608 - ours
        {"salon_id": salon.id, "zone": salon.time_zone, "since": since.replace(tzinfo=None)},
    )
    return [
        Cohort(
            month=row.month,
            clients=row.clients,
            came_again=tuple(
                getattr(row, f"after_{months}") if _is_over(row.month, months, today) else None
                for months in MONTHS_AFTER
            ),
        )
        for row in rows
    ]


def _is_over(month: date, months: int, today: date) -> bool:
    """Whether everybody of this month has had these months to come again."""
    return (today.year - month.year) * 12 + today.month - month.month > months


def _values(salon: Salon, period: Period, staff_id: UUID | None) -> dict[str, object]:
    first, last = period.bounds(ZoneInfo(salon.time_zone))
    return {
        "salon_id": salon.id,
        "zone": salon.time_zone,
        "first": first,
        "last": last,
        "staff_id": staff_id,
    }
