"""Two clients side by side: what is kept of each, and what moves. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from openchair.booking.clients.merge import MergePlan
from openchair.customers.profiles.merge import BOTH, FIELDS
from openchair.web.console.door import Desk
from openchair.web.console.phones import readable_phone


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be the same person."""

    name: str
    ways: str
    url: str
    same_phone: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a field; `whose` is `kept`, `gone` or `both`."""

    whose: str
    value: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One field in both; there is something to choose where they differ."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """How many of something either has."""

    label: str
    kept: int
    gone: int


def view_fields(desk: Desk, plan: MergePlan, languages: Mapping[str, str]) -> list[Field]:
    """Where both have something and differ, both are offered; the kept client's own first."""
    say = desk.words.text
    labels = {
        "name": say("Name"),
        "email": say("Mail address"),
        "phone": say("Phone number"),
        "language": say("Language of the client"),
        "allergies": say("Allergies (warning)"),
    }
    fields = []
    for name in FIELDS:
        mine = _shown(name, getattr(plan.kept, name) or "", languages)
        theirs = _shown(name, getattr(plan.gone, name) or "", languages)
        choices = [Choice("kept", mine, chosen=True)] if mine else []
        if theirs and theirs != mine:
            choices.append(Choice("gone", theirs, chosen=not mine))
        if name == "allergies" and len(choices) == 2:
            both = Choice(BOTH, f"{mine}\n{theirs}", chosen=True)
            choices = [both, *(Choice(each.whose, each.value, chosen=False) for each in choices)]
        fields.append(Field(name, labels[name], tuple(choices)))
    return fields


def view_moves(desk: Desk, plan: MergePlan) -> list[Move]:
    """What belongs to both, counted; what neither has is left out."""
    say = desk.words.text
    labels = {
        "visits": say("Visits"),
        "notes": say("Notes"),
        "photos": say("Photos"),
        "forms": say("Answers to forms"),
        "consents": say("Answers to consents"),
        "waiting": say("Places on the waitlist"),
    }
    moves = [
        Move(label, getattr(plan.kept_has, name), getattr(plan.gone_has, name))
        for name, label in labels.items()
    ]
    return [each for each in moves if each.kept or each.gone]


def _shown(name: str, value: str, languages: Mapping[str, str]) -> str:
    if name == "phone" and value:
        return readable_phone(value)
    return languages.get(value, value) if name == "language" else value
