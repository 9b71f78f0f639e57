"""The words of a notice as one SMS: at most 160 characters of the GSM alphabet, what matters first.
Pure but for the system's name.
"""

import unicodedata

from openchair.notifications.direct.system import system_name
from openchair.notifications.providers.sms.segments import BASIC, EXTENSION, GSM_ALONE
from openchair.operations.alerts.channels.words import (
    OF_ALERTS,
    PRIORITIES,
    heading,
    issue,
    since,
    told,
    worst,
)
from openchair.operations.alerts.notice import Notice, NoticeKind

_SHORT: dict[NoticeKind, str] = {
    "firing": "",
    "reminder": "STILL ",
    "resolved": "RESOLVED ",
    "test": "TEST ",
    "storm": "STORM ",
    "silence": "SILENCE ENDS ",
    "undelivered": "",
    "escalation": "ESCALATION ",
    "incident": "INCIDENT ",
}
_PLAIN = str.maketrans(
    {"–": "-", "—": "-", "…": "...", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"}
    | {"→": "->", "·": "-", "•": "-", "≥": ">=", "≤": "<=", "×": "x"}
)
CUT = "..."


def sms_text(notice: Notice) -> str:
    """Priority and the worst of it, cut if need be; then, as far as they fit, how many more, since
    when, where to look, and which system.
    """
    others = len(notice.lines) - 1 if notice.kind != "undelivered" else 0
    more = f" +{others} more" if others > 0 and notice.kind in OF_ALERTS else ""
    of_one = others > 0 and notice.kind in OF_ALERTS
    about = told(worst(notice)) if of_one else issue(notice)
    head = gsm(f"[{PRIORITIES[notice.severity]}] {_sort(notice)}{about}").rstrip(".")
    text = _fitting(head, GSM_ALONE - width(more)) + more
    for piece in (f" since {since(notice):%H:%M} UTC", f" {notice.link}", f" {system_name()}"):
        addition = gsm(piece)
        if addition.strip() and width(text) + width(addition) <= GSM_ALONE:
            text += addition
    return text


def _sort(notice: Notice) -> str:
    """What an incident says is told by its heading, so that its end does not read as its begin."""
    return f"{heading(notice).upper()} " if notice.facts is not None else _SHORT[notice.kind]


def gsm(text: str) -> str:
    """The text in one line and in the GSM alphabet: accents go where it has none, and what it has
    nothing for becomes a question mark.
    """
    return "".join(_letter(each) for each in " ".join(text.translate(_PLAIN).split(" ")))


def width(text: str) -> int:
    """How many of the 160 places a text of the GSM alphabet takes."""
    return sum(2 if character in EXTENSION else 1 for character in text)


def _letter(character: str) -> str:
    if character in "\r\n\t\f":
        return " "
    if character in BASIC or character in EXTENSION:
        return character
    plain = unicodedata.normalize("NFKD", character)
    kept = "".join(each for each in plain if each in BASIC or each in EXTENSION)
    if kept:
        return kept
    return "" if unicodedata.combining(character) else "?"


def _fitting(text: str, most: int) -> str:
    if width(text) <= most:
        return text
    while width(text) > most - len(CUT):
        text = text[:-1]
    return text.rstrip() + CUT
