"""Tells a notice to `ALERT_WEBHOOK_URL` as JSON, signed after Standard Webhooks where a secret is
set. Called by `deliver.py`; tries once and keeps nothing.
"""

from dataclasses import asdict
from time import time
from typing import Any

import orjson

from openchair.notifications.direct.system import system_name
from openchair.operations.alerts.channels.post import Delivered, post
from openchair.operations.alerts.channels.settings import ChannelSettings
from openchair.operations.alerts.channels.words import (
    PRIORITIES,
    bounded,
    headline,
)
from openchair.operations.alerts.notice import Notice, NoticeLine, Target
from openchair.platform.settings.base import load
from openchair.webhooks.standard import key_of, signed_headers

MOST_LINES = 100


async def send(notice: Notice, *, target: Target, timeout_seconds: float) -> Delivered:
    """One POST. `webhook-id` is the notice's id, so that a receiver knows a second one as such.
    Raises `Temporary` or `Permanent`.
    """
    body = orjson.dumps(payload(notice))
    message_id = f"notice_{notice.id.hex}"
    secret = load(ChannelSettings).alert_webhook_secret.get_secret_value()
    headers = {"webhook-id": message_id}
    if secret:
        headers = signed_headers(
            [key_of(secret)], message_id=message_id, timestamp=int(time()), body=body
        )
    return await post(target.address, body=body, headers=headers, timeout_seconds=timeout_seconds)


def payload(notice: Notice) -> dict[str, Any]:
    """The body; `text` says all in one line, for receivers that show only that."""
    lines, more = bounded(notice.lines, most=MOST_LINES)
    return {
        "type": f"alert.{notice.kind}",
        "timestamp": notice.at,
        "text": headline(notice),
        "data": {
            "id": notice.id,
            "kind": notice.kind,
            "severity": notice.severity,
            "priority": PRIORITIES[notice.severity],
            "title": notice.title,
            "system": system_name(),
            "alerts": [_line(each) for each in lines],
            "more_alerts": more,
            "remarks": list(notice.remarks),
            "facts": asdict(notice.facts) if notice.facts else None,
            "link": notice.link or None,
            "correlation_id": notice.correlation_id or None,
        },
    }


def _line(line: NoticeLine) -> dict[str, Any]:
    return {
        "id": line.alert_id,
        "fingerprint": line.fingerprint,
        "name": line.name,
        "severity": line.severity,
        "component": line.component,
        "summary": line.summary,
        "advice": line.advice,
        "since": line.since,
        "resolved_at": line.resolved_at,
        "held_back": line.held_back,
    }
