"""For whom passkeys are made: the site's name and the address its pages have (WebAuthn level 3,
5.1.2: a domain name, never an IP address).
"""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

NAME = "OpenChair"


@dataclass(frozen=True, slots=True)
class Site:
    """`rp_id` is the domain that the devices remember, `origin` where the pages are opened."""

    rp_id: str
    origin: str

    @property
    def can_have_passkeys(self) -> bool:
        """Browsers offer passkeys for names over https, and for `localhost`."""
        return not _is_address(self.rp_id) and (
            self.origin.startswith("https://") or self.rp_id == "localhost"
        )

    def is_at(self, host: str) -> bool:
        """Whether a page opened at `host` (as of the `Host` header) is a page of this site."""
        return urlsplit(self.origin).netloc.lower() == host.lower()


def site() -> Site:
    """This installation's, as `OPENCHAIR_PUBLIC_URL` names it."""
    parts = urlsplit(load(InstallationSettings).address)
    return Site(rp_id=parts.hostname or "", origin=f"{parts.scheme}://{parts.netloc}")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
