"""Settings of the signature under our mails (DKIM); the runbooks' names, without our prefix."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from openchair.platform.settings.base import RoomSettings


class DkimSettings(RoomSettings):
    """All three, or none: then mails leave unsigned."""

    dkim_domain: str = Field(
        default="",
        validation_alias="DKIM_DOMAIN",
        pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+)?$",
        description="domain that signs our mails (DKIM); the same as that of"
        " `OPENCHAIR_MAIL_FROM`, or above it",
    )
    dkim_selector: str = Field(
        default="",
        validation_alias="DKIM_SELECTOR",
        pattern=r"^[A-Za-z0-9._-]*$",
        description="name of the key: its public half stands in the DNS at"
        " `SELECTOR._domainkey.DOMAIN`",
    )
    dkim_private_key_file: Path | None = Field(
        default=None,
        validation_alias="DKIM_PRIVATE_KEY_FILE",
        description="file with the private RSA key in PEM, readable by us alone",
    )

    @model_validator(mode="after")
    def must_be_complete(self) -> Self:
        """A half of the settings would sign nothing without saying so."""
        given = [self.dkim_domain, self.dkim_selector, self.dkim_private_key_file]
        if any(given) and not all(given):
            raise ValueError(
                "DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY_FILE belong together;"
                " please set all three or none"
            )
        return self
