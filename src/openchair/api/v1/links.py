"""Addresses that answers name: the client's page of a booking, and the booking itself."""

from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

PREFIX = "/api/v1"


def manage_url(*, slug: str, language: str, token: str) -> str:
    """The page on which the client moves or cancels, as the mails name it."""
    return f"{load(InstallationSettings).address}/{slug}/{language}/booking/{token}"


def booking_path(token: str) -> str:
    """The booking in this API."""
    return f"{PREFIX}/bookings/{token}"
