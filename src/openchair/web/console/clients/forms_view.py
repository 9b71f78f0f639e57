"""A client's forms as the page shows them: which are valid, and what came of each. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from openchair.customers.forms.queries import Answer, Form
from openchair.customers.forms.rules import from_when, until_when, why_not
from openchair.web.console.door import Desk


@dataclass(frozen=True, slots=True)
class FormState:
    """A form and how this client stands to it now; `tone` is `good`, `warn` or `bad`."""

    id: UUID
    name: str
    statement: str
    tone: str
    words: str


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One thing that came of a form."""

    id: UUID
    name: str
    tone: str
    words: str
    when: str
    note: str
    author: str


def view_states(desk: Desk, forms: Sequence[Form], answers: Sequence[Answer]) -> list[FormState]:
    """Every form in use."""
    return [
        _state(desk, form, [each for each in answers if each.form_id == form.id])
        for form in forms
        if form.active
    ]


def view_answer_lines(
    desk: Desk, forms: Sequence[Form], answers: Sequence[Answer]
) -> list[AnswerLine]:
    """What came of them, the newest first."""
    say = desk.words.text
    names = {form.id: desk.say(dict(form.name)) for form in forms}
    return [
        AnswerLine(
            id=each.id,
            name=names.get(each.form_id, ""),
            tone="good" if each.outcome == "passed" else "bad",
            words=say("Passed") if each.outcome == "passed" else say("Reaction"),
            when=desk.formats.date_and_time(each.answered_at),
            note=each.note,
            author=each.author,
        )
        for each in answers
    ]


def _state(desk: Desk, form: Form, answers: Sequence[Answer]) -> FormState:
    say, formats = desk.words.text, desk.formats
    newest = max((each.answered_at for each in answers), default=desk.now)
    why = why_not(form, answers, desk.now)
    valid_until = formats.date_only(until_when(form, newest))
    tone, words = {
        None: ("good", say("Valid until {day}", day=valid_until)),
        "never": ("warn", say("Not done yet")),
        "too_fresh": (
            "warn",
            say("Counts from {moment}", moment=formats.date_and_time(from_when(form, newest))),
        ),
        "expired": ("warn", say("Expired on {day}", day=valid_until)),
        "reaction": ("bad", say("Reaction on {day}", day=formats.date_only(newest))),
    }[why]
    return FormState(
        form.id, desk.say(dict(form.name)), desk.say(dict(form.statement)), tone, words
    )
