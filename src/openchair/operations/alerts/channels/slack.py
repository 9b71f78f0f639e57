"""Tells a notice to Slack by `ALERT_SLACK_WEBHOOK`, in the words of the runbook's template. Called
by `deliver.py`; tries once and keeps nothing.
"""

import orjson

from openchair.operations.alerts.channels.post import Delivered, post
from openchair.operations.alerts.channels.words import slack_text
from openchair.operations.alerts.notice import Notice, Target


async def send(notice: Notice, *, target: Target, timeout_seconds: float) -> Delivered:
    """One POST. Raises `Temporary` or `Permanent`."""
    body = orjson.dumps({"text": slack_text(notice), "unfurl_links": False})
    return await post(target.address, body=body, headers={}, timeout_seconds=timeout_seconds)
