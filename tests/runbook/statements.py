"""The runbook's own SQL about webhooks, messages, dead letters and calls, word for word.

`test_seed.py` compares it with the runbook where that is at hand.
"""

RECENT_FAILED_WEBHOOKS = """
SELECT
  event_type,
  status,
  error_message,
  created_at
FROM webhook_events
WHERE created_at >= NOW() - INTERVAL '1 hour'
AND status = 'failed'
ORDER BY created_at DESC;
"""

FAILED_WEBHOOKS = """
SELECT
  id,
  event_type,
  payload,
  error_message,
  retry_count,
  created_at
FROM webhook_events
WHERE status = 'failed'
AND retry_count < 3
ORDER BY created_at DESC
LIMIT 20;
"""

MAIL_QUEUE = """
SELECT
  status,
  COUNT(*) as count,
  MIN(created_at) as oldest,
  MAX(created_at) as newest
FROM notification_queue
WHERE channel = 'email'
GROUP BY status;
"""

RETRY_FAILED_MAILS = """
UPDATE notification_queue
SET status = 'pending', retry_count = 0, error_message = NULL
WHERE channel = 'email'
AND status = 'failed'
AND created_at >= NOW() - INTERVAL '24 hours';
"""

API_USAGE = """
SELECT
  DATE_TRUNC('hour', created_at) as hour,
  service_name,
  COUNT(*) as api_calls,
  SUM(CASE WHEN status_code = 429 THEN 1 ELSE 0 END) as rate_limited
FROM api_logs
WHERE created_at >= NOW() - INTERVAL '24 hours'
GROUP BY hour, service_name
ORDER BY hour DESC, rate_limited DESC;
"""

FAILURE_PATTERNS = """
SELECT
  failure_type,
  COUNT(*) as count,
  MIN(created_at) as first_occurrence,
  MAX(created_at) as last_occurrence
FROM dead_letter_queue
GROUP BY failure_type
ORDER BY count DESC;
"""

RECENT_FAILURES = """
SELECT
  id,
  original_payload,
  failure_type,
  error_message,
  failure_count,
  created_at
FROM dead_letter_queue
WHERE created_at >= NOW() - INTERVAL '1 hour'
ORDER BY created_at DESC
LIMIT 20;
"""

CATEGORIES = """
SELECT
  CASE
    WHEN error_message LIKE '%timeout%' THEN 'timeout'
    WHEN error_message LIKE '%rate limit%' THEN 'rate_limit'
    WHEN error_message LIKE '%authentication%' THEN 'auth_error'
    WHEN error_message LIKE '%validation%' THEN 'validation_error'
    ELSE 'other'
  END as error_category,
  COUNT(*) as count
FROM dead_letter_queue
GROUP BY error_category;
"""

REMOVE_INVALID = """
DELETE FROM dead_letter_queue
WHERE failure_type = 'validation_error'
AND error_message LIKE '%invalid email format%'
AND created_at < NOW() - INTERVAL '7 days';
"""

RETRY_TIMEOUTS = """
UPDATE dead_letter_queue
SET status = 'pending', retry_scheduled_at = NOW()
WHERE failure_type = 'timeout'
AND failure_count < 3;
"""

INDEX = """
CREATE INDEX CONCURRENTLY idx_notifications_status_created
ON notifications(status, created_at);
"""

ALL = (
    RECENT_FAILED_WEBHOOKS,
    FAILED_WEBHOOKS,
    MAIL_QUEUE,
    RETRY_FAILED_MAILS,
    API_USAGE,
    FAILURE_PATTERNS,
    RECENT_FAILURES,
    CATEGORIES,
    REMOVE_INVALID,
    RETRY_TIMEOUTS,
    INDEX,
)
