"""What sending by Twilio and by Vonage has in common: the pace, one call, what no answer means."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from openchair.notifications.errors import DeliveryFailed, Doubtful, Temporary
from openchair.notifications.providers.provider import HandOver, Outgoing
from openchair.notifications.providers.sms.callbacks import callback_address
from openchair.notifications.providers.sms.pace import wait_for_slot
from openchair.notifications.providers.sms.settings import SmsSettings
from openchair.platform.db.engine import Database
from openchair.platform.outbound.answer import Answer
from openchair.platform.outbound.call import call
from openchair.platform.outbound.errors import NoAnswer, NotSent
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

MAX_WORDS = 500
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


async def post(
    database: Database,
    *,
    provider: str,
    url: str,
    outgoing: Outgoing,
    hand_over: HandOver,
    **content: Any,
) -> Answer:
    """The provider's answer to one message, sent when it is its turn.

    Not retried here: the queue does that, where each try is on record. The breaker is the
    dispatcher's. Raises `Temporary` when nothing left, `Doubtful` when the answer was lost.
    """
    await wait_for_slot(database, provider=provider, per_second=load(SmsSettings).sms_per_second)
    try:
        return await call(
            database,
            service=provider,
            method="POST",
            url=url,
            retries=0,
            guarded=False,
            salon_id=outgoing.salon_id,
            before_send=hand_over,
            **content,
        )
    except NotSent as failure:
        kind = "timeout" if failure.reason == "connect_timeout" else "provider_error"
        raise Temporary(
            failure.words[:MAX_WORDS], failure_type=kind, provider_down=True
        ) from failure
    except NoAnswer as failure:
        raise lost(failure) from failure


def lost(failure: NoAnswer) -> DeliveryFailed:
    """The message left and nobody knows what became of it."""
    return Doubtful(
        f"the answer was lost: {failure.words}"[:MAX_WORDS],
        failure_type="timeout" if failure.late else "provider_error",
        provider_down=True,
    )


def callback_parameter(
    name: str, *, provider: str, address: str, outgoing: Outgoing
) -> Mapping[str, str]:
    """The parameter that says where to tell what becomes of the message.

    None when our address is known on this machine alone and the provider at `address` is not here:
    it would refuse the whole message.
    """
    ours = load(InstallationSettings).address
    if urlsplit(ours).hostname in LOOPBACK and urlsplit(address).hostname not in LOOPBACK:
        return {}
    return {
        name: callback_address(
            ours,
            provider=provider,
            salon_id=outgoing.salon_id,
            notification_id=outgoing.notification_id,
        )
    }
