"""The statements of `leases.py`. Each is one round trip and leaves no message half moved."""

from sqlalchemy import text

LEASED = """
    , leased AS (
        UPDATE notifications AS queue
        SET status = 'sending', lease_token = gen_random_uuid(),
            lease_until = now() + make_interval(secs => :seconds),
            lease_count = lease_count + 1, handed_over_at = NULL, finished_at = NULL,
            waits_for = NULL
        FROM due WHERE queue.salon_id = due.salon_id AND queue.id = due.id
        RETURNING queue.*
    ), begun AS (
        INSERT INTO notification_attempts
            (salon_id, id, notification_id, number, lease_token, worker)
        SELECT salon_id, gen_random_uuid(), id, lease_count, lease_token, :worker FROM leased
    )
"""
LEASE = """
    SELECT salon_id, id, kind, channel, category, language, time_zone, recipient, reference, data,
        message_id, correlation_id, retry_count, expires_at, lease_token, budget_units
    FROM leased
"""

# One bounded walk of the index for each priority: a million messages for later, or of less
# urgency, cost nothing.
CLAIM = text(f"""
    WITH due AS (
        SELECT urgent.salon_id, urgent.id
        FROM generate_series(1, 9) AS level(priority)
        CROSS JOIN LATERAL (
            SELECT salon_id, id FROM notifications
            WHERE channel = :channel AND status = 'pending' AND lost_leases = 0
                AND priority = level.priority AND next_attempt_at <= now()
                AND (expires_at IS NULL OR expires_at > now())
            ORDER BY next_attempt_at LIMIT :limit
            FOR UPDATE SKIP LOCKED
        ) AS urgent
        LIMIT :limit
    )
    {LEASED} {LEASE} ORDER BY priority, next_attempt_at
""")  # noqa: S608 -- constants of this file

CLAIM_SUSPECT = text(f"""
    WITH due AS (
        SELECT salon_id, id FROM notifications
        WHERE channel = :channel AND status = 'pending' AND lost_leases > 0
            AND next_attempt_at <= now() AND (expires_at IS NULL OR expires_at > now())
        ORDER BY next_attempt_at LIMIT 1
        FOR UPDATE SKIP LOCKED
    )
    {LEASED} {LEASE}
""")  # noqa: S608 -- constants of this file

# Sent by the driver, as a transaction of its own: nothing else belongs to this moment.
HAND_OVER = """
    WITH leaving AS (
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
            AS given (salon_id, id, token, provider)
    ), marked AS (
        UPDATE notifications AS queue
        SET handed_over_at = now(), provider = leaving.provider,
            provider_reference = NULL, delivery_status = NULL, delivered_at = NULL,
            lease_until = now() + make_interval(secs => $5)
        FROM leaving
        WHERE queue.salon_id = leaving.salon_id AND queue.id = leaving.id
            AND queue.lease_token = leaving.token
            AND queue.status = 'sending' AND queue.lease_until > now()
        RETURNING queue.salon_id, queue.id, queue.lease_token, queue.lease_count, queue.provider
    ), noted AS (
        UPDATE notification_attempts AS attempt
        SET handed_over_at = now(), provider = marked.provider
        FROM marked
        WHERE attempt.salon_id = marked.salon_id AND attempt.notification_id = marked.id
            AND attempt.number = marked.lease_count
    )
    SELECT lease_token FROM marked
"""

NEXT_PROVIDER = text(f"""
    WITH ended AS (
        UPDATE notification_attempts
        SET outcome = 'temporary', provider = :provider, failure_type = :failure_type,
            status_code = CAST(:status_code AS integer), error_message = :words,
            finished_at = now()
        WHERE salon_id = :salon_id AND notification_id = :id AND lease_token = :token
    ), leased AS (
        UPDATE notifications
        SET lease_token = gen_random_uuid(), lease_count = lease_count + 1,
            lease_until = now() + make_interval(secs => :seconds), handed_over_at = NULL
        WHERE salon_id = :salon_id AND id = :id AND lease_token = :token
            AND status = 'sending' AND lease_until > now()
        RETURNING *
    ), begun AS (
        INSERT INTO notification_attempts
            (salon_id, id, notification_id, number, lease_token, worker)
        SELECT salon_id, gen_random_uuid(), id, lease_count, lease_token, :worker FROM leased
    )
    {LEASE}
""")  # noqa: S608 -- constants of this file

RECOVER = text("""
    WITH over AS (
        SELECT salon_id, id, lease_token, lease_count, lost_leases + 1 AS lost,
            handed_over_at IS NOT NULL AS handed_over
        FROM notifications
        WHERE status = 'sending' AND lease_until < now()
        ORDER BY lease_until LIMIT :limit
        FOR UPDATE SKIP LOCKED
    ), ended AS (
        UPDATE notification_attempts AS attempt
        SET outcome = CASE WHEN over.handed_over THEN 'doubtful' ELSE 'lease_lost' END,
            error_message = 'the worker let its lease run out', finished_at = now()
        FROM over
        WHERE attempt.salon_id = over.salon_id AND attempt.notification_id = over.id
            AND attempt.number = over.lease_count AND attempt.outcome IS NULL
    )
    UPDATE notifications AS queue
    SET status = CASE
            WHEN over.handed_over THEN 'doubtful'
            WHEN over.lost >= :max_lost THEN 'failed'
            ELSE 'pending' END,
        lease_token = NULL, lease_until = NULL, next_attempt_at = now(),
        lost_leases = over.lost,
        was_doubtful = queue.was_doubtful OR over.handed_over,
        reconcile_at = CASE WHEN over.handed_over THEN now() END, reconcile_count = 0,
        failure_type = CASE
            WHEN over.handed_over THEN 'timeout'
            WHEN over.lost >= :max_lost THEN 'other' END,
        error_message = CASE
            WHEN over.handed_over
                THEN 'the worker ended after the content left; it may have arrived'
            WHEN over.lost >= :max_lost THEN 'its workers died ' || over.lost || ' times'
            ELSE 'the worker ended before the content left; trying again' END,
        finished_at = CASE
            WHEN NOT over.handed_over AND over.lost >= :max_lost THEN now() END
    FROM over
    WHERE queue.salon_id = over.salon_id AND queue.id = over.id
    RETURNING queue.salon_id, queue.id, queue.status, over.lost
""")
