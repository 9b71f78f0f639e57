"""The accounts that this sandbox knows. They are no secrets: the product finds them in its docs."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Well-known by default; the command line may set others."""

    twilio_account_sid: str = "ACsandbox".ljust(34, "0")
    twilio_auth_token: str = "sandbox-token"  # noqa: S105 -- everybody may know it
    vonage_api_key: str = "sandbox"
    vonage_api_secret: str = "sandbox-secret"  # noqa: S105 -- everybody may know it
    vonage_signature_secret: str = "sandbox-signature"  # noqa: S105 -- everybody may know it
    vonage_signature_method: str = "sha256"
