"""SMS by Vonage's SMS API, the second provider. Called by `delivery.py`, one message each.

`client-ref` names the message there, in delivery receipts and in the look-up.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from openchair.notifications.providers.provider import (
    Accepted,
    Doubted,
    Finding,
    HandOver,
    Outgoing,
)
from openchair.notifications.providers.sms.accounts import VonageAccount
from openchair.notifications.providers.sms.segments import count_segments, is_gsm
from openchair.notifications.providers.sms.sending import callback_parameter, post
from openchair.notifications.providers.sms.settings import VONAGE, SmsSettings
from openchair.notifications.providers.sms.vonage_answers import (
    ACCEPTED,
    MILLION,
    PRICED_IN,
    parts_of,
    refused,
)
from openchair.notifications.providers.sms.vonage_lookup import look_up
from openchair.platform.db.engine import Database
from openchair.platform.outbound.answer import Answer
from openchair.platform.settings.base import load


class VonageProvider:
    """One account at Vonage. Safe to share between tasks of one event loop."""

    name = VONAGE

    def __init__(self, account: VonageAccount, *, database: Database) -> None:
        self._account = account
        self._database = database

    def units(self, outgoing: Outgoing) -> int:
        """Its segments."""
        return count_segments(outgoing.rendered.text)

    async def send(self, outgoing: Outgoing, *, hand_over: HandOver) -> Accepted:
        """Send one SMS; see `Provider.send`."""
        account, body = self._account, outgoing.rendered.text
        reference = outgoing.notification_id.hex
        request = request_of(account, recipient=outgoing.recipient, body=body, reference=reference)
        request["json"] |= callback_parameter(
            "callback", provider=VONAGE, address=account.address, outgoing=outgoing
        )
        answer = await post(
            self._database, provider=VONAGE, outgoing=outgoing, hand_over=hand_over, **request
        )
        return taken(answer, body=body, reference=reference)

    async def look_up(self, doubted: Doubted) -> Finding:
        """Ask the reports for our reference."""
        return await look_up(self._database, account=self._account, doubted=doubted)

    async def close(self) -> None:
        """Nothing of its own is open: `platform/outbound` has the connections."""


def request_of(
    account: VonageAccount, *, recipient: str, body: str, reference: str
) -> dict[str, Any]:
    """The request that sends one SMS, named `reference` by us: address and JSON."""
    return {
        "url": f"{account.address}/sms/json",
        "json": {
            "api_key": account.key,
            "api_secret": account.secret.get_secret_value(),
            "from": account.sender,
            "to": recipient.removeprefix("+"),
            "text": body,
            "type": "text" if is_gsm(body) else "unicode",
            "client-ref": reference,
        },
    }


def taken(answer: Answer, *, body: str, reference: str) -> Accepted:
    """What Vonage's answer to an SMS says. When a part was taken the message counts as taken, as
    sending it again would repeat that part. Else raises what `refused` says.
    """
    parts = parts_of(answer) if answer.is_success else []
    accepted = [part for part in parts if str(part.get("status")) == ACCEPTED]
    if not accepted:
        raise refused(answer)
    segments = max(count_segments(body), len(parts))
    micros, currency = _cost(accepted, segments=segments)
    first = str(accepted[0].get("message-id", ""))
    return Accepted(
        words=f"{answer.status_code} {first}, {len(accepted)} of {len(parts)} parts",
        reference=reference,
        segments=segments,
        cost_micros=micros,
        cost_currency=currency,
    )


def _cost(accepted: list[dict[str, Any]], *, segments: int) -> tuple[int, str]:
    """The sum of the parts' prices, else segments by our own price."""
    try:
        prices = [Decimal(str(part["message-price"])) for part in accepted]
    except (KeyError, InvalidOperation):
        settings = load(SmsSettings)
        return segments * settings.sms_segment_micros, settings.sms_currency
    return round(sum(prices, Decimal()) * MILLION), PRICED_IN
