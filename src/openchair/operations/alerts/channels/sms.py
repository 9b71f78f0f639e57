"""Tells a notice by SMS: by the first provider, else by the second. Called by `deliver.py`; never
through the queue, and without the database.
"""

from openchair.notifications.direct.sms import send_sms
from openchair.operations.alerts.channels.post import Delivered
from openchair.operations.alerts.channels.short import sms_text
from openchair.operations.alerts.notice import Notice, Target


async def send(notice: Notice, *, target: Target, timeout_seconds: float) -> Delivered:
    """One SMS of one segment to one phone. Raises `Temporary` or `Permanent`."""
    sent = await send_sms(
        recipient=target.address, text=sms_text(notice), timeout_seconds=timeout_seconds
    )
    return Delivered(words=f"{sent.provider}: {sent.words}", reference=sent.reference)
