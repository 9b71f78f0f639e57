"""Dates of a series that cannot be had, as a form asks about them: each is left out, moved or
doubled. Called by the pages that book and change series.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from openchair.booking.appointments.clashes import Clash
from openchair.booking.appointments.series import Choice
from openchair.platform.errors import Conflict, Invalid
from openchair.web.console.door import Desk
from openchair.web.console.forms import Typed
from openchair.web.console.in_the_way import sentences

PREFIX = "choice_"
SKIP, OVERBOOK, MOVE = "skip", "overbook", "move:"


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """One date: its words, why it cannot be had, and what can be chosen (value, words)."""

    field: str
    when: str
    why: tuple[str, ...]
    options: tuple[tuple[str, str], ...]


def asked_about(desk: Desk, problem: Conflict, *, existing: bool = False) -> list[AskedAbout]:
    """The obstacles of a refused series; `existing` visits are left where they are, new ones left
    out.
    """
    return [_asked(desk, each, existing=existing) for each in problem.details.get("obstacles", ())]


def read_choices(typed: Typed) -> dict[str, Choice]:
    """What was chosen, by date or by the visit's id. Raises `Invalid` on `choices`."""
    return {
        name.removeprefix(PREFIX): _read(value)
        for name, value in typed.values.items()
        if name.startswith(PREFIX) and value
    }


def kept_choices(typed: Typed, asked: Iterable[AskedAbout]) -> list[tuple[str, str]]:
    """What was chosen for dates that are not asked about any more, for the form to send again."""
    fields = {each.field for each in asked}
    return [
        (name, value)
        for name, value in typed.values.items()
        if name.startswith(PREFIX) and value and name not in fields
    ]


def _asked(desk: Desk, obstacle: dict[str, Any], *, existing: bool) -> AskedAbout:
    say, formats = desk.words.text, desk.formats
    start = datetime.fromisoformat(obstacle["start"])
    leave = say("Leave it where it is") if existing else say("Leave this date out")
    options = [("", say("Please choose")), (SKIP, leave)]
    for each in obstacle["near"]:
        moment = datetime.fromisoformat(each)
        words = f"{formats.weekday_day_month(moment)}, {formats.time(moment)}"
        options.append((f"{MOVE}{each}", say("Move to {moment}", moment=words)))
    if desk.may("visit.overbook"):
        options.append((OVERBOOK, say("Book it all the same")))
    return AskedAbout(
        field=f"{PREFIX}{obstacle['booking_id'] or obstacle['date']}",
        when=f"{formats.weekday_day_month(start)}, {formats.time(start)}",
        why=tuple(_why(desk, obstacle)),
        options=tuple(options),
    )


def _why(desk: Desk, obstacle: dict[str, Any]) -> list[str]:
    clashes = [
        Clash(
            kind=each["kind"],
            name=each["name"],
            start=datetime.fromisoformat(each["start"]).astimezone(desk.formats.zone),
            end=datetime.fromisoformat(each["end"]).astimezone(desk.formats.zone),
            other=each["other"],
            booking_id=UUID(each["booking_id"]) if each["booking_id"] else None,
        )
        for each in obstacle["clashes"]
    ]
    found = sentences(desk, clashes)
    if obstacle["client_is_busy"]:
        found.append(desk.words.text("This client already has a visit at that time."))
    return found


def _read(value: str) -> Choice:
    if value == SKIP:
        return Choice("skip")
    if value == OVERBOOK:
        return Choice("overbook")
    try:
        start = datetime.fromisoformat(value.removeprefix(MOVE))
    except ValueError:
        start = None
    if not value.startswith(MOVE) or start is None or start.tzinfo is None:
        raise Invalid("Please choose what becomes of this date.", field="choices")
    return Choice("move", start)
