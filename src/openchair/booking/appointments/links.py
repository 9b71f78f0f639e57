"""Addresses of a booking's pages, for mails, calendar files and answers of the API. Pure but for
the installation's own address.
"""

from openchair.booking.appointments.queries import Booking
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings


def manage_url(*, slug: str, language: str, token: str) -> str:
    """The page on which the client sees, moves and cancels the booking of this token."""
    return f"{load(InstallationSettings).address}/{slug}/{language}/booking/{token}"


def manage_link(booking: Booking, *, language: str) -> str:
    """The same page, of a booking at hand."""
    return manage_url(slug=booking.salon_slug, language=language, token=booking.manage_token)


def calendar_link(booking: Booking, *, language: str) -> str:
    """The booking as a calendar file."""
    return f"{manage_link(booking, language=language)}/calendar.ics"
