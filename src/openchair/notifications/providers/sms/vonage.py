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
        """Send one SMS; see `Provider.send`. When a part was taken the message counts as taken,
        as sending it again would repeat that part.
        """
        account, body = self._account, outgoing.rendered.text
        answer = await post(
            self._database,
            provider=VONAGE,
            url=f"{account.address}/sms/json",
            outgoing=outgoing,
            hand_over=hand_over,
            json={
                "api_key": account.key,
                "api_secret": account.secret.get_secret_value(),
                "from": account.sender,
                "to": outgoing.recipient.removeprefix("+"),
                "text": body,
                "type": "text" if is_gsm(body) else "unicode",
                "client-ref": outgoing.notification_id.hex,
                **callback_parameter(
                    "callback", provider=VONAGE, address=account.address, outgoing=outgoing
                ),
            },
        )
        parts = parts_of(answer) if answer.is_success else []
        taken = [part for part in parts if str(part.get("status")) == ACCEPTED]
        if not taken:
            raise refused(answer)
        segments = max(self.units(outgoing), len(parts))
        micros, currency = _cost(taken, segments=segments)
        first = str(taken[0].get("message-id", ""))
        return Accepted(
            words=f"{answer.status_code} {first}, {len(taken)} of {len(parts)} parts",
            reference=outgoing.notification_id.hex,
            segments=segments,
            cost_micros=micros,
            cost_currency=currency,
        )

    async def look_up(self, doubted: Doubted) -> Finding:
        """Ask the reports for our reference."""
        return await look_up(self._database, account=self._account, doubted=doubted)

    async def close(self) -> None:
        """Nothing of its own is open: `platform/outbound` has the connections."""


def _cost(taken: list[dict[str, Any]], *, segments: int) -> tuple[int, str]:
    """The sum of the parts' prices, else segments by our own price."""
    try:
        prices = [Decimal(str(part["message-price"])) for part in taken]
    except (KeyError, InvalidOperation):
        settings = load(SmsSettings)
        return segments * settings.sms_segment_micros, settings.sms_currency
    return round(sum(prices, Decimal()) * MILLION), PRICED_IN
