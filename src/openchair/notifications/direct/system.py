"""What this installation is called in what it sends to those who run it."""

from urllib.parse import urlsplit

from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings


def system_name() -> str:
    """The product, and the host that clients know."""
    return f"OpenChair at {urlsplit(load(InstallationSettings).address).netloc}"
