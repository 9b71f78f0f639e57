"""The small signs on a visit: what whoever serves it has to know before the client sits down."""

from openchair.booking.calendar.shapes import VisitOnBoard
from openchair.web.console.door import Desk

ONLINE = frozenset({"web", "widget", "api", "waitlist"})
Badge = dict[str, str]


def badges(desk: Desk, visit: VisitOnBoard) -> list[Badge]:
    """Kind and words, what can hurt somebody first."""
    say = desk.words.text
    told: list[tuple[str, str]] = []
    if visit.allergies:
        told.append(("allergy", say("Allergies: {allergies}", allergies=visit.allergies)))
    if visit.form_missing:
        told.append(("form", say("A form is missing")))
    if visit.is_first:
        told.append(("first", say("First visit")))
    if visit.no_shows and visit.status != "no_show":
        missed = desk.words.plural("{number} no-show", "{number} no-shows", visit.no_shows)
        told.append(("no_show", missed))
    if visit.overbooked:
        told.append(("overbooked", say("Booked over a taken time")))
    if visit.note:
        told.append(("note", say("Note: {note}", note=visit.note)))
    if visit.in_series:
        told.append(("series", say("Repeats")))
    if visit.in_group:
        told.append(("group", say("Comes in a group")))
    if visit.source in ONLINE:
        told.append(("online", say("Booked online")))
    return [{"kind": kind, "words": words} for kind, words in told]
