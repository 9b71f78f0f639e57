"""Probes of the post office: the queue and its dead letters, the budgets, SMS. That of the mail
servers stands beside them (`providers/email/probes.py`).
"""

from openchair.notifications.budgets.settings import BudgetSettings
from openchair.notifications.providers.sms.accounts import (
    sms_configured,
    sms_gaps,
    twilio_account,
    vonage_account,
)
from openchair.notifications.settings import BACKUP, PRIMARY
from openchair.platform.breakers.probes import open_breakers
from openchair.platform.probes import Finding, ProbeContext, State, graded, probe, worst
from openchair.platform.settings.base import load
from openchair.platform.settings.thresholds import ThresholdSettings

MOST = 10_000
MAIL_SERVERS = (PRIMARY, BACKUP)
LATE_SECONDS = 600


@probe("queue")
async def queue(context: ProbeContext) -> Finding:
    """What is due and waits, the age of the oldest, and open dead letters. Counts end at `MOST`."""
    row = await context.kept.fetchrow(QUEUE, MOST)
    mails, texts, letters = int(row["mails"]), int(row["texts"]), int(row["letters"])
    age = round(max(0.0, float(row["age"])), 1)
    limits = load(ThresholdSettings)
    state = worst(
        [
            graded(mails, warning=limits.smtp_queue_warning, critical=limits.smtp_queue_critical),
            graded(
                letters, warning=limits.dead_letters_warning, critical=limits.dead_letters_critical
            ),
            State.WARNING if age > LATE_SECONDS else State.HEALTHY,
        ]
    )
    return Finding(
        state=state,
        message=f"{mails} mails and {texts} SMS are due, the oldest for {age:.0f} s;"
        f" {letters} dead letters are open.",
        details={
            "pending": mails + texts,
            "pending_mails": mails,
            "pending_sms": texts,
            "oldest_seconds": age,
            "dead_letters": letters,
        },
        measures={
            "smtp-queue": float(mails),
            "queue-age": age,
            "dead-letters": float(letters),
        },
    )


@probe("dlq")
async def dlq(context: ProbeContext) -> Finding:
    """Open dead letters, and for how long the oldest has been one."""
    row = await context.kept.fetchrow(DEAD, MOST)
    letters, hours = int(row["letters"]), round(float(row["age"]) / 3600, 1)
    limits = load(ThresholdSettings)
    return Finding(
        state=graded(
            letters, warning=limits.dead_letters_warning, critical=limits.dead_letters_critical
        ),
        message=f"{letters} dead letters are open, the oldest for {hours:g} hours."
        if letters
        else "No dead letter is open.",
        details={"open": letters, "oldest_hours": hours},
    )


@probe("budget", every=10.0)
async def budget(context: ProbeContext) -> Finding:
    """The fullest budget of any salon and channel, in its month."""
    defaults = load(BudgetSettings)
    row = await context.kept.fetchrow(
        FULLEST, defaults.mail_budget_monthly, defaults.sms_budget_monthly
    )
    percent = round(float(row["percent"]), 1)
    limits = load(ThresholdSettings)
    return Finding(
        state=graded(
            percent,
            warning=limits.budget_warning_percent,
            critical=limits.budget_critical_percent,
        ),
        message=f"The fullest budget is used to {percent:g} %."
        if row["limited"]
        else "No budget limits what goes out.",
        details={"used_percent": percent, "channel": row["channel"], "over_95": row["over"]},
        measures={"budget": percent},
    )


@probe("sms")
async def sms(context: ProbeContext) -> Finding:
    """Whether SMS are configured, and whether the providers' breakers let them through."""
    if not sms_configured():
        return Finding(
            state=State.WARNING,
            message=" ".join(sms_gaps()),
            details={"configured": False},
        )
    names = [
        name
        for name, account in (("twilio", twilio_account()), ("vonage", vonage_account()))
        if account is not None
    ]
    opened = await open_breakers(context, names)
    if opened is None:
        return Finding(
            state=State.WARNING,
            message="Configured; whether the providers answer is not known without the database.",
            details={"configured": True, "providers": names},
        )
    state = State.HEALTHY
    if opened:
        state = State.ERROR if len(opened) == len(names) else State.WARNING
    return Finding(
        state=state,
        message=f"Left alone after failures: {', '.join(opened)}." if opened else "Configured.",
        details={
            "configured": True,
            "breakers": {name: "open" if name in opened else "closed" for name in names},
        },
        measures={"sms-providers": float(len(names) - len(opened))},
    )


