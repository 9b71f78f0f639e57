"""Asks whether a mail was accepted whose answer was lost (`SMTP_LOOKUP_URL`). Changes nothing."""

from urllib.parse import quote

import httpx

from openchair.notifications.providers.provider import Finding, Known
from openchair.platform.outbound.clients import client_of_loop

LOOK_UP_SECONDS = 5.0
TAKEN, NOT_KNOWN = 200, 404


async def look_up(url: str, *, message_id: str) -> Finding:
    """What the address says about a Message-ID: 200 taken, 404 not taken, all else unknown."""
    if not url:
        return Finding(known=Known.UNKNOWN, words="nobody can be asked: SMTP_LOOKUP_URL is not set")
    address = url.replace("{message_id}", quote(message_id.strip("<>"), safe=""))
    try:
        # A client of its own would read the authorities each time, some 45 ms in which nothing
        # else of this process moves; hundreds of mails can be in doubt at once.
        caller = client_of_loop(public_only=False, private=())
        status = (await caller.get(address, timeout=LOOK_UP_SECONDS)).status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Finding(known=Known.UNKNOWN, words=f"the look-up failed: {type(error).__name__}")
    if status == TAKEN:
        return Finding(known=Known.TAKEN, words="the mail server has it")
    if status == NOT_KNOWN:
        return Finding(known=Known.NOT_TAKEN, words="the mail server does not know it")
    return Finding(known=Known.UNKNOWN, words=f"the look-up answered {status}")
