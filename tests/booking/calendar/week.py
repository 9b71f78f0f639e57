"""A large salon's week, written straight into the tables: thirty stylists, 1,500 visits, two years
of history, as many clients as are asked for. For tests and benchmarks."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.driver import driver
from tests.builders import make_salon

STYLISTS = 30
APPOINTMENTS = 1_500
HISTORY = 20_000
OPENS, CLOSES = 8 * 60, 20 * 60
PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Week:
    """What was written."""

    salon_id: UUID
    slug: str
    staff_ids: list[UUID]


_TEAM = f"""
    INSERT INTO staff (salon_id, id, location_id, slug, name, title, bio, colour, languages,
                       position, active)
    SELECT l.salon_id, gen_random_uuid(), l.id, 'stylist-' || n, 'Stylist ' || n, '{{}}', '{{}}',
           '#aa6655', '{{en}}', n, true
    FROM locations l, generate_series(1, {STYLISTS}) AS n WHERE l.salon_id = :salon;
    INSERT INTO resource_groups (salon_id, id, location_id, slug, kind, name)
    SELECT salon_id, gen_random_uuid(), id, 'chairs', 'chair', '{{"en": "Chairs"}}'
    FROM locations WHERE salon_id = :salon;
    INSERT INTO resources (salon_id, id, group_id, name, position, active)
    SELECT salon_id, gen_random_uuid(), id, 'Chair ' || n, n, true
    FROM resource_groups, generate_series(1, {STYLISTS}) AS n WHERE salon_id = :salon;
    INSERT INTO staff_services (salon_id, staff_id, service_id)
    SELECT t.salon_id, t.id, s.id FROM staff t JOIN services s ON s.salon_id = t.salon_id
    WHERE t.salon_id = :salon;
    INSERT INTO shifts (salon_id, id, staff_id, weekday, starts_minute, ends_minute)
    SELECT salon_id, gen_random_uuid(), id, day, {OPENS}, {CLOSES}
    FROM staff, generate_series(0, 6) AS day WHERE salon_id = :salon;
    INSERT INTO shift_breaks (salon_id, id, shift_id, starts_minute, ends_minute)
    SELECT salon_id, gen_random_uuid(), id, 720, 750 FROM shifts WHERE salon_id = :salon;
    INSERT INTO time_off (salon_id, id, staff_id, during, reason)
    SELECT salon_id, gen_random_uuid(), id,
           tstzrange(:monday + interval '6 days', :monday + interval '9 days'), 'holiday'
    FROM staff WHERE salon_id = :salon AND position % 10 = 0;
    INSERT INTO consultation_forms (salon_id, id, name, statement, lead_hours, valid_days,
                                    active)
    VALUES (:salon, gen_random_uuid(), '{{"en": "Patch test"}}', '{{"en": "None."}}', 48, 180,
            true);
    UPDATE services SET required_form_id = (SELECT id FROM consultation_forms f
                                            WHERE f.salon_id = :salon)
    WHERE salon_id = :salon AND slug = 'colour';
"""  # noqa: S608 - the numbers are this module's own
_CLIENTS = """
    DROP INDEX ix_customers_search;
    INSERT INTO customers (salon_id, id, name, email, phone, language, allergies)
    SELECT :salon, gen_random_uuid(),
           (ARRAY['Anna', 'Ben', 'Chloé', 'Dörte', 'Emil', 'Zoë', 'Olena', 'Łukasz'])[1 + n % 8]
           || ' ' || chr(65 + n / 26 % 26) || chr(97 + n % 26) || 'mann ' || n,
           'client' || n || '@example.org', '+4179' || lpad(n::text, 7, '0'), 'en',
           CASE WHEN n % 40 = 0 THEN 'PPD' ELSE '' END
    FROM generate_series(1, :clients) AS n;
    CREATE INDEX ix_customers_search ON customers
        USING gin (salon_id, search_text gin_trgm_ops);
    CREATE TEMPORARY TABLE numbered ON COMMIT DROP AS
    SELECT id, row_number() OVER (ORDER BY email) - 1 AS number FROM customers
    WHERE salon_id = :salon;
    INSERT INTO form_answers (salon_id, id, customer_id, form_id, outcome, answered_at)
    SELECT :salon, gen_random_uuid(), c.id, f.id, 'passed', :monday - interval '20 days'
    FROM numbered c, consultation_forms f WHERE f.salon_id = :salon AND c.number % 3 = 0;
