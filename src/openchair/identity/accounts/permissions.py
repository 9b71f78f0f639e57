"""Who may do what: one table, read by every console route. What is not here nobody may do."""

from collections.abc import Mapping
from enum import StrEnum

ROLES = ("owner", "manager", "staff", "receptionist")


class Reach(StrEnum):
    """How far a permission goes: everything of the salon, or only what is one's own: visits, time,
    takings.
    """

    SALON = "salon"
    OWN = "own"


_EVERYONE = {
    "owner": Reach.SALON,
    "manager": Reach.SALON,
    "receptionist": Reach.SALON,
    "staff": Reach.SALON,
}
_OFFICE = {"owner": Reach.SALON, "manager": Reach.SALON}
_DESK = {**_OFFICE, "receptionist": Reach.SALON}
_STYLISTS_THEIR_OWN = {**_EVERYONE, "staff": Reach.OWN}

PERMISSIONS: Mapping[str, Mapping[str, Reach]] = {
    "day.read": _EVERYONE,
    "visit.read": _EVERYONE,
    "visit.arrive": _STYLISTS_THEIR_OWN,
    "visit.no_show": _STYLISTS_THEIR_OWN,
    "visit.cancel": _STYLISTS_THEIR_OWN,
    "visit.undo": _STYLISTS_THEIR_OWN,
    "visit.create": _STYLISTS_THEIR_OWN,
    "visit.overbook": _STYLISTS_THEIR_OWN,
    "visit.in_chair": _STYLISTS_THEIR_OWN,
    "visit.done": _STYLISTS_THEIR_OWN,
    "visit.paid": _STYLISTS_THEIR_OWN,
    "visit.move": _STYLISTS_THEIR_OWN,
    "time.block": _STYLISTS_THEIR_OWN,
    "waitlist.read": _EVERYONE,
    "waitlist.manage": _DESK,
    "clients.read": _EVERYONE,
    "clients.contact": _STYLISTS_THEIR_OWN,
    "clients.note": _EVERYONE,
    "clients.edit": _DESK,
    "clients.merge": _DESK,
    "clients.export": _OFFICE,
    "clients.import": _OFFICE,
    "clients.erase": _OFFICE,
    "reports.read": {**_OFFICE, "staff": Reach.OWN},
    "reports.clients": _OFFICE,
    "reports.export": _OFFICE,
    "feed.manage": {**_OFFICE, "staff": Reach.OWN},
    "salon.read": _OFFICE,
    "catalogue.manage": _OFFICE,
    "team.manage": _OFFICE,
    "time_off.request": {**_OFFICE, "receptionist": Reach.OWN, "staff": Reach.OWN},
    "place.manage": _OFFICE,
    "policies.manage": _OFFICE,
    "website.manage": _OFFICE,
    "people.read": _OFFICE,
    "people.manage": {"owner": Reach.SALON},
    "messages.read": _DESK,
    "messages.manage": _OFFICE,
    "webhooks.manage": _OFFICE,
    "budget.read": _OFFICE,
    "budget.manage": {"owner": Reach.SALON},
}


def reach(*, role: str, action: str) -> Reach | None:
    """How far `role` may go with `action`, or None when it may not.

    Raises `KeyError` for an action that nobody has listed: that is a defect, not a refusal.
    """
    return PERMISSIONS[action].get(role)
