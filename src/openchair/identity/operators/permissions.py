"""What an operator or an owner may do at /ops: one table, read by every route there. What is not
here nobody may do.
"""

from collections.abc import Mapping

_BOTH = frozenset({"operator", "owner"})
_OPERATOR = frozenset({"operator"})

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "now.read": _BOTH,
    "help.press": _BOTH,
    "plots.read": _OPERATOR,
    "alerts.read": _OPERATOR,
    "alerts.manage": _OPERATOR,
    "incidents.read": _OPERATOR,
    "incidents.manage": _OPERATOR,
    "messages.read": _OPERATOR,
    "messages.manage": _OPERATOR,
    "budgets.read": _OPERATOR,
    "webhooks.read": _OPERATOR,
    "webhooks.manage": _OPERATOR,
    "logs.read": _OPERATOR,
    "contacts.read": _OPERATOR,
}


def may(*, role: str, action: str) -> bool:
    """Whether `role` may do `action`.

    Raises `KeyError` for an action that nobody has listed: that is a defect, not a refusal.
    """
    return role in PERMISSIONS[action]
