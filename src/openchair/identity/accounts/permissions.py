"""Who may do what: one table, read by every console route. What is not here nobody may do."""

from collections.abc import Mapping
from enum import StrEnum


class Reach(StrEnum):
    """How far a permission goes: every visit of the salon, or only one's own."""

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
