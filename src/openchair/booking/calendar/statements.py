"""The two statements of the calendar, whatever the size of team and week. Read by `board.py`.

They join tables of other rooms on purpose: a question per room would be a round trip per room.
"""

MOST_PARTS = 5_000
"""Services of visits in one answer; a week of a salon of thirty has 1,500."""

# What stands still: the team, their shifts, what is kept free and what somebody is just typing.
# $2 and $3 are the window, $4 and $5 its local dates, $6 is now.
TEAM = """
    SELECT
      (SELECT jsonb_agg(jsonb_build_array(t.id, t.name, t.colour) ORDER BY t.position, t.slug)
       FROM staff t
       WHERE t.salon_id = $1 AND (t.active OR EXISTS (
           SELECT FROM appointments a
           WHERE a.salon_id = t.salon_id AND a.staff_id = t.id
             AND a.starts_at >= $2 AND a.starts_at < $3)))::text AS staff,
      (SELECT jsonb_agg(jsonb_build_array(
                s.staff_id, s.weekday, s.date, s.starts_minute, s.ends_minute,
                (SELECT jsonb_agg(jsonb_build_array(b.starts_minute, b.ends_minute))
                 FROM shift_breaks b WHERE b.salon_id = s.salon_id AND b.shift_id = s.id)))
       FROM shifts s
       WHERE s.salon_id = $1 AND (s.date IS NULL OR s.date BETWEEN $4 AND $5))::text AS shifts,
      (SELECT jsonb_agg(jsonb_build_array(staff_id, lower(during), upper(during), status))
       FROM time_off
       WHERE salon_id = $1 AND during && tstzrange($2, $3)
         AND status IN ('approved', 'requested'))::text AS time_off,
      (SELECT jsonb_agg(jsonb_build_array(r.id, r.name, g.kind, g.name)
                        ORDER BY g.kind, g.slug, r.position, r.name)
       FROM resources r JOIN resource_groups g ON g.salon_id = r.salon_id AND g.id = r.group_id
       WHERE r.salon_id = $1 AND r.active)::text AS resources,
      (SELECT jsonb_agg(jsonb_build_array(b.id, b.staff_id, b.resource_id,
                                          coalesce(t.name, r.name), lower(b.during),
                                          upper(b.during), b.reason) ORDER BY b.during, b.id)
       FROM blocks b
       LEFT JOIN staff t ON t.salon_id = b.salon_id AND t.id = b.staff_id
       LEFT JOIN resources r ON r.salon_id = b.salon_id AND r.id = b.resource_id
       WHERE b.salon_id = $1 AND b.during && tstzrange($2, $3))::text AS blocks,
      (SELECT jsonb_agg(jsonb_build_array(resource_id, lower(during), upper(during), expires_at)
                        ORDER BY lower(during), resource_id)
       FROM occupancy
       WHERE salon_id = $1 AND kind = 'staff' AND state = 'held' AND expires_at > $6
         AND lower(during) >= $2::timestamptz - interval '1 day' AND lower(during) < $3
         AND upper(during) > $2)::text AS holds,
      (SELECT count(*) FROM bookings
       WHERE salon_id = $1 AND appointment_date >= $2 AND appointment_date < $3
         AND status = 'cancelled') AS cancelled
"""

# A service of a visit a row. Each client of the window is looked up once: the first time they came,
# how often they did not. What the visit really takes of people and things is in occupancy. Forms
# count as customers/forms/rules.py has it.
VISITS = f"""
    WITH visits AS MATERIALIZED (
        SELECT * FROM bookings
        WHERE salon_id = $1 AND status <> 'cancelled'
          AND appointment_date >= $2::timestamptz - interval '1 day' AND appointment_date < $3
          AND ends_at > $2
    ), people AS MATERIALIZED (
        SELECT c.id, c.kind = 'walk_in' AS walked_in, c.allergies, past.first_at, past.no_shows
        FROM (SELECT DISTINCT customer_id FROM visits) AS came
        JOIN customers c ON c.salon_id = $1 AND c.id = came.customer_id
        LEFT JOIN LATERAL (
            SELECT min(b.appointment_date) FILTER (
                       WHERE b.status NOT IN ('cancelled', 'no_show')) AS first_at,
                   count(*) FILTER (WHERE b.status = 'no_show') AS no_shows
            FROM bookings b WHERE b.salon_id = $1 AND b.customer_id = c.id
        ) AS past ON c.kind = 'person'
    ), taken AS MATERIALIZED (
        SELECT o.booking_id,
               array_agg(o.resource_id) FILTER (WHERE o.kind = 'resource') AS things,
               array_agg(o.resource_id) FILTER (WHERE o.kind = 'staff') AS ids,
               array_agg(lower(o.during)) FILTER (WHERE o.kind = 'staff') AS starts,
               array_agg(upper(o.during)) FILTER (WHERE o.kind = 'staff') AS ends
        FROM visits v
        JOIN occupancy o ON o.salon_id = v.salon_id AND o.booking_id = v.id
                        AND o.kind <> 'customer'
        GROUP BY o.booking_id
    )
    SELECT v.id AS booking_id, a.id AS appointment_id, a.staff_id, a.service_id,
           a.starts_at, a.ends_at, a.service_name::text, a.price_minor, v.status, v.contact_name,
           v.customer_id, v.note, v.source, v.overbooked, v.series_id, v.group_id, v.revision,
           v.price_minor AS visit_price_minor, p.walked_in, p.allergies, p.no_shows,
           coalesce(v.appointment_date <= p.first_at, false) AS is_first,
           c.colour, taken.things, taken.ids AS taken_ids, taken.starts AS taken_from,
           taken.ends AS taken_to,
           form.id IS NOT NULL AND NOT EXISTS (
               SELECT FROM form_answers f
               WHERE f.salon_id = v.salon_id AND f.customer_id = v.customer_id
                 AND f.form_id = form.id AND f.outcome = 'passed'
                 AND f.answered_at BETWEEN
                     v.appointment_date - make_interval(days => form.valid_days)
                     AND v.appointment_date - make_interval(hours => form.lead_hours)
                 AND NOT EXISTS (
                     SELECT FROM form_answers r
                     WHERE r.salon_id = f.salon_id AND r.customer_id = f.customer_id
                       AND r.form_id = f.form_id AND r.outcome = 'reaction'
                       AND r.answered_at > f.answered_at)) AS form_missing
    FROM visits v
    JOIN appointments a ON a.salon_id = v.salon_id AND a.booking_id = v.id
    JOIN services s ON s.salon_id = a.salon_id AND s.id = a.service_id
    JOIN service_categories c ON c.salon_id = s.salon_id AND c.id = s.category_id
    JOIN people p ON p.id = v.customer_id
    LEFT JOIN taken ON taken.booking_id = v.id
    LEFT JOIN consultation_forms form
      ON form.salon_id = s.salon_id AND form.id = s.required_form_id AND form.active
    ORDER BY v.appointment_date, v.id, a.position
    LIMIT {MOST_PARTS}
"""  # noqa: S608 - the number is this module's own
