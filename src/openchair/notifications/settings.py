"""Settings of the post office. The SMTP names are the runbooks' own, without our prefix."""

from typing import Literal

from pydantic import Field, SecretStr

from openchair.platform.settings.base import RoomSettings, load
from openchair.platform.settings.installation import InstallationSettings

USUAL_PORTS = {"off": 25, "starttls": 587, "on": 465}


class MailSettings(RoomSettings):
    """How mail leaves this installation; unless told otherwise into the sandbox's mailbox."""

    smtp_host: str = Field(
        default="",
        validation_alias="SMTP_HOST",
        description="host of the SMTP server that takes our mail; without it the sandbox takes it",
    )
    smtp_port: int | None = Field(
        default=None,
        ge=1,
        le=65_535,
        validation_alias="SMTP_PORT",
        description="port of the SMTP server; default 465, 587 or 25, as `SMTP_TLS` says",
    )
    smtp_username: str = Field(
        default="", validation_alias="SMTP_USERNAME", description="user for the SMTP log-in"
    )
    smtp_password: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="SMTP_PASSWORD",
        description="password for the SMTP log-in",
    )
    smtp_tls: Literal["off", "starttls", "on"] = Field(
        default="off",
        validation_alias="SMTP_TLS",
        description="`on`: TLS from the first byte; `starttls`: plain, then upgraded; `off`: plain",
    )
    smtp_connections: int = Field(
        default=8,
        ge=1,
        le=100,
        validation_alias="SMTP_CONNECTIONS",
        description="connections to the SMTP server that one worker may hold",
    )
    mail_from: str = Field(
        default="appointments@openchair.localhost",
        pattern=r"^[^@\s<>]+@[^@\s<>]+$",
        description="address that mails come from; the salon's name stands before it",
    )
    mail_timeout_seconds: int = Field(
        default=30, ge=1, le=120, description="longest wait for one answer of the SMTP server"
    )
    mail_lease_seconds: int = Field(
        default=90,
        ge=1,
        le=3600,
        description="how long a worker may keep a message before another takes it over; more than"
        " twice `OPENCHAIR_MAIL_TIMEOUT_SECONDS`, as the content and its answer are two waits",
    )
    mail_max_tries: int = Field(
        default=30,
        ge=1,
        le=100,
        description="tries before a message is given up; 30 last about 20 hours",
    )

    @property
    def server(self) -> tuple[str, int]:
        """Host and port to connect to."""
        if not self.smtp_host:
            return "127.0.0.1", self.smtp_port or load(InstallationSettings).smtp_port
        return self.smtp_host, self.smtp_port or USUAL_PORTS[self.smtp_tls]

    @property
    def domain(self) -> str:
        """The domain of the sending address, for Message-IDs and EHLO."""
        return self.mail_from.rpartition("@")[2]
