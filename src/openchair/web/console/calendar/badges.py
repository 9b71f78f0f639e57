"""The small signs on a visit: what whoever serves it has to know before the client sits down."""

from openchair.booking.calendar.shapes import VisitOnBoard
from openchair.web.console.door import Desk

ONLINE = frozenset({"web", "widget", "api", "waitlist"})
Badge = dict[str, str]


def badges(desk: Desk, visit: VisitOnBoard) -> list[Badge]:
    """Kind and words, what can hurt somebody first."""
    say = desk.words.text
    missed = desk.words.plural("{number} no-show", "{number} no-shows", visit.no_shows)
    known = (
        ("allergy", visit.allergies, say("Allergies: {allergies}", allergies=visit.allergies)),
        ("form", visit.form_missing, say("A form is missing")),
        ("first", visit.is_first, say("First visit")),
        ("no_show", visit.no_shows and visit.status != "no_show", missed),
        ("overbooked", visit.overbooked, say("Booked over a taken time")),
        ("note", visit.note, say("Note: {note}", note=visit.note)),
        ("series", visit.in_series, say("Repeats")),
        ("group", visit.in_group, say("Comes in a group")),
        ("online", visit.source in ONLINE, say("Booked online")),
    )
    return [{"kind": kind, "words": words} for kind, true, words in known if true]
