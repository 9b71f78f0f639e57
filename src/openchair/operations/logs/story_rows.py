"""What the tables know of one correlation id: events, jobs, messages with every try, calls of
services, webhooks, acts, alerts and incidents. Called by `story.py`. Reads only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.queries import acts_under
from openchair.notifications.queries import Message, messages_under
from openchair.platform.events.queries import NumberedEvent, events_under
from openchair.platform.jobs.queries import WaitingJob, jobs_under
from openchair.platform.outbound.queries import Call, calls_about
from openchair.webhooks.queries import StoredWebhook, webhooks_under

EVER = datetime(2000, 1, 1, tzinfo=UTC)
MOST_ALERTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened: when (UTC), of what kind, in words, and which process or table
    tells of it.
    """

    at: datetime
    kind: str
    words: str
    source: str


async def happenings_of_rows(session: AsyncSession, *, correlation_id: str) -> list[Happening]:
    """In no order; each table answers its first few hundred rows."""
    found = [_of_event(each) for each in await events_under(session, correlation_id=correlation_id)]
    found += [_of_job(each) for each in await jobs_under(session, correlation_id=correlation_id)]
    for message in await messages_under(session, correlation_id=correlation_id):
        found += _of_message(message)
    calls = await calls_about(session, correlation_id=correlation_id, since=EVER)
    found += [_of_call(each) for each in calls]
    for webhook in await webhooks_under(session, correlation_id=correlation_id):
        found += _of_webhook(webhook)
    found += [
        Happening(
            at=act.at,
            kind="audit",
            words=f"{act.action} {act.resource_type} {act.resource_id} by"
            f" {f'account {act.user_id}' if act.user_id else f'the {act.actor}'}",
            source="audit_logs",
        )
        for act in await acts_under(session, correlation_id=correlation_id)
    ]
    return found + await _of_alerts(session, correlation_id)


def _of_event(event: NumberedEvent) -> Happening:
    about = f" about {event.subject_id}" if event.subject_id else ""
    return Happening(at=event.at, kind="event", words=f"{event.name}{about}", source="events")


def _of_job(job: WaitingJob) -> Happening:
    when = f", runs at {job.run_at:%Y-%m-%d %H:%M:%S} UTC" if job.run_at > job.created_at else ""
    words = f"{job.name} (job {job.id}) queued{when}; now {job.status}"
    return Happening(at=job.created_at, kind="job", words=words, source="pgqueuer")


def _of_message(message: Message) -> Iterator[Happening]:
    """The recipient is left out: who may see them asks for the message by its id."""

    def told(at: datetime, words: str, source: str = "notifications") -> Happening:
        return Happening(at=at, kind="message", words=words, source=source)

    name = f"{message.kind} by {message.channel}"
    queued = f"{name} queued as {message.id}"
    if message.send_after > message.created_at:
        queued += f", to go out {message.send_after:%Y-%m-%d %H:%M} UTC"
    yield told(message.created_at, queued)
    for each in message.tries:
        by = f" by {each.provider}" if each.provider else ""
        why = f": {each.failure_type}" if each.failure_type else ""
        outcome = each.outcome or "still running"
        yield Happening(
            at=each.at,
            kind="attempt",
            words=f"{name}, try {each.number}{by}: {outcome}{why}",
            source="notification_attempts",
        )
    if message.finished_at is not None:
        yield told(message.finished_at, f"{name} is {message.status}")
    if message.delivered_at is not None:
        yield told(message.delivered_at, f"{name}: the provider says {message.delivery_status}")


def _of_call(call: Call) -> Happening:
    answer = str(call.status_code or call.error or "no answer")
    words = f"{call.service_name} {call.method} {call.host}{call.path} → {answer}"
    words += f" after {call.duration_ms} ms"
    return Happening(at=call.at, kind="call", words=words, source="api_logs")


def _of_webhook(webhook: StoredWebhook) -> Iterator[Happening]:
    name = f"{webhook.source} {webhook.event_type} ({webhook.provider_event_id})"
    yield Happening(
        at=webhook.created_at, kind="webhook", words=f"{name} came in", source="webhook_events"
    )
    if webhook.processed_at is not None:
        why = f": {webhook.error_message}" if webhook.error_message else ""
        words = f"{name} is {webhook.status}{why}"
        yield Happening(
            at=webhook.processed_at, kind="webhook", words=words, source="webhook_events"
        )


async def _of_alerts(session: AsyncSession, correlation_id: str) -> list[Happening]:
    rows = await session.execute(ALERTS, {"id": correlation_id, "limit": MOST_ALERTS})
    return [Happening(at=row.at, kind=row.kind, words=row.words, source=row.source) for row in rows]


ALERTS = text("""
    WITH told AS (
        SELECT id, name, severity, status, title, started_at, incident_id
        FROM alerts WHERE correlation_id = :id ORDER BY started_at LIMIT :limit
    ), concerned AS (
        SELECT id FROM incidents WHERE correlation_id = :id
        UNION SELECT incident_id FROM told WHERE incident_id IS NOT NULL
    )
    SELECT started_at AS at, 'alert' AS kind, 'alerts' AS source,
        name || ' (' || severity || ', ' || status || '): ' || title AS words
    FROM told
    UNION ALL
    (SELECT at, 'incident', 'incident_entries', kind || ' by ' || author || ': ' || words
     FROM incident_entries WHERE incident_id IN (SELECT id FROM concerned)
     ORDER BY at LIMIT :limit)
""")
