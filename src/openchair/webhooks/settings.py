"""Settings of webhooks, in and out."""

from pydantic import Field, SecretStr, field_validator

from openchair.platform.settings.base import RoomSettings
from openchair.webhooks.standard import key_of


class WebhookSettings(RoomSettings):
    """What is signed by whom, how often is tried again, and who is refused."""

    email_webhook_secret: SecretStr | None = Field(
        default=None,
        validation_alias="EMAIL_WEBHOOK_SECRET",
        description="what the mail provider signs its webhooks with, `whsec_…`; several with"
        " blanks while you change over; without it that door is closed",
    )
    webhook_tries: int = Field(
        default=8, ge=1, le=30, description="how often an incoming webhook's handler is tried"
    )
    webhook_lease_seconds: int = Field(
        default=60, ge=10, le=600, description="how long a worker may handle one incoming webhook"
    )
    webhook_bad_signatures: int = Field(
        default=5,
        ge=1,
        le=1000,
        description="bad signatures from one address in ten minutes that get it blocked",
    )
    webhook_block_minutes: int = Field(
        default=60, ge=1, le=10_080, description="how long such an address is blocked"
    )
    webhook_plain_http: bool = Field(
        default=False,
        description="let salons name endpoints with http:// instead of https://; for trying out",
    )
    webhook_endpoint_concurrency: int = Field(
        default=4, ge=1, le=50, description="outgoing webhooks to one endpoint at the same time"
    )
    webhook_timeout_seconds: int = Field(
        default=20, ge=1, le=30, description="how long an endpoint may take to answer"
    )

    webhook_days: int = Field(
        default=90,
        ge=7,
        le=3650,
        description="days that webhooks are kept which came to an end, in and out",
    )

    @field_validator("email_webhook_secret")
    @classmethod
    def must_be_secrets(cls, value: SecretStr | None) -> SecretStr | None:
        """Standard Webhooks secrets, or nothing."""
        secrets = value.get_secret_value().split() if value is not None else []
        for each in secrets:
            key_of(each)
        return value if secrets else None
