"""The SMS about a booking: the salon's own words or ours, as few as will do. Pure.

Typographic characters that would make an SMS cost twice become their plain forms; letters of a
language never do.
"""

from collections.abc import Mapping

from openchair.booking.appointments.occasion import Occasion
from openchair.booking.appointments.tell import CANCELLED, CHANGED, REMINDER
from openchair.booking.appointments.texts.variables import values_of
from openchair.notifications.templates.rules import Written, fill, plain
from openchair.platform.languages.catalogues import Words

PLAIN = str.maketrans(
    {
        "\u00a0": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\u2010": "-",
        "\u2011": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2026": "...",
        "\u00b7": "-",
    }
)


def sms_text(about: Occasion, *, own: Written | None = None) -> str:
    """The whole SMS."""
    values = values_of(about, channel="sms")
    if own is not None:
        return fill(own.body, values).translate(PLAIN)
    tidy = {name: plain(value) for name, value in values.items()}
    return built_in_sms(about.words, kind=about.kind, moved=about.moved, values=tidy).translate(
        PLAIN
    )


def built_in_sms(words: Words, *, kind: str, moved: bool, values: Mapping[str, str]) -> str:
    """Our words; `values` may also be the names themselves, in braces, for somebody to edit."""
    say = words.text
    named = {name: values[name] for name in ("salon", "when", "link")}
    if kind == CHANGED and moved:
        return say("{salon}: new time, {when}. Change or cancel: {link}", **named)
    if kind == CHANGED:
        return say("{salon}: your visit has changed, {when}. See {link}", **named)
    if kind == CANCELLED:
        return say("{salon}: cancelled, {when}. Book again: {link}", **named)
    if kind == REMINDER:
        return say("{salon}: see you soon, {when}. Change or cancel: {link}", **named)
    return say("{salon}: booked, {when}. Change or cancel: {link}", **named)
