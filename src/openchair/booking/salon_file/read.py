"""Reads a salon file: text in, a `SalonFile` out, or every fault at once with its line.

Called by `openchair salon import` and the demo. Touches nothing.
"""

import re
from typing import Any

from babel.core import get_global
from pydantic import ValidationError

from openchair.booking.salon_file.canonical import canonical
from openchair.booking.salon_file.check import check
from openchair.booking.salon_file.schema import SalonFile
from openchair.booking.salon_file.sentences import refusals, where
from openchair.booking.salon_file.values import LANGUAGES, Context
from openchair.booking.salon_file.yaml_text import Document, Fault, Path, Unreadable, load
from openchair.platform.errors import Invalid

MAX_BYTES = 1_048_576
MAX_FAULTS = 200
_VERBS = ("must ", "is ", "has ", "may ", "needs ", "cannot ", "lacks ", "holds ", "in ")


class FaultyFile(Invalid):
    """The file cannot be used as it is; `faults` says why, line by line."""

    code = "salon_file"

    def __init__(self, faults: list[Fault]) -> None:
        count = "1 thing" if len(faults) == 1 else f"{len(faults)} things"
        shown = faults[:MAX_FAULTS]
        super().__init__(
            f"The file has {count} to correct; nothing was changed.",
            details={
                "faults": [
                    {"line": each.line, "where": each.where, "message": each.message}
                    for each in shown
                ]
            },
        )
        self.faults = shown


def read_salon_file(content: bytes) -> SalonFile:
    """The salon a file describes, in canonical form. Raises `FaultyFile`."""
    if len(content) > MAX_BYTES:
        raise FaultyFile([Fault(1, "The file is larger than 1 MiB, the most a salon may take.")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise FaultyFile([Fault(line, "The file is not UTF-8 text; save it as UTF-8.")]) from None
    try:
        document = load(text)
    except Unreadable as error:
        raise FaultyFile([error.fault]) from None
    return _interpret(document)


def _interpret(document: Document) -> SalonFile:
    data = document.data
    if not isinstance(data, dict):
        raise FaultyFile(
            [*document.faults, Fault(1, "The file must begin with keys, as in slug: …")]
        )
    faults = list(document.faults)
    faults += [_fault(document, path, fragment) for path, fragment in check(data)]
    try:
        file = SalonFile.model_validate(data, context=_context(data))
    except ValidationError as error:
        faults += [_fault(document, path, fragment) for path, fragment in refusals(error)]
        raise FaultyFile(sorted(set(faults))) from None
    if faults:
        raise FaultyFile(sorted(set(faults)))
    return canonical(file)


def _context(data: dict[str, Any]) -> Context:
    """The salon's languages and currency as far as they can be read already."""
    listed = data.get("languages")
    languages = [each for each in LANGUAGES if isinstance(listed, list) and each in listed]
    ordered = [each for each in listed or () if each in languages] if languages else LANGUAGES
    default, currency = str(data.get("default_language")), str(data.get("currency"))
    return Context(
        languages=tuple(dict.fromkeys(ordered)),
        default_language=default if default in ordered else ordered[0],
        currency=currency if currency in get_global("all_currencies") else "EUR",
    )


def _fault(document: Document, path: Path, fragment: str) -> Fault:
    known = path
    while known and known not in document.lines:
        known = known[:-1]
    line = document.lines.get(known, 1)
    if re.match(r"\w+ is missing", fragment):
        return Fault(line, _sentence(fragment), where(path, document.data))
    subject = next((step for step in reversed(path) if isinstance(step, str)), "The file")
    link = " " if fragment.startswith(_VERBS) else ": "
    return Fault(line, _sentence(f"{subject}{link}{fragment}"), where(path, document.data))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."
