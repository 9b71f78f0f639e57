"""Sends one SMS at once, by the first provider that takes it, else by the next.

For alerts and for codes to whoever is called at night. Needs neither queue nor database, waits for
no common pace and asks for no callback; messages to clients never go this way.
"""

from collections.abc import Awaitable, Callable

from openchair.notifications.direct.sent import Sent, all_failed
from openchair.notifications.errors import DeliveryFailed, Permanent, Temporary
from openchair.notifications.providers.provider import Accepted
from openchair.notifications.providers.sms import twilio, vonage
from openchair.notifications.providers.sms.accounts import (
    TwilioAccount,
    VonageAccount,
    sms_gaps,
    twilio_account,
    vonage_account,
)
from openchair.notifications.providers.sms.sending import MAX_WORDS
from openchair.notifications.providers.sms.settings import TWILIO, VONAGE
from openchair.platform.ids import new_id
from openchair.platform.outbound.direct import call_directly
from openchair.platform.outbound.errors import OutboundFailed

Try = Callable[[str, str, float], Awaitable[Accepted]]


async def send_sms(*, recipient: str, text: str, timeout_seconds: float = 10.0) -> Sent:
    """Give an SMS to a number in E.164 to the first provider, or to the second when that one fails
    in any way: an SMS twice is better than none. Together they have `timeout_seconds`.

    Raises `Temporary`, or `Permanent` when every provider refused it for good, or there is none.
    """
    tries = _tries()
    if not tries:
        raise Permanent(" ".join(sms_gaps()), failure_type="auth_error")
    failures: list[tuple[str, DeliveryFailed]] = []
    for name, attempt in tries:
        try:
            accepted = await attempt(recipient, text, timeout_seconds / len(tries))
        except OutboundFailed as lost:
            words = f"{lost.reason}: {lost.words}"[:MAX_WORDS]
            failures.append((name, Temporary(words, failure_type="provider_error")))
        except DeliveryFailed as failure:
            failures.append((name, failure))
        else:
            return Sent(provider=name, words=accepted.words, reference=accepted.reference)
    raise all_failed(failures)


def _tries() -> list[tuple[str, Try]]:
    found: list[tuple[str, Try]] = []
    if (first := twilio_account()) is not None:
        found.append((TWILIO, _by_twilio(first)))
    if (second := vonage_account()) is not None:
        found.append((VONAGE, _by_vonage(second)))
    return found


def _by_twilio(account: TwilioAccount) -> Try:
    async def send(recipient: str, text: str, seconds: float) -> Accepted:
        request = twilio.request_of(account, recipient=recipient, body=text)
        answer = await call_directly(method="POST", timeout_seconds=seconds, **request)
        return twilio.taken(answer, body=text)

    return send


def _by_vonage(account: VonageAccount) -> Try:
    async def send(recipient: str, text: str, seconds: float) -> Accepted:
        reference = new_id().hex
        request = vonage.request_of(account, recipient=recipient, body=text, reference=reference)
        answer = await call_directly(method="POST", timeout_seconds=seconds, **request)
        return vonage.taken(answer, body=text, reference=reference)

    return send
