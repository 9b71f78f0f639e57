"""Where the public status page is written."""

from pathlib import Path

from pydantic import Field

from openchair.platform.settings.base import RoomSettings


class StatusPageSettings(RoomSettings):
    """The folder is served by the watcher; another server or a bucket may serve it as well."""

    status_folder: str = Field(
        default="",
        description="folder the status page is written to; default `status` in the data folder",
    )

    def folder(self, home: Path) -> Path:
        """The folder, absolute; `home` is the data folder."""
        return Path(self.status_folder).resolve() if self.status_folder else home / "status"
