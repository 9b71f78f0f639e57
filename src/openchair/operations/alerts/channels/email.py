"""Tells a notice by mail, in the words of the runbook's template: by the primary server, else by
the backup. Called by `deliver.py`; never through the queue, and without the database.
"""

from openchair.notifications.direct.mail import send_mail
from openchair.operations.alerts.channels.post import Delivered
from openchair.operations.alerts.channels.words import mail_subject, mail_text
from openchair.operations.alerts.notice import Notice, Target


async def send(notice: Notice, *, target: Target, timeout_seconds: float) -> Delivered:
    """One mail to one mailbox. Raises `Temporary` or `Permanent`."""
    sent = await send_mail(
        recipient=target.address,
        subject=mail_subject(notice),
        text=mail_text(notice),
        timeout_seconds=timeout_seconds,
    )
    return Delivered(words=f"{sent.provider}: {sent.words}", reference=sent.reference)
