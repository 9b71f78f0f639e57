"""The board as the calendar's scripts read it: words and prices in the reader's language, and what
this person may do with each visit. Pure.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from hashlib import blake2s
from typing import Any

import orjson

from openchair.booking.calendar.shapes import Away, CalendarBoard, Column, Entry, VisitOnBoard
from openchair.web.console.calendar.badges import badges
from openchair.web.console.calendar.rights import acts, is_movable, may_with
from openchair.web.console.day_view import is_closed, opening_words
from openchair.web.console.door import Desk
from openchair.web.console.visit_view import status_words

Data = dict[str, Any]
REVISION_BYTES = 8


def board_view(desk: Desk, board: CalendarBoard) -> Data:
    """All of it. `revision` changes when anything that is shown does."""
    days = [
        {"date": day, "words": opening_words(desk, day), "closed": is_closed(desk, day)}
        for day in board.dates
    ]
    told: Data = {
        "zone": desk.salon.time_zone,
        "first": board.first,
        "last": board.last,
        "stylists": [_column(desk, column) for column in board.columns],
        "visits": _visits(desk, board),
        "blocks": _blocks(desk, board),
        "holds": [
            {
                "staff_id": held.staff_id,
                "start": held.start,
                "end": held.end,
                "expires_at": held.expires_at,
            }
            for held in board.holds
        ],
        "resources": [
            {
                "id": thing.id,
                "name": thing.name,
                "kind": thing.kind,
                "group": desk.say(thing.group_name),
            }
            for thing in board.things
        ],
        "opening": board.opening,
        "days": days,
        "closed_words": days[0]["words"] if len(days) == 1 and days[0]["closed"] else "",
        "summary": _summary(desk, board),
    }
    revision = blake2s(orjson.dumps(told, default=str), digest_size=REVISION_BYTES).hexdigest()
    return {**told, "now": desk.formats.local(desk.now), "revision": revision}


def _column(desk: Desk, column: Column) -> Data:
    return {
        "id": column.id,
        "name": column.name,
        "initials": "".join(word[0] for word in column.name.split()[:2]).upper(),
        "colour": column.colour,
        "mine": desk.membership.staff_id == column.id,
        "working": column.working,
        "away": [_away(desk, each) for each in column.away],
    }


def _away(desk: Desk, each: Away) -> Data:
    say = desk.words.text
    words = {
        "break": say("Break"),
        "time_off": say("Time off"),
        "requested": say("Time off, not decided yet"),
    }[each.kind]
    return {"start": each.start, "end": each.end, "kind": each.kind, "words": words}


def _visits(desk: Desk, board: CalendarBoard) -> list[Data]:
    # A week has a dozen prices, some hundred moments and more than a thousand visits.
    money, iso = cache(desk.formats.money), cache(datetime.isoformat)
    status = cache(lambda name: status_words(desk, name))
    shared: dict[Any, Data] = {}
    for entry in board.entries:
        if entry.booking_id not in shared:
            shared[entry.booking_id] = _shared(desk, entry.visit, status(entry.visit.status))
    return [
        {**shared[entry.booking_id], **_own(desk, entry, money, iso)} for entry in board.entries
    ]


def _shared(desk: Desk, visit: VisitOnBoard, status: str) -> Data:
    """What every service of the visit says alike."""
    return {
        "booking_id": visit.id,
        "client": visit.client or desk.words.text("Walk-in"),
        "client_id": None if visit.walked_in else visit.client_id,
        "status": visit.status,
        "status_words": status,
        "badges": badges(desk, visit),
        "note": visit.note,
        "movable": is_movable(desk, visit),
        "may": acts(desk, visit),
        "url": desk.url(f"/visits/{visit.id}"),
        "revision": visit.revision,
        "resource_ids": sorted(visit.resource_ids),
    }


def _own(
    desk: Desk, entry: Entry, money: Callable[[int], str], iso: Callable[[datetime], str]
) -> Data:
    return {
        "appointment_id": entry.appointment_id,
        "staff_id": entry.staff_id,
        "service_id": entry.service_id,
        "start": iso(entry.start),
        "end": iso(entry.end),
        "service": desk.say(entry.service_name),
        "minutes": entry.minutes,
        "price": money(entry.price_minor),
        "colour": entry.colour,
        "segments": [(iso(each.start), iso(each.end), each.phase) for each in entry.segments],
    }


def _blocks(desk: Desk, board: CalendarBoard) -> list[Data]:
    return [
        {
            "id": block.id,
            "staff_id": block.staff_id,
            "resource_id": block.resource_id,
            "name": block.name,
            "start": block.start,
            "end": block.end,
            "reason": block.reason,
            "removable": may_with(
                desk, "time.block", {block.staff_id} if block.staff_id else frozenset()
            ),
        }
        for block in board.blocks
    ]


def _summary(desk: Desk, board: CalendarBoard) -> list[str]:
    """Of the visits that begin within these days."""
    visits = {
        entry.visit.id: entry.visit for entry in board.entries if entry.visit.start >= board.start
    }
    plural = desk.words.plural

    def count(*statuses: str) -> int:
        return sum(visit.status in statuses for visit in visits.values())

    told = [plural("{number} visit", "{number} visits", len(visits))]
    if expected := count("confirmed"):
        told.append(plural("{number} expected", "{number} expected", expected))
    if here := count("arrived", "in_chair"):
        told.append(plural("{number} here", "{number} here", here))
    if done := count("done", "paid"):
        told.append(plural("{number} done", "{number} done", done))
    if missed := count("no_show"):
        told.append(plural("{number} no-show", "{number} no-shows", missed))
    if board.cancelled:
        told.append(plural("{number} cancelled", "{number} cancelled", board.cancelled))
    takings = [
        entry.price_minor
        for entry in board.entries
        if entry.visit.id in visits
        and entry.visit.status != "no_show"
        and desk.sees_takings_of(entry.staff_id)
    ]
    return [*told, desk.formats.money(sum(takings))] if takings else told
