"""Which SMS accounts are in force, and what is missing. Readiness, providers and doors ask.

The sandbox's accounts stand in only when no real one is named, so that a real salon's SMS never
end in a mailbox that nobody reads.
"""

from dataclasses import dataclass

from pydantic import SecretStr

from openchair.notifications.providers.sms import settings as known
from openchair.notifications.providers.sms.settings import SmsSettings
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioAccount:
    """An account at Twilio. `address` has no trailing slash."""

    sid: str
    token: SecretStr
    sender: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VonageAccount:
    """An account at Vonage; `reports_address` answers look-ups. Addresses have no slash behind."""

    key: str
    secret: SecretStr
    sender: str
    address: str
    reports_address: str
    signature_secret: SecretStr
    signature_method: str


def twilio_account() -> TwilioAccount | None:
    """The account at Twilio, the sandbox's, or None when SMS do not go by Twilio."""
    settings = load(SmsSettings)
    if settings.is_sandbox:
        return TwilioAccount(
            sid=known.SANDBOX_TWILIO_SID,
            token=known.SANDBOX_TWILIO_TOKEN,
            sender=settings.twilio_from or known.SANDBOX_TWILIO_FROM,
            address=settings.twilio_base_url or f"{_sandbox()}/twilio",
        )
    if not settings.twilio_account_sid or _twilio_gaps(settings):
        return None
    return TwilioAccount(
        sid=settings.twilio_account_sid,
        token=settings.twilio_auth_token,
        sender=settings.twilio_from,
        address=settings.twilio_base_url or known.TWILIO_ADDRESS,
    )


def vonage_account() -> VonageAccount | None:
    """The account at Vonage, the sandbox's, or None when SMS do not go by Vonage."""
    settings = load(SmsSettings)
    if settings.is_sandbox:
        address = settings.vonage_base_url or f"{_sandbox()}/vonage"
        return VonageAccount(
            key=known.SANDBOX_VONAGE_KEY,
            secret=known.SANDBOX_VONAGE_SECRET,
            sender=settings.vonage_from or known.SANDBOX_VONAGE_FROM,
            address=address,
            reports_address=address,
            signature_secret=known.SANDBOX_VONAGE_SIGNATURE,
            signature_method=settings.vonage_signature_method,
        )
    if not settings.vonage_api_key or _vonage_gaps(settings):
        return None
    return VonageAccount(
        key=settings.vonage_api_key,
        secret=settings.vonage_api_secret,
        sender=settings.vonage_from,
        address=settings.vonage_base_url or known.VONAGE_ADDRESS,
        reports_address=settings.vonage_base_url or known.VONAGE_REPORTS_ADDRESS,
        signature_secret=settings.vonage_signature_secret,
        signature_method=settings.vonage_signature_method,
    )


def sms_configured() -> bool:
    """Whether SMS can go out at all, be it into the sandbox."""
    return twilio_account() is not None or vonage_account() is not None


def sms_gaps() -> list[str]:
    """Sentences on what is missing; none when every account that is named is complete."""
    settings = load(SmsSettings)
    gaps = []
    if settings.twilio_account_sid:
        gaps += [f"Twilio is not used: {name} is not set." for name in _twilio_gaps(settings)]
    if settings.vonage_api_key:
        gaps += [f"Vonage is not used: {name} is not set." for name in _vonage_gaps(settings)]
        if not settings.vonage_signature_secret.get_secret_value():
            gaps.append(
                "Vonage's delivery receipts are refused: VONAGE_SIGNATURE_SECRET is not set."
            )
    if not gaps and not sms_configured():
        gaps.append("SMS are not configured: neither TWILIO_ACCOUNT_SID nor VONAGE_API_KEY is set.")
    return gaps


def _twilio_gaps(settings: SmsSettings) -> list[str]:
    given = {
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token.get_secret_value(),
        "TWILIO_FROM": settings.twilio_from,
    }
    return [name for name, value in given.items() if not value]


def _vonage_gaps(settings: SmsSettings) -> list[str]:
    given = {
        "VONAGE_API_SECRET": settings.vonage_api_secret.get_secret_value(),
        "VONAGE_FROM": settings.vonage_from,
    }
    return [name for name, value in given.items() if not value]


def _sandbox() -> str:
    return f"http://127.0.0.1:{load(InstallationSettings).sandbox_port}"
