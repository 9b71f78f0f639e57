"""What this person may do with a visit of the calendar: their role, whose visit it is, its status.
Pure; the verbs decide again.
"""

from collections.abc import Set as AbstractSet
from uuid import UUID

from openchair.booking.appointments.rules import CHANGEABLE, not_yet
from openchair.booking.calendar.shapes import VisitOnBoard
from openchair.identity.accounts.permissions import Reach, reach
from openchair.platform.errors import Forbidden
from openchair.web.console.door import Desk

NEXT = {
    "confirmed": ("arrived", "in_chair", "no_show", "cancel"),
    "arrived": ("in_chair", "done", "cancel", "undo"),
    "in_chair": ("done", "undo"),
    "done": ("paid", "undo"),
    "paid": ("undo",),
    "no_show": ("undo",),
}
PERMISSION = {
    "arrived": "visit.arrive",
    "in_chair": "visit.in_chair",
    "done": "visit.done",
    "paid": "visit.paid",
    "no_show": "visit.no_show",
    "cancel": "visit.cancel",
    "undo": "visit.undo",
    "confirmed": "visit.undo",
}
"""Which permission each status, and each button of the calendar, asks for."""


def may_with(desk: Desk, action: str, staff_ids: AbstractSet[UUID]) -> bool:
    """Whether they may do this where these people are concerned; nobody is nobody's own."""
    found = reach(role=desk.membership.role, action=action)
    return found is Reach.SALON or (
        found is Reach.OWN
        and desk.membership.staff_id is not None
        and desk.membership.staff_id in staff_ids
    )


def require_own_column(desk: Desk, staff_id: UUID | None) -> None:
    """Raises `Forbidden` when the route's permission ends at their own time, and this is not it."""
    if desk.reach is Reach.OWN and (staff_id is None or staff_id != desk.membership.staff_id):
        raise Forbidden(
            "You can change your own time only. Please ask the desk for this.",
            code="not_your_time",
        )


def is_movable(desk: Desk, visit: VisitOnBoard) -> bool:
    """Whether it can be dragged."""
    return visit.status in CHANGEABLE and may_with(desk, "visit.move", visit.staff_ids)


def acts(desk: Desk, visit: VisitOnBoard) -> list[str]:
    """The buttons it has now."""
    too_early = not_yet(visit.start, desk.now)
    found = [
        act
        for act in NEXT.get(visit.status, ())
        if act not in too_early and may_with(desk, PERMISSION[act], visit.staff_ids)
    ]
    if is_movable(desk, visit):
        found += ["move", "resize"]
        if may_with(desk, "visit.overbook", visit.staff_ids):
            found.append("overbook")
    return found
