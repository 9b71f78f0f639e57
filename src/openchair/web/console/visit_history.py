"""The history of a visit in words: who, when, what it was before and after. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openchair.booking.appointments.history import Change
from openchair.booking.appointments.snapshot import Snapshot
from openchair.web.console.door import Desk
from openchair.web.console.visit_view import status_words

STATUSES = frozenset({"confirmed", "arrived", "in_chair", "done", "paid", "no_show", "cancelled"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history. `undo_id` where it can be taken back here; `may_tell` when the
    client could be told of that.
    """

    when: str
    who: str
    what: str
    details: tuple[str, ...]
    undo_id: UUID | None = None
    may_tell: bool = False


def history_lines(
    desk: Desk, changes: Sequence[Change], names: Mapping[UUID, str], *, may_undo: bool
) -> list[Line]:
    """The last first; only the latest change has an undo, as the page shows the visit after it."""
    latest = changes[0].id if changes and changes[0].can_undo and may_undo else None
    return [
        Line(
            when=moment(desk, change.at),
            who=_who(desk, change, names),
            what=_what(desk, change),
            details=tuple(_details(desk, change)),
            undo_id=latest if change.id == latest else None,
            may_tell=change.action not in {"mark", "note"},
        )
        for change in changes
    ]


def moment(desk: Desk, instant: datetime) -> str:
    """Without the year while it is this one."""
    this_year = desk.formats.local(instant).year == desk.formats.local(desk.now).year
    formats = desk.formats
    day = formats.weekday_day_month(instant) if this_year else formats.full_date(instant)
    return f"{day}, {formats.time(instant)}"


def _who(desk: Desk, change: Change, names: Mapping[UUID, str]) -> str:
    say = desk.words.text
    if change.user_id is not None:
        return names.get(change.user_id, say("Somebody of the team"))
    return say("Client") if change.actor == "client" else say("OpenChair")


def _what(desk: Desk, change: Change) -> str:
    say, after = desk.words.text, change.metadata.get("after")
    if change.action == "mark":
        return {
            "arrived": say("marked as arrived"),
            "in_chair": say("marked as begun"),
            "done": say("marked as done"),
            "paid": say("marked as paid"),
            "no_show": say("marked as no-show"),
            "confirmed": say("took the mark back"),
        }.get(str(after), change.action)
    if change.metadata.get("overbooked"):
        return (
            say("booked over a taken time")
            if change.action == "create"
            else say("moved over a taken time")
        )
    return {
        "create": say("booked"),
        "cancel": say("cancelled"),
        "restore": say("restored"),
        "reschedule": say("moved"),
        "resize": say("changed the length"),
        "edit": say("changed the visit"),
        "note": say("changed the note"),
        "undo": say("took a change back"),
    }.get(change.action, change.action)


def _details(desk: Desk, change: Change) -> Iterator[str]:
    """Before and after, and the reason if one was given."""
    if change.before is not None and change.after is not None:
        found = list(_differences(desk, change.before, change.after))
    else:
        found = list(_short(desk, change))
    if reason := str(change.metadata.get("reason") or ""):
        found = [" · ".join([*found, reason])]
    yield from found


def _short(desk: Desk, change: Change) -> Iterator[str]:
    """What is known of a change from before snapshots were kept."""
    before, after = str(change.metadata.get("before")), str(change.metadata.get("after"))
    if change.action == "reschedule":
        yield " → ".join(moment(desk, datetime.fromisoformat(each)) for each in (before, after))
    elif before in STATUSES and after in STATUSES:
        yield f"{status_words(desk, before)} → {status_words(desk, after)}"


def _differences(desk: Desk, before: Snapshot, after: Snapshot) -> Iterator[str]:
    if before["status"] != after["status"]:
        words = (status_words(desk, each["status"]) for each in (before, after))
        yield " → ".join(words)
    if before["start"] != after["start"]:
        starts = (datetime.fromisoformat(each["start"]) for each in (before, after))
        yield " → ".join(moment(desk, each) for each in starts)
    yield from _services(desk, before, after)
    if before["price_minor"] != after["price_minor"]:
        prices = (desk.formats.money(each["price_minor"]) for each in (before, after))
        yield " → ".join(prices)
    if before["note"] != after["note"]:
        say = desk.words.text
        note = " → ".join(each["note"] or "–" for each in (before, after))
        yield say("Note: {note}", note=note)


def _services(desk: Desk, before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Who does which service, and for how long, where that is another now."""
    was = {item["service_id"]: item for item in before["items"]}
    is_now = {item["service_id"]: item for item in after["items"]}
    for service_id, item in was.items():
        name = desk.say(item["service_name"])
        if service_id not in is_now:
            yield f"− {name}"
            continue
        now = is_now[service_id]
        if item["staff_id"] != now["staff_id"]:
            yield f"{name}: {item['staff_name']} → {now['staff_name']}"
        lengths = [desk.formats.minutes(_minutes(each)) for each in (item, now)]
        if lengths[0] != lengths[1]:
            yield f"{name}: {lengths[0]} → {lengths[1]}"
    for service_id, item in is_now.items():
        if service_id not in was:
            yield f"+ {desk.say(item['service_name'])}"


def _minutes(item: Snapshot) -> int:
    start, end = (datetime.fromisoformat(item[name]) for name in ("start", "end"))
    return round((end - start).total_seconds() / 60)
