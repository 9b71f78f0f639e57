"""A visit is moved to another day that is rarely meant: asked about once, as the forms do. Pure."""

from datetime import datetime

from openchair.booking.appointments.queries import Booking
from openchair.platform.errors import Conflict
from openchair.web.console.door import Desk
from openchair.web.console.forms import Typed
from openchair.web.console.new_visit_form import doubt_about

CODE = "day_doubtful"


def doubt_of(
    desk: Desk, booking: Booking, typed: Typed, *, begins: datetime
) -> dict[str, str] | None:
    """The question in `words` and the `day` to send as `meant`; None within the day where the
    visit is, for a usual day, and for one that was said to be meant.
    """
    day = desk.formats.local(begins).date()
    if day == desk.formats.local(booking.start).date():
        return None
    words = doubt_about(desk, typed, day)
    return {"day": day.isoformat(), "words": words} if words else None


def require_meant(desk: Desk, booking: Booking, typed: Typed, *, begins: datetime) -> None:
    """Raises `Conflict` (`day_doubtful`, with the `doubt`) for a day that is to be asked about."""
    if doubt := doubt_of(desk, booking, typed, begins=begins):
        raise Conflict(doubt["words"], code=CODE, field="meant", details={"doubt": doubt})
