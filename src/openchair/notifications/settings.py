"""Settings of the post office. The SMTP names are the runbooks' own, without our prefix."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field, SecretStr

from openchair.platform.settings.base import RoomSettings, load
from openchair.platform.settings.installation import InstallationSettings

USUAL_PORTS = {"off": 25, "starttls": 587, "on": 465}


PRIMARY, BACKUP = "smtp", "smtp-backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """One SMTP server. `name` is how attempts, breakers and the log call it."""

    name: str
    host: str
    port: int
    username: str
    password: SecretStr
    tls: Literal["off", "starttls", "on"]


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
    smtp_backup_host: str = Field(
        default="",
        validation_alias="SMTP_BACKUP_HOST",
        description="host of the SMTP server that takes over when the first one fails",
    )
    smtp_backup_port: int | None = Field(
        default=None,
        ge=1,
        le=65_535,
        validation_alias="SMTP_BACKUP_PORT",
        description="port of the backup server; default 465, 587 or 25, as `SMTP_BACKUP_TLS` says",
    )
    smtp_backup_username: str = Field(
        default="",
        validation_alias="SMTP_BACKUP_USERNAME",
        description="user for the log-in at the backup server",
    )
    smtp_backup_password: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="SMTP_BACKUP_PASSWORD",
        description="password for the log-in at the backup server",
    )
    smtp_backup_tls: Literal["off", "starttls", "on"] = Field(
        default="off",
        validation_alias="SMTP_BACKUP_TLS",
        description="as `SMTP_TLS`, for the backup server",
    )
    smtp_lookup_url: str = Field(
        default="",
        validation_alias="SMTP_LOOKUP_URL",
        description="asked about a mail whose acceptance is in doubt, with `{message_id}` in it:"
        " 200 says that it was accepted, 404 that it is not known",
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
    mail_doubtful_grace_seconds: int = Field(
        default=60,
        ge=1,
        le=86_400,
        description="how long after the content left a provider's word that it does not know a"
        " message is not yet believed; then it is sent again",
    )
    mail_max_tries: int = Field(
        default=30,
        ge=1,
        le=100,
        description="tries before a message is given up; 30 last about 20 hours",
    )

    @property
    def servers(self) -> tuple[ServerSettings, ...]:
        """The servers in the order in which they are tried: the primary, then the backup."""
        installation = load(InstallationSettings)
        primary = ServerSettings(
            name=PRIMARY,
            host=self.smtp_host or "127.0.0.1",
            port=self.smtp_port
            or (USUAL_PORTS[self.smtp_tls] if self.smtp_host else installation.smtp_port),
            username=self.smtp_username,
            password=self.smtp_password,
            tls=self.smtp_tls,
        )
        if not (self.smtp_backup_host or self.is_sandbox):
            return (primary,)
        backup = ServerSettings(
            name=BACKUP,
            host=self.smtp_backup_host or "127.0.0.1",
            port=self.smtp_backup_port
            or (
                USUAL_PORTS[self.smtp_backup_tls]
                if self.smtp_backup_host
                else installation.smtp_backup_port
            ),
            username=self.smtp_backup_username,
            password=self.smtp_backup_password,
            tls=self.smtp_backup_tls,
        )
        return (primary, backup)

    @property
    def is_sandbox(self) -> bool:
        """Whether the sandbox takes our mail."""
        return not self.smtp_host and load(InstallationSettings).sandbox

    @property
    def lookup_url(self) -> str:
        """Where to ask about a doubtful mail; empty when nobody can be asked."""
        if self.smtp_lookup_url or not self.is_sandbox:
            return self.smtp_lookup_url
        return (
            f"http://127.0.0.1:{load(InstallationSettings).sandbox_port}/api/lookup/{{message_id}}"
        )

    @property
    def domain(self) -> str:
        """The domain of the sending address, for Message-IDs and EHLO."""
        return self.mail_from.rpartition("@")[2]
