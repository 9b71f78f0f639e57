"""What a salon may write in its own words, and how they are filled in. Pure.

`{{ name }}` stands for a variable of the kind; everything else is plain text. There are no
conditions and no code: a template can only ever say what its variables hold.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openchair.platform.errors import Invalid

LANGUAGES = ("de", "en", "pl", "uk")
CHANNELS = ("email", "sms")
MOST_LETTERS = {"subject": 200, "email": 5000, "sms": 700}
LONGEST_VALUE = 300
MARK = re.compile(r"\{\{([^{}\n]*)\}\}")
BRACES = ("{{", "}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Words for one kind, channel and language; an SMS has no subject."""

    subject: str | None
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing that cannot stay as it is. `field` is subject or body; `line` counts from 1.

    `code` is `unknown_variable` (`name` is what was written), `unclosed`, `too_long` (`name` is
    the most letters), `empty`, `one_line` or `unprintable`.
    """

    code: str
    field: str
    line: int
    name: str = ""


def mistakes_in(written: Written, *, channel: str, variables: Sequence[str]) -> list[Mistake]:
    """Everything that is wrong, in the order in which one reads."""
    parts = {"body": (written.body, MOST_LETTERS[channel])}
    if channel == "email":
        parts = {"subject": (written.subject or "", MOST_LETTERS["subject"]), **parts}
    return [
        mistake
        for field, (text, most) in parts.items()
        for mistake in _mistakes(text, field=field, most=most, variables=variables)
    ]


def check(written: Written, *, channel: str, variables: Sequence[str]) -> Written:
    """The words as they are kept: line ends as line feeds, no blanks around, no subject in an
    SMS. Raises `Invalid` on `subject` or `body`, with all `mistakes` in its details.
    """
    tidy = tidied(written, channel=channel)
    mistakes = mistakes_in(tidy, channel=channel, variables=variables)
    if mistakes:
        raise Invalid(
            " ".join(sentence(mistake, variables=variables) for mistake in mistakes),
            code="template_invalid",
            field=mistakes[0].field,
            details={
                "mistakes": [
                    {"code": each.code, "field": each.field, "line": each.line, "name": each.name}
                    for each in mistakes
                ],
                "variables": list(variables),
            },
        )
    return tidy


def tidied(written: Written, *, channel: str) -> Written:
    """The same words as browsers do not send them."""
    body = "\n".join(line.rstrip() for line in written.body.splitlines()).strip()
    subject = (written.subject or "").strip() if channel == "email" else None
    return Written(subject=subject, body=body)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in, once: what a value holds is never read again.

    A variable without a value is left out. Raises nothing; `check` has been there before.
    """
    filled = MARK.sub(lambda found: plain(values.get(found[1].strip(), "")), text)
    return "\n".join(line.rstrip() for line in filled.splitlines()).strip()


def plain(value: str) -> str:
    """A value as one line of plain text of bounded length: nothing in it can begin a header, a
    line or another direction of writing.
    """
    kept = "".join(" " if _is_strange(letter) else letter for letter in value)
    flat = " ".join(kept.split())
    return flat if len(flat) <= LONGEST_VALUE else f"{flat[: LONGEST_VALUE - 1]}…"


def sentence(mistake: Mistake, *, variables: Sequence[str]) -> str:
    """The mistake in English, for programs; the console says it in the reader's language."""
    where = "the subject" if mistake.field == "subject" else f"line {mistake.line}"
    known = ", ".join(variables)
    return {
        "unknown_variable": f"In {where} there is nothing called “{mistake.name}”."
        f" Known are: {known}.",
        "unclosed": f"In {where} double braces are not closed. Write {{{{ name }}}}, with one of:"
        f" {known}.",
        "too_long": f"The {mistake.field} is longer than {mistake.name} characters.",
        "empty": f"The {mistake.field} is empty.",
        "one_line": "The subject has to be one line.",
        "unprintable": f"In {where} there is a character that cannot be printed.",
    }[mistake.code]


def _mistakes(text: str, *, field: str, most: int, variables: Sequence[str]) -> Iterator[Mistake]:
    if not text:
        yield Mistake(code="empty", field=field, line=1)
    if len(text) > most:
        yield Mistake(code="too_long", field=field, line=1, name=str(most))
        return
    if field == "subject" and "\n" in text:
        yield Mistake(code="one_line", field=field, line=1)
    for number, line in enumerate(text.split("\n"), start=1):
        for found in MARK.finditer(line):
            name = found[1].strip()
            if name not in variables:
                yield Mistake(code="unknown_variable", field=field, line=number, name=name[:40])
        if any(brace in MARK.sub("", line) for brace in BRACES):
            yield Mistake(code="unclosed", field=field, line=number)
        if any(_is_strange(letter) for letter in line):
            yield Mistake(code="unprintable", field=field, line=number)


def _is_strange(letter: str) -> bool:
    """Control and direction characters; joiners of emoji and of Indic scripts are letters."""
    category = unicodedata.category(letter)
    return category in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} or (
        category == "Cf" and letter not in "\u200c\u200d\u00ad"
    )
