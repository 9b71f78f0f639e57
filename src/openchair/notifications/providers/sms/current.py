"""The SMS providers of this installation, in the order in which they are tried."""

from openchair.notifications.providers.provider import Provider
from openchair.notifications.providers.sms.accounts import twilio_account, vonage_account
from openchair.notifications.providers.sms.twilio import TwilioProvider
from openchair.notifications.providers.sms.vonage import VonageProvider
from openchair.platform.db.engine import Database


def sms_providers(database: Database) -> tuple[Provider, ...]:
    """Twilio, then Vonage; only those that are configured, none when SMS are not."""
    found: list[Provider] = []
    if (twilio := twilio_account()) is not None:
        found.append(TwilioProvider(twilio, database=database))
    if (vonage := vonage_account()) is not None:
        found.append(VonageProvider(vonage, database=database))
    return tuple(found)
