"""Years of bookings, written straight into the tables: ten thousand a month, back in time."""

from openchair.platform.db.embedded import Cluster

PER_MONTH = 10_000

_WITHOUT_GUARDS = """
    ALTER TABLE occupancy DROP CONSTRAINT IF EXISTS ex_occupancy_no_overlap;
    ALTER TABLE bookings DISABLE TRIGGER ALL;
    ALTER TABLE appointments DISABLE TRIGGER ALL;
    ALTER TABLE occupancy DISABLE TRIGGER ALL;
"""
_WITH_GUARDS = """
    ALTER TABLE occupancy ADD CONSTRAINT ex_occupancy_no_overlap
        EXCLUDE USING gist (resource_id WITH =, during WITH &&)
        WHERE (state IN ('held', 'confirmed'));
    ALTER TABLE bookings ENABLE TRIGGER ALL;
    ALTER TABLE appointments ENABLE TRIGGER ALL;
    ALTER TABLE occupancy ENABLE TRIGGER ALL;
"""

# About sixteen visits a stylist and day, the month of tomorrow first, then the months before it;
# each visit takes a stylist, a chair and (not written here) a client.
_VISITS = """
    CREATE TEMPORARY TABLE visits AS
    SELECT uuidv7() AS booking_id, staff[1 + turn % 20] AS staff_id,
           chair[1 + turn % 20] AS chair_id,
           begin_at + interval '30 minutes' * (turn / 20 + day % 4) AS starts_at
    FROM (
        SELECT n % {per_month} % 31 AS day, n % {per_month} / 31 AS turn,
               (SELECT array_agg(id ORDER BY position) FROM staff) AS staff,
               (SELECT array_agg(id ORDER BY position) FROM resources) AS chair,
               (date_trunc('day', now() AT TIME ZONE 'Europe/Zurich') + interval '30 hours'
                + make_interval(days => n % {per_month} % 31 - 31 * (n / {per_month}))
               ) AT TIME ZONE 'Europe/Zurich' AS begin_at
        FROM generate_series({first}, {last} - 1) AS n
    ) AS numbered;
    INSERT INTO customers (salon_id, id, name, email, language)
    SELECT id, gen_random_uuid(), 'Regular', 'regular@example.com', 'en' FROM salons
    ON CONFLICT DO NOTHING;
    INSERT INTO bookings (salon_id, id, customer_id, location_id, appointment_date, ends_at, status,
                          price_minor, currency, language, contact_name, source, manage_token)
    SELECT s.id, v.booking_id, c.id, l.id, v.starts_at, v.starts_at + interval '30 minutes',
           'confirmed', 5000, 'CHF', 'en', 'Regular', 'bench', v.booking_id::text
    FROM visits v, salons s JOIN customers c ON c.salon_id = s.id
                            JOIN locations l ON l.salon_id = s.id;
    INSERT INTO appointments (salon_id, id, booking_id, service_id, staff_id, position,
                              service_name, starts_at, ends_at, price_minor)
    SELECT s.salon_id, uuidv7(), v.booking_id, s.id, v.staff_id, 0, s.name, v.starts_at,
           v.starts_at + interval '30 minutes', 5000
    FROM visits v, services s WHERE s.slug = 'cut';
    INSERT INTO occupancy (salon_id, id, resource_id, kind, during, state, booking_id)
    SELECT s.id, uuidv7(), taken.id, taken.kind,
           tstzrange(v.starts_at, v.starts_at + interval '30 minutes'), 'confirmed', v.booking_id
    FROM salons s, visits v,
         LATERAL (VALUES (v.staff_id, 'staff'), (v.chair_id, 'resource')) AS taken (id, kind);
    DROP TABLE visits;
"""


def write_history(cluster: Cluster, database: str, *, first: int, last: int) -> None:
    """Add the bookings numbered `first…last`; the constraint is taken off and put on again, and
    would not go on if two of them overlapped."""
    visits = _VISITS.format(per_month=PER_MONTH, first=first, last=last)
    cluster.run_sql(_WITHOUT_GUARDS + visits + _WITH_GUARDS, database=database)
    cluster.run_sql("VACUUM ANALYZE", database=database)
