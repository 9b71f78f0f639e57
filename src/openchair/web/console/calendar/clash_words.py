"""What stands in the way of a visit, said in a sentence each. Pure."""

from collections.abc import Iterable
from typing import Any

from openchair.booking.appointments.clashes import Clash
from openchair.web.console.door import Desk


def clash_data(desk: Desk, clashes: Iterable[Clash], *, may_overbook: bool) -> list[dict[str, Any]]:
    """Each with its words. `hard` is what this person cannot book over."""
    return [
        {
            "kind": clash.kind,
            "words": _words(desk, clash),
            "hard": not may_overbook,
            "start": clash.start.isoformat(),
            "end": clash.end.isoformat(),
            "booking_id": str(clash.booking_id) if clash.booking_id else None,
        }
        for clash in clashes
    ]


def _words(desk: Desk, clash: Clash) -> str:
    say, time = desk.words.text, desk.formats.time
    told = {
        "name": clash.name,
        "other": clash.other,
        "start": time(clash.start),
        "end": time(clash.end),
    }
    if clash.kind in {"staff", "resource"} and clash.booking_id is None:
        return say("Somebody is just booking {name}, {start} to {end}.", **told)
    sentences = {
        "staff": say("{name} has {other}, {start} to {end}.", **told),
        "resource": say("{name} is taken by {other}, {start} to {end}.", **told),
        "customer": say("The client has another visit, {start} to {end}.", **told),
        "closed": say("The salon is closed, {start} to {end}.", **told),
        "off_shift": say("{name} does not work, {start} to {end}.", **told),
        "break": say("{name} has a break, {start} to {end}.", **told),
        "time_off": say("{name} has time off.", **told),
        "block": say("{name} is blocked, {start} to {end}. {other}", **told).strip(),
    }
    return sentences[clash.kind]
