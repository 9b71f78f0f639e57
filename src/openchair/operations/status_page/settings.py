"""Where the public status page is written, what it is called, and who is told by mail."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from openchair.platform.settings.base import RoomSettings, load
from openchair.platform.settings.installation import InstallationSettings

PRODUCT = "OpenChair"
LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 -- names, no address


class StatusPageSettings(RoomSettings):
    """The folder is served by the watcher; another server or a bucket may serve it as well."""

    status_folder: str = Field(
        default="",
        description="folder the status page is written to; default `status` in the data folder",
    )
    status_storage_url: str = Field(
        default="",
        description="a bucket or folder the status page is copied to as well, such as"
        " `s3://bucket/prefix`; the AWS settings of the storage say who we are there",
    )
    status_name: str = Field(
        default="",
        max_length=60,
        description="what the status page calls this installation; default the host of"
        " `OPENCHAIR_PUBLIC_URL`",
    )
    status_language: Literal["de", "en", "pl", "uk"] = Field(
        default="en", description="language of the status page's first page"
    )
    status_mail_after_seconds: int = Field(
        default=120,
        ge=0,
        le=86_400,
        description="trouble that is over before this many seconds is told to nobody by mail",
    )

    @field_validator("status_storage_url")
    @classmethod
    def must_be_known(cls, value: str) -> str:
        """A folder or a bucket, named in full."""
        if value and not value.startswith(("file://", "s3://")):
            raise ValueError("it has to begin with file:// or s3://")
        return value.rstrip("/")

    def folder(self, home: Path) -> Path:
        """The folder, absolute; `home` is the data folder."""
        return Path(self.status_folder).resolve() if self.status_folder else home / "status"

    @property
    def name(self) -> str:
        """What readers know this installation as."""
        host = urlsplit(load(InstallationSettings).address).hostname or ""
        return self.status_name or (PRODUCT if host in LOCAL else host)
