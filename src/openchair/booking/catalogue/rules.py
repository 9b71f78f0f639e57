"""What a price list may say. Pure: the bounds are those of the tables and of a salon's file."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from openchair.booking.catalogue.item import Own
from openchair.platform.db.base import Words
from openchair.platform.errors import Invalid

NAME_LENGTH = 80
DESCRIPTION_LENGTH = 200
LEAST_ACTIVE, MOST_MINUTES, MOST_BUFFER = 5, 720, 240
MOST_PRICE_MINOR = 100_000_000
MOST_CATEGORIES = 60
MOST_SERVICES = 100
MOST_BELOW = 20
MOST_GENERAL = 50
COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a form asks for. Minutes and minor units; `terms` names everybody who does it."""

    name: Words
    description: Words
    category_id: UUID
    price_minor: int
    active_minutes: int
    processing_minutes: int = 0
    finish_minutes: int = 0
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    required_form_id: UUID | None = None
    group_ids: tuple[UUID, ...] = ()
    terms: Mapping[UUID, Own] = field(default_factory=dict)


def checked(wanted: Wanted, *, languages: Sequence[str], default: str) -> Wanted:
    """The same, tidied. Raises `Invalid`: `field` is the first that cannot stay, and `details` has
    a sentence for each of them.
    """
    wrong: dict[str, str] = {}
    name = checked_words(
        wanted.name, "name", NAME_LENGTH, languages=languages, default=default, wrong=wrong
    )
    description = checked_words(
        wanted.description,
        "description",
        DESCRIPTION_LENGTH,
        languages=languages,
        default=default,
        wrong=wrong,
        required=False,
    )
    _check_numbers(wanted, wrong)
    if wrong:
        raise refused(wrong)
    return replace(
        wanted,
        name=name,
        description=description,
        group_ids=tuple(sorted(set(wanted.group_ids))),
        terms=dict(sorted(wanted.terms.items())),
    )


def checked_words(
    words: Words,
    name: str,
    most: int,
    *,
    languages: Sequence[str],
    default: str,
    wrong: dict[str, str],
    required: bool = True,
) -> Words:
    """The texts that are there, in the salon's order of languages; what is wrong goes to `wrong`.
    A text in another language needs one in the salon's own beside it.
    """
    found: Words = {}
    for language in languages:
        text = tidy(words.get(language, ""))
        if len(text) > most:
            wrong[f"{name}_{language}"] = f"Please keep this text under {most} characters."
        if text:
            found[language] = text
    if default not in found and (required or found):
        wrong[f"{name}_{default}"] = "Please fill in this text; the others may stay empty."
    return found


def tidy(text: str) -> str:
    """In Unicode's composed form, on one line, without marks that cannot be shown."""
    composed = unicodedata.normalize("NFC", text)
    shown = (" " if unicodedata.category(mark) == "Cc" else mark for mark in composed)
    return " ".join("".join(shown).split())


def checked_colour(colour: str) -> str:
    """A colour such as `#c2410c`. Raises `Invalid` (field `colour`)."""
    if not COLOUR.fullmatch(colour):
        raise refused({"colour": "Please choose a colour."})
    return colour


def refused(wrong: dict[str, str]) -> Invalid:
    """All that is wrong, the first of it as the message."""
    first, sentence = next(iter(wrong.items()))
    return Invalid(sentence, field=first, details=dict(wrong))


def _check_numbers(wanted: Wanted, wrong: dict[str, str]) -> None:
    minutes = {
        "active_minutes": (wanted.active_minutes, LEAST_ACTIVE, MOST_MINUTES),
        "processing_minutes": (wanted.processing_minutes, 0, MOST_MINUTES),
        "finish_minutes": (wanted.finish_minutes, 0, MOST_MINUTES),
        "buffer_before_minutes": (wanted.buffer_before_minutes, 0, MOST_BUFFER),
        "buffer_after_minutes": (wanted.buffer_after_minutes, 0, MOST_BUFFER),
    }
    for own in wanted.terms.values():
        minutes[f"own_{len(minutes)}"] = (own.active_minutes or LEAST_ACTIVE, 5, MOST_MINUTES)
        minutes[f"own_{len(minutes)}"] = (own.finish_minutes or 0, 0, MOST_MINUTES)
    for name, (value, least, most) in minutes.items():
        if not least <= value <= most:
            key = "terms" if name.startswith("own_") else name
            wrong[key] = f"Please give minutes between {least} and {most}."
    prices = [own.price_minor or 0 for own in wanted.terms.values()]
    if not 0 <= wanted.price_minor <= MOST_PRICE_MINOR:
        wrong["price"] = "Please give a price between 0 and a million."
    if not all(0 <= each <= MOST_PRICE_MINOR for each in prices):
        wrong["terms"] = "Please give a price between 0 and a million."