@probe("deferred", every=10.0)
async def deferred(context: ProbeContext) -> Finding:
    """Mails that a server put off (greylisting, its limits) in the last 15 minutes. They go later,
    so this alone is never more than a number.
    """
    row = await context.kept.fetchrow(DEFERRED, MOST, list(MAIL_SERVERS))
    put_off = int(row["put_off"])
    return Finding(
        state=State.HEALTHY,
        message=f"{put_off} tries at a mail were put off in the last 15 minutes.",
        details={"put_off": put_off},
        measures={"deferred": float(put_off)},
    )


QUEUE = """
    WITH due AS (
        SELECT wanted.channel, found.waiting, found.oldest
        FROM (
            SELECT channel, priority
            FROM unnest(ARRAY['email', 'sms']) AS channel, generate_series(1, 9) AS priority
        ) AS wanted, LATERAL (
            SELECT count(*) AS waiting, min(next_attempt_at) AS oldest FROM (
                SELECT next_attempt_at FROM notifications
                WHERE status = 'pending' AND lost_leases = 0
                    AND notifications.channel = wanted.channel
                    AND notifications.priority = wanted.priority AND next_attempt_at <= now()
                ORDER BY next_attempt_at LIMIT $1
            ) AS first
        ) AS found
    ), suspect AS (
        SELECT channel, next_attempt_at FROM notifications
        WHERE status = 'pending' AND lost_leases > 0 AND next_attempt_at <= now() LIMIT $1
    )
    SELECT
        (SELECT coalesce(sum(waiting), 0) FROM due WHERE channel = 'email')
            + (SELECT count(*) FROM suspect WHERE channel = 'email') AS mails,
        (SELECT coalesce(sum(waiting), 0) FROM due WHERE channel = 'sms')
            + (SELECT count(*) FROM suspect WHERE channel = 'sms') AS texts,
        coalesce(extract(epoch FROM now() - least(
            (SELECT min(oldest) FROM due), (SELECT min(next_attempt_at) FROM suspect))), 0)::float8
            AS age,
        (SELECT count(*) FROM (
            SELECT FROM dead_letter_queue WHERE status <> 'closed' LIMIT $1) AS open) AS letters
"""
"""By channel and priority, so that each part reads only what is due of its index, and no more of
it than `MOST`, however many messages wait for a later day.
"""

DEFERRED = """
    SELECT count(*) AS put_off FROM (
        SELECT FROM notification_attempts
        WHERE outcome = 'temporary' AND finished_at > now() - interval '15 minutes'
            AND provider = ANY($2) LIMIT $1
    ) AS found
"""

DEAD = """
    SELECT count(*) AS letters,
        coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS age
    FROM (SELECT created_at FROM dead_letter_queue WHERE status <> 'closed' LIMIT $1) AS open
"""

FULLEST = """
    WITH used AS (
        SELECT usage.channel, usage.used, coalesce(own.monthly_limit,
            CASE usage.channel WHEN 'email' THEN $1::int ELSE $2::int END) AS most
        FROM notification_usage AS usage
        JOIN salons ON salons.id = usage.salon_id
        LEFT JOIN notification_budgets AS own
            ON own.salon_id = usage.salon_id AND own.channel = usage.channel
        WHERE usage.month >= (now() - interval '32 days')::date
            AND usage.month = date_trunc('month', now() AT TIME ZONE salons.time_zone)::date
    ), shares AS (
        SELECT channel, 100.0 * used / most AS percent FROM used WHERE most > 0
    )
    SELECT coalesce(max(percent), 0)::float8 AS percent,
        (SELECT channel FROM shares ORDER BY percent DESC LIMIT 1) AS channel,
        count(*) FILTER (WHERE percent > 95) AS over, count(*) > 0 AS limited
    FROM shares
"""
