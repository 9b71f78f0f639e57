"""What a client agreed to, as the page shows it: what counts now, since when, from where. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from openchair.customers.consents.queries import UNLESS_ANSWERED, Consent
from openchair.web.console.door import Desk

KINDS, CHANNELS = ("reminders", "marketing"), ("email", "sms")


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One question by one channel; `answered` is empty when nobody asked yet."""

    kind: str
    channel: str
    name: str
    granted: bool
    answered: str


def view_consents(desk: Desk, given: Sequence[Consent]) -> list[ConsentRow]:
    """Reminders and news by mail and by SMS. `given` is the newest first."""
    return [_row(desk, given, kind, channel) for kind in KINDS for channel in CHANNELS]


def view_answers(desk: Desk, given: Sequence[Consent]) -> list[str]:
    """Every answer that was ever given, as a sentence, the newest first."""
    say = desk.words.text
    yes_or_no = {True: say("yes"), False: say("no")}
    return [
        " · ".join(
            (
                desk.formats.date_and_time(each.created_at),
                f"{_question(desk, each.kind, each.channel)}: {yes_or_no[each.granted]}",
                source_words(desk, each.source),
            )
        )
        for each in given
    ]


def source_words(desk: Desk, source: str) -> str:
    """Where an answer was given."""
    say = desk.words.text
    known = {
        "web": say("on the website"),
        "api": say("through your own software"),
        "console": say("noted by the team"),
        "unsubscribe": say("by the link in a message"),
        "import": say("from an imported list"),
        "demo": say("demo"),
    }
    return known.get(source, source)


def _row(desk: Desk, given: Sequence[Consent], kind: str, channel: str) -> ConsentRow:
    """An answer about the channel beats one about all of them, as `consents.queries` decides."""
    asked = [each for each in given if each.kind == kind and each.channel in (None, channel)]
    asked.sort(key=lambda each: each.channel is None)
    found = asked[0] if asked else None
    answered = (
        f"{desk.formats.date_only(found.created_at)}, {source_words(desk, found.source)}"
        if found
        else ""
    )
    return ConsentRow(
        kind=kind,
        channel=channel,
        name=_question(desk, kind, channel),
        granted=found.granted if found else UNLESS_ANSWERED[kind],
        answered=answered,
    )


def _question(desk: Desk, kind: str, channel: str | None) -> str:
    say = desk.words.text
    kinds = {"terms": say("Terms"), "reminders": say("Reminders"), "marketing": say("News")}
    channels = {"email": say("by mail"), "sms": say("by SMS")}
    return f"{kinds.get(kind, kind)} {channels[channel]}" if channel else kinds.get(kind, kind)
