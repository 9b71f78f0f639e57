"""Settings of the SMS providers. The Twilio names are the runbooks' own, without our prefix."""

from typing import Literal

from pydantic import Field, SecretStr

from openchair.platform.settings.address import HttpAddress
from openchair.platform.settings.base import RoomSettings, load
from openchair.platform.settings.installation import InstallationSettings

TWILIO, VONAGE = "twilio", "vonage"
TWILIO_ADDRESS = "https://api.twilio.com"
VONAGE_ADDRESS = "https://rest.nexmo.com"
VONAGE_REPORTS_ADDRESS = "https://api.nexmo.com"

# The accounts that the sandbox knows; everybody may.
SANDBOX_TWILIO_SID = "ACsandbox".ljust(34, "0")
SANDBOX_TWILIO_TOKEN = SecretStr("sandbox-token")
SANDBOX_TWILIO_FROM = "+15005550006"
SANDBOX_VONAGE_KEY = "sandbox"
SANDBOX_VONAGE_SECRET = SecretStr("sandbox-secret")
SANDBOX_VONAGE_SIGNATURE = SecretStr("sandbox-signature")
SANDBOX_VONAGE_FROM = "OpenChair"


class SmsSettings(RoomSettings):
    """How SMS leave this installation; unless told otherwise into the sandbox.

    `accounts.py` says what is in force.
    """

    twilio_account_sid: str = Field(
        default="",
        validation_alias="TWILIO_ACCOUNT_SID",
        description="account at Twilio, the first SMS provider; without one and without"
        " `VONAGE_API_KEY` the sandbox takes all SMS",
    )
    twilio_auth_token: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="TWILIO_AUTH_TOKEN",
        description="its token; also checks the signature of `POST /api/twilio-webhook`",
    )
    twilio_from: str = Field(
        default="",
        validation_alias="TWILIO_FROM",
        description="what SMS come from: a number, a name or a messaging service (`MG…`)",
    )
    twilio_base_url: HttpAddress = Field(
        default="",
        validation_alias="TWILIO_BASE_URL",
        description=f"where Twilio's API is, if not at {TWILIO_ADDRESS}",
    )
    vonage_api_key: str = Field(
        default="",
        validation_alias="VONAGE_API_KEY",
        description="account at Vonage, the SMS provider that takes over when Twilio fails",
    )
    vonage_api_secret: SecretStr = Field(
        default=SecretStr(""), validation_alias="VONAGE_API_SECRET", description="its secret"
    )
    vonage_from: str = Field(
        default="",
        validation_alias="VONAGE_FROM",
        description="what SMS come from: a number or a name of up to 11 letters",
    )
    vonage_base_url: HttpAddress = Field(
        default="",
        validation_alias="VONAGE_BASE_URL",
        description="where Vonage's APIs are, if not at"
        f" {VONAGE_ADDRESS} and {VONAGE_REPORTS_ADDRESS}",
    )
    vonage_signature_secret: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="VONAGE_SIGNATURE_SECRET",
        description="checks the signature of `POST /api/vonage-webhook`",
    )
    vonage_signature_method: Literal["md5hash", "md5", "sha1", "sha256", "sha512"] = Field(
        default="sha256",
        validation_alias="VONAGE_SIGNATURE_METHOD",
        description="how Vonage signs: what its dashboard shows as signature method",
    )
    sms_per_second: int = Field(
        default=5,
        ge=1,
        le=1000,
        description="SMS that leave in a second by one provider, over all workers",
    )
    sms_segment_micros: int = Field(
        default=80_000,
        ge=0,
        le=100_000_000,
        description="what one segment of an SMS costs, in millionths of a unit of"
        " `OPENCHAIR_SMS_CURRENCY`, where the provider does not say",
    )
    sms_currency: str = Field(
        default="EUR",
        pattern="^[A-Z]{3}$",
        description="currency of that price (ISO 4217)",
    )

    @property
    def is_sandbox(self) -> bool:
        """Whether the sandbox takes our SMS."""
        configured = self.twilio_account_sid or self.vonage_api_key
        return not configured and load(InstallationSettings).sandbox
