"""Whether anybody waits: asked by the statement that writes an event, before a job is queued."""

SOMEBODY = (
    "EXISTS (SELECT FROM waitlist_entries"
    " WHERE waitlist_entries.salon_id = {salon_id} AND waitlist_entries.status = 'waiting')"
)


def somebody_waits(salon_id: str) -> str:
    """The condition in SQL; `salon_id` is SQL too."""
    return SOMEBODY.format(salon_id=salon_id)
