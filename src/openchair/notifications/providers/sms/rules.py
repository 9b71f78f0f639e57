"""What a status callback means for a message as it stands. Pure; `note_delivery.py` acts on it.

Callbacks come before we have written that the message was sent, twice, in any order, and for
tries that are long over: the order in which they come decides nothing.
"""

from enum import StrEnum

from openchair.notifications.providers.sms.statuses import DELIVERED, LOST, rank


class Step(StrEnum):
    """What to do with the message."""

    IGNORE = "ignore"  # nothing new
    NOTE = "note"  # only how far it came
    SETTLE = "settle"  # it was in doubt: the provider has it
    TAKE = "take"  # it was about to be sent again, or given up: the provider has it
    LOSE = "lose"  # it was sent, and did not arrive
    SETTLE_LOST = "settle_lost"  # it was in doubt, was taken, and did not arrive


def decide(
    *,
    state: str,
    delivery_status: str | None,
    known_reference: str | None,
    reference: str,
    status: str,
) -> Step:
    """For a message in `state`, told to be in `status` (ours) under the provider's `reference`.

    `known_reference` is that of the try we know to be taken: what comes under another one belongs
    to an earlier try, unless the present try has none yet.
    """
    other = known_reference is not None and known_reference != reference
    if other and state not in {"sending", "doubtful", "pending"}:
        return Step.IGNORE
    known = None if other else delivery_status
    if rank(status) < rank(known):
        return Step.IGNORE
    again = status == known
    match state:
        case "sending":
            return Step.IGNORE if again else Step.NOTE
        case "doubtful":
            return Step.SETTLE_LOST if status in LOST else Step.SETTLE
        case "pending":
            return _pending(status, same_try=known_reference == reference)
        case "sent" if status in LOST:
            return Step.LOSE
        case "failed" if status == DELIVERED:
            return Step.TAKE
        case _:
            return Step.IGNORE if again else Step.NOTE


def _pending(status: str, *, same_try: bool) -> Step:
    """It waits for another try. One that was delivered must not go out again; one that was lost,
    or whose loss we know already, goes out again.
    """
    if status == DELIVERED:
        return Step.TAKE
    if status in LOST or same_try:
        return Step.IGNORE
    return Step.TAKE
