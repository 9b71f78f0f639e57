"""Settings of the installation as a whole: where its data lies and where it listens."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from openchair.platform.settings.address import HttpAddress
from openchair.platform.settings.base import RoomSettings
from openchair.platform.settings.files import BadSettings, home


class InstallationSettings(RoomSettings):
    """One per data folder."""

    home: Path = Field(
        default_factory=home,
        description="data folder: database, logs, secrets; if unset `.openchair` in the clone",
    )
    host: str = Field(
        default="127.0.0.1",
        min_length=1,  # an empty one would be every address of the machine
        description="address the pages are served on; `0.0.0.0` lets a phone in your network in",
    )
    port: int = Field(
        default=8000,
        ge=1,
        le=65_531,
        description="port of the pages; the sandbox takes the next three (its page, two SMTP"
        " servers), the status page the one after",
    )
    status_port: int | None = Field(
        default=None,
        ge=1,
        le=65_535,
        description="port of the public status page, served apart from everything it tells of;"
        " default `PORT` + 4",
    )
    status_url: HttpAddress = Field(
        default="",
        description="address people read the status page at; default `http://localhost:STATUS_PORT`",
    )
    watch_seconds: float = Field(
        default=15.0,
        ge=0.2,
        le=300,
        description="how often the watcher looks at everything, in seconds",
    )
    public_url: HttpAddress = Field(
        default="",
        description="address clients see, in mails and links; default `http://localhost:PORT`",
    )
    database_url: str | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="an external PostgreSQL 17 or newer; without it the embedded one is started",
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        default=(),
        description="addresses or networks, with commas, whose `X-Forwarded-For` counts",
    )
    web_processes: int = Field(
        default=1, ge=1, le=64, description="web processes that share the port; one for each core"
    )
    sandbox: bool = Field(
        default=True,
        description="start the sandbox, whose mailbox takes all mail; `false` for a real salon",
    )
    demo: bool = Field(
        default=True, description="load two demo salons when the database holds no salon"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="least severity that is logged"
    )
    secret_key: SecretStr = Field(
        min_length=32,
        description="signs tokens and cookies; generated into `secrets.env` at the first start",
        json_schema_extra={"secret_bytes": 32},
    )

    @field_validator("home", mode="before")
    @classmethod
    def must_be_one_place(cls, _: object) -> Path:
        """Absolute, and the same folder that the files of settings are read from."""
        return home()

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def split_networks(cls, value: object) -> object:
        """`10.0.0.1, 10.1.0.0/16` → networks."""
        if not isinstance(value, str):
            return value
        return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())

    @field_validator("database_url")
    @classmethod
    def must_be_postgresql(cls, value: str | None) -> str | None:
        """A libpq URL, or nothing."""
        if not value:
            return None
        if not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("it has to begin with postgresql://")
        return "postgresql://" + value.split("://", 1)[1]

    @property
    def required_database_url(self) -> str:
        """For processes that `openchair up` starts, which hands them the database."""
        if self.database_url is None:
            raise BadSettings("DATABASE_URL is not set; `openchair up` sets it for its processes.")
        return self.database_url

    @property
    def database_folder(self) -> Path:
        """Where the embedded PostgreSQL keeps its data."""
        return self.home / "postgres"

    @property
    def address(self) -> str:
        """What a link to this installation begins with."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def sandbox_port(self) -> int:
        """The sandbox's page."""
        return self.port + 1

    @property
    def smtp_port(self) -> int:
        """The sandbox's SMTP server."""
        return self.port + 2

    @property
    def smtp_backup_port(self) -> int:
        """The sandbox's second SMTP server."""
        return self.port + 3

    @property
    def status_page_port(self) -> int:
        """The public status page."""
        return self.status_port or self.port + 4

    @property
    def status_address(self) -> str:
        """What a link to the status page begins with."""
        return self.status_url or f"http://localhost:{self.status_page_port}"

    @property
    def watch_folder(self) -> Path:
        """What the watcher keeps beside the database, for when that is away."""
        return self.home / "watch"

    @property
    def sandbox_ports(self) -> dict[str, int]:
        """Every port of the sandbox, by what it serves."""
        return {
            "http": self.sandbox_port,
            "smtp": self.smtp_port,
            "smtp-backup": self.smtp_backup_port,
        }