"""
# Eight visits a stylist and day: four of an hour's cut, four of colour with its processing time.
_VISITS = """
    CREATE TEMPORARY TABLE visits ON COMMIT DROP AS
    SELECT gen_random_uuid() AS id, n, c.id AS customer_id, t.id AS staff_id, r.id AS chair_id,
           s.id AS service_id, s.name, s.processing_minutes > 0 AS is_colour,
           :monday + make_interval(days => (n / 30 % 7)::int,
                                   mins => 480 + 80 * (n / 210)::int) AS starts,
           make_interval(mins => s.active_minutes + s.processing_minutes + s.finish_minutes)
             AS lasts,
           s.active_minutes, s.finish_minutes
    FROM generate_series(0, :appointments - 1) AS n
    JOIN (SELECT id, row_number() OVER (ORDER BY position) - 1 AS number FROM staff
          WHERE salon_id = :salon) AS t ON t.number = n % 30
    JOIN (SELECT id, row_number() OVER (ORDER BY position) - 1 AS number FROM resources
          WHERE salon_id = :salon) AS r ON r.number = n % 30
    JOIN numbered c ON c.number = n * 7 % :clients
    JOIN services s ON s.salon_id = :salon
                   AND s.slug = CASE WHEN n / 210 % 2 = 0 THEN 'cut' ELSE 'colour' END;
    INSERT INTO bookings (salon_id, id, customer_id, location_id, appointment_date, ends_at,
                          status, price_minor, currency, language, contact_name, source,
                          manage_token, note)
    SELECT :salon, v.id, v.customer_id, l.id, v.starts, v.starts + v.lasts,
           (ARRAY['confirmed', 'confirmed', 'confirmed', 'arrived', 'no_show'])[1 + v.n % 5],
           5000, 'CHF', 'en', 'Client ' || v.n, 'web', v.id::text,
           CASE WHEN v.n % 6 = 0 THEN 'Comes by wheelchair' ELSE '' END
    FROM visits v, locations l WHERE l.salon_id = :salon;
    INSERT INTO appointments (salon_id, id, booking_id, service_id, staff_id, position,
                              service_name, starts_at, ends_at, price_minor)
    SELECT :salon, gen_random_uuid(), id, service_id, staff_id, 0, name, starts, starts + lasts,
           5000
    FROM visits;
    INSERT INTO occupancy (salon_id, id, resource_id, kind, during, state, booking_id)
    SELECT :salon, gen_random_uuid(), taken.who, taken.kind, tstzrange(taken.first, taken.last),
           'confirmed', v.id
    FROM visits v, LATERAL (VALUES
        (v.staff_id, 'staff', v.starts, CASE WHEN v.is_colour
            THEN v.starts + make_interval(mins => v.active_minutes) ELSE v.starts + v.lasts END),
        (CASE WHEN v.is_colour THEN v.staff_id END, 'staff',
            v.starts + v.lasts - make_interval(mins => v.finish_minutes), v.starts + v.lasts),
        (v.chair_id, 'resource', v.starts, v.starts + v.lasts)
    ) AS taken (who, kind, first, last) WHERE taken.who IS NOT NULL;
"""
_HISTORY = """
    INSERT INTO bookings (salon_id, id, customer_id, location_id, appointment_date, ends_at,
                          status, price_minor, currency, language, contact_name, source,
                          manage_token)
    SELECT :salon, gen_random_uuid(), c.id, l.id, past.starts, past.starts + interval '1 hour',
           CASE WHEN n % 12 = 0 THEN 'no_show' ELSE 'paid' END, 5000, 'CHF', 'en', 'Somebody',
           'web', gen_random_uuid()::text
    FROM generate_series(1, :history) AS n
    JOIN numbered c ON c.number = n * 7 % :clients
    CROSS JOIN LATERAL (SELECT :monday - make_interval(hours => 1 + n % 17000) AS starts) AS past
    JOIN locations l ON l.salon_id = :salon;
"""


async def write_week(
    session: AsyncSession, *, monday: date, clients: int = 5_000, slug: str = "large"
) -> Week:
    """The salon and its week from this Monday. The caller commits, and had better ANALYZE then."""
    shop = await make_salon(session, slug=slug, opens=(OPENS, CLOSES))
    await shop.service("cut", 60)
    await shop.service("colour", 30, processing=30, finish=15)
    connection = await driver(session)
    values = {
        ":salon": f"'{shop.salon_id}'::uuid",
        ":monday": f"('{monday}'::timestamp AT TIME ZONE 'Europe/Zurich')",
        ":clients": str(clients),
        ":appointments": str(APPOINTMENTS),
        ":history": str(HISTORY),
    }
    await connection.execute("SET LOCAL statement_timeout = 0")
    for script in (_TEAM, _CLIENTS, _VISITS, _HISTORY):
        filled = script
        for name, value in values.items():
            filled = filled.replace(name, value)
        await connection.execute(filled, timeout=PATIENCE_SECONDS)
    rows = await connection.fetch(
        "SELECT id FROM staff WHERE salon_id = $1 ORDER BY position", shop.salon_id
    )
    return Week(shop.salon_id, slug, [row["id"] for row in rows])
