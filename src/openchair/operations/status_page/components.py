"""What clients use, in their words, and how it is by what the probes found. Pure.

Called by the watcher (`watch.py`). Nothing here says why something does not work.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from openchair.platform.probes import Reading, State

Key = Literal["booking", "website", "mail", "sms", "console"]
Condition = Literal["operational", "maintenance", "degraded", "partial_outage", "major_outage"]

KEYS: tuple[Key, ...] = get_args(Key)
CONDITIONS: tuple[Condition, ...] = get_args(Condition)
"""From fine to worst."""

DOWN: frozenset[Condition] = frozenset({"partial_outage", "major_outage"})
"""What counts as time in which it did not work."""

LATE_SECONDS = 600.0
MANY_ERRORS_PERCENT = 25.0

ROOMS: Mapping[str, tuple[Key, ...]] = {
    "database": KEYS,
    "web": ("booking", "website", "console"),
    "website": ("website",),
    "traffic": ("booking", "website"),
    "booking": ("booking",),
    "console": ("console",),
    "workers": ("mail", "sms"),
    "worker": ("mail", "sms"),
    "queue": ("mail", "sms"),
    "smtp": ("mail",),
    "mail": ("mail",),
    "email": ("mail",),
    "sms": ("sms",),
}
"""What clients notice of a part of ours, as incidents name it."""


def worst_of(conditions: Iterable[Condition]) -> Condition:
    """The worst of several; of none it is operational."""
    return max(conditions, key=CONDITIONS.index, default="operational")


def state_of(readings: Mapping[str, Reading]) -> dict[Key, Condition]:
    """How each component is. What nobody could look at, and what does not exist, is left out."""
    pages = _pages(readings)
    mail = _mail(readings)
    found: dict[Key, Condition] = {}
    for key in ("booking", "website", "console"):
        if pages is not None:
            found[key] = pages
    if mail is not None:
        found["mail"] = mail
    if (sms := _sms(readings)) is not None:
        found["sms"] = sms
    return found


def absent(readings: Mapping[str, Reading]) -> frozenset[Key]:
    """What this installation certainly does not have."""
    sms = readings.get("sms")
    return frozenset({"sms"} if sms and sms.details.get("configured") is False else ())


def touched(components: Iterable[str]) -> tuple[Key, ...]:
    """What clients notice of these parts of ours; a part nobody knows is noticed nowhere."""
    keys = {key for each in components for key in ROOMS.get(each.lower(), ())}
    return tuple(each for each in KEYS if each in keys)


def _pages(readings: Mapping[str, Reading]) -> Condition | None:
    """What needs a page to be answered. The look at a real page knows best."""
    website, database = readings.get("website"), readings.get("database")
    if website is None and database is None:
        return None
    if website is not None and website.state is State.ERROR:
        return "major_outage"
    if _is_away(database):
        return "major_outage"
    return worst_of([_traffic(readings.get("traffic")), *_crowded(database)])


def _traffic(reading: Reading | None) -> Condition:
    if reading is None or _is_unknown(reading):
        return "operational"
    if reading.measures.get("error-rate", 0.0) > MANY_ERRORS_PERCENT:
        return "partial_outage"
    return "degraded" if reading.state is State.ERROR else "operational"


def _crowded(database: Reading | None) -> list[Condition]:
    """Nobody else gets a connection; who has one goes on."""
    is_error = database is not None and database.state is State.ERROR
    return ["degraded"] if is_error else []


def _is_away(database: Reading | None) -> bool:
    if database is None or database.state is not State.ERROR:
        return False
    return database.details.get("kind") != "saturated"


def _is_unknown(reading: Reading) -> bool:
    return reading.details.get("kind") == "unknown"


def _mail(readings: Mapping[str, Reading]) -> Condition | None:
    return _sending(readings, readings.get("smtp"))


def _sms(readings: Mapping[str, Reading]) -> Condition | None:
    sms = readings.get("sms")
    if sms is None or not sms.details.get("configured"):
        return None
    return _sending(readings, sms)


def _sending(readings: Mapping[str, Reading], way: Reading | None) -> Condition | None:
    """Nothing leaves without the database, a worker and somebody who takes it; it is kept."""
    if _is_away(readings.get("database")):
        return "partial_outage"
    workers, queue = readings.get("workers"), readings.get("queue")
    stopped = [each for each in (way, workers) if each is not None and not _is_unknown(each)]
    if not stopped:
        return None
    if any(each.state is State.ERROR for each in stopped):
        return "partial_outage"
    age = queue.measures.get("queue-age", 0.0) if queue else 0.0
    return "degraded" if age > LATE_SECONDS else "operational"
