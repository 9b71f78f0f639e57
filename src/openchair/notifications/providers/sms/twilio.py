"""SMS by Twilio's Messages resource (API 2010-04-01). Called by `delivery.py`, one message each.

Twilio takes no name of ours for a message, so a doubtful one is found by its status callback,
whose address names it, or by recipient and time.
"""

from typing import Any

from openchair.notifications.errors import Doubtful
from openchair.notifications.providers.provider import (
    Accepted,
    Doubted,
    Finding,
    HandOver,
    Outgoing,
)
from openchair.notifications.providers.sms.accounts import TwilioAccount
from openchair.notifications.providers.sms.segments import count_segments
from openchair.notifications.providers.sms.sending import callback_parameter, post
from openchair.notifications.providers.sms.settings import TWILIO, SmsSettings
from openchair.notifications.providers.sms.twilio_answers import price_of, refused
from openchair.notifications.providers.sms.twilio_lookup import look_up
from openchair.platform.db.engine import Database
from openchair.platform.outbound.answer import Answer
from openchair.platform.settings.base import load

API = "2010-04-01"
MESSAGING_SERVICE = "MG"


class TwilioProvider:
    """One account at Twilio. Safe to share between tasks of one event loop."""

    name = TWILIO

    def __init__(self, account: TwilioAccount, *, database: Database) -> None:
        self._account = account
        self._database = database

    def units(self, outgoing: Outgoing) -> int:
        """Its segments."""
        return count_segments(outgoing.rendered.text)

    async def send(self, outgoing: Outgoing, *, hand_over: HandOver) -> Accepted:
        """Send one SMS; see `Provider.send`."""
        account, body = self._account, outgoing.rendered.text
        request = request_of(account, recipient=outgoing.recipient, body=body)
        request["data"] |= callback_parameter(
            "StatusCallback", provider=TWILIO, address=account.address, outgoing=outgoing
        )
        answer = await post(
            self._database, provider=TWILIO, outgoing=outgoing, hand_over=hand_over, **request
        )
        return taken(answer, body=body)

    async def look_up(self, doubted: Doubted) -> Finding:
        """Ask for the messages to this recipient at that time."""
        return await look_up(
            self._database,
            account=self._account,
            messages=messages_of(self._account),
            doubted=doubted,
        )

    async def close(self) -> None:
        """Nothing of its own is open: `platform/outbound` has the connections."""


def messages_of(account: TwilioAccount) -> str:
    """The address of the account's messages."""
    return f"{account.address}/{API}/Accounts/{account.sid}/Messages.json"


def request_of(account: TwilioAccount, *, recipient: str, body: str) -> dict[str, Any]:
    """The request that sends one SMS: address, log-in and form."""
    by_service = account.sender.startswith(MESSAGING_SERVICE)
    return {
        "url": messages_of(account),
        "auth": (account.sid, account.token.get_secret_value()),
        "data": {
            "To": recipient,
            "MessagingServiceSid" if by_service else "From": account.sender,
            "Body": body,
        },
    }


def taken(answer: Answer, *, body: str) -> Accepted:
    """What Twilio's answer to an SMS says. Raises what `refused` says, and `Doubtful` for a success
    without the message's id: callbacks could not find it.
    """
    if not answer.is_success:
        raise refused(answer)
    try:
        found = answer.json()
    except ValueError:
        found = None
    sid = found.get("sid") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(sid, str) or not sid:
        raise Doubtful(
            f"Twilio answered {answer.status_code} without naming the message",
            failure_type="provider_error",
            status_code=answer.status_code,
        )
    counted = str(found.get("num_segments", ""))
    segments = max(count_segments(body), int(counted) if counted.isdecimal() else 0)
    micros, currency = _cost(found, segments=segments)
    return Accepted(
        words=f"{answer.status_code} {found.get('status')} {sid}",
        reference=sid,
        segments=segments,
        cost_micros=micros,
        cost_currency=currency,
    )


def _cost(found: dict[str, Any], *, segments: int) -> tuple[int, str]:
    """Twilio's price where it knows it already (mostly it does not), else segments by ours."""
    settings = load(SmsSettings)
    return price_of(found) or (segments * settings.sms_segment_micros, settings.sms_currency)
