"""The pages of the salon's own words as plain view data: names, sentences, figures. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from openchair.booking.appointments.occasion import DOMAIN
from openchair.booking.appointments.texts.built_in import built_in
from openchair.identity.audit.queries import Act
from openchair.notifications.providers.sms.segments import count_segments, is_gsm
from openchair.notifications.rendering import Rendered, templated_kinds
from openchair.notifications.templates.place import Place
from openchair.notifications.templates.queries import Template
from openchair.notifications.templates.rules import CHANNELS, Mistake, Written
from openchair.operations.wording.change import BROUGHT_BACK, CHANGES, RESET, SAVED
from openchair.platform.languages.catalogues import NAMES, words_for
from openchair.salons.branding.brand import read_brand
from openchair.web.console.door import Desk


@dataclass(frozen=True, slots=True)
class Cell:
    """The words of one kind and channel in one language."""

    language: str
    url: str
    is_own: bool
    when: str


@dataclass(frozen=True, slots=True)
class Row:
    """One kind by one channel, in every language of the salon."""

    channel: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of message with its channels."""

    name: str
    about: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that may stand in double braces, and what it stands for."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """One mistake where it is; `line` is empty in a subject."""

    field: str
    line: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a client would get; `segments` are 0 for a mail."""

    subject: str
    sender: str
    html: str
    text: str
    characters: int
    segments: int
    wide: bool


@dataclass(frozen=True, slots=True)
class Past:
    """One change; `before` is what stood there, None the built-in words."""

    at: str
    when: str
    who: str
    what: str
    before: Written | None
    can_undo: bool


def place_of(desk: Desk, fields: Mapping[str, str]) -> Place | None:
    """The place that a query or a form names, if there is one in this salon's languages."""
    place = Place(
        salon_id=desk.salon.id,
        kind=fields.get("kind", ""),
        channel=fields.get("channel", ""),
        language=fields.get("language", ""),
    )
    return place if place.exists and place.language in languages_of(desk) else None


def languages_of(desk: Desk) -> tuple[str, ...]:
    """The languages the salon writes in, its own first."""
    own = desk.salon.default_language
    return tuple(
        code
        for code in (own, *(each for each in desk.salon.languages if each != own))
        if code in NAMES
    )


def place_url(desk: Desk, place: Place, **more: str) -> str:
    """The page on which its words are changed."""
    return desk.url(
        "/templates/edit",
        kind=place.kind,
        channel=place.channel,
        language=place.language,
        **more,
    )


def our_words(desk: Desk, place: Place) -> Written:
    """What we say unless the salon says it otherwise, in its tone."""
    brand = read_brand(name=desk.salon.name, brand=desk.salon.brand)
    words = words_for(domain=DOMAIN, language=place.language, tone=brand.tone)
    return built_in(words, kind=place.kind, channel=place.channel)


def kind_name(desk: Desk, kind: str) -> str:
    """What the team calls it; a kind that no renderer knows any more is just a message."""
    say = desk.words.text
    return {
        "booking.confirmed": say("Confirmation"),
        "booking.changed": say("Change of time"),
        "booking.cancelled": say("Cancellation"),
        "booking.reminder": say("Reminder"),
        "booking.sample": say("Sample"),
        "customers.notice": say("Notice of the salon"),
        "waitlist.joined": say("Waitlist: put down"),
        "waitlist.offer": say("Waitlist: a time offered"),
        "waitlist.gone": say("Waitlist: time gone"),
        "identity.invitation": say("Invitation to the team"),
        "trial.mail": say("Trial of the mail server"),
        "status.confirm": say("Confirmation for the status page"),
        "status.news": say("News of the status page"),
    }.get(kind, say("Message"))


def channel_name(desk: Desk, channel: str) -> str:
    """Mail or SMS."""
    return desk.words.text("E-mail") if channel == "email" else desk.words.text("SMS")


def view_list(desk: Desk, own: Sequence[Template]) -> tuple[Kind, ...]:
    """Every place, with whether its words are the salon's own."""
    say = desk.words.text
    about = {
        "booking.confirmed": say("Goes out as soon as a visit is booked."),
        "booking.changed": say("Goes out when a visit is moved."),
        "booking.cancelled": say("Goes out when a visit is called off."),
        "booking.reminder": say("Goes out a day before the visit."),
    }
    written = {(each.kind, each.channel, each.language): each for each in own}
    return tuple(
        Kind(
            name=kind_name(desk, kind),
            about=about.get(kind, ""),
            rows=tuple(
                Row(
                    channel=channel_name(desk, channel),
                    cells=tuple(
                        _cell(desk, kind, channel, language, written.get((kind, channel, language)))
                        for language in languages_of(desk)
                    ),
                )
                for channel in CHANNELS
            ),
        )
        for kind in templated_kinds()
    )


def _cell(desk: Desk, kind: str, channel: str, language: str, own: Template | None) -> Cell:
    place = Place(salon_id=desk.salon.id, kind=kind, channel=channel, language=language)
    return Cell(
        language=NAMES[language],
        url=place_url(desk, place),
        is_own=own is not None,
        when=desk.formats.date_and_time(own.updated_at) if own else "",
    )


def view_variables(desk: Desk, place: Place) -> tuple[Variable, ...]:
    """What may stand in the words, each with what it stands for."""
    say = desk.words.text
    meanings = {
        "client": say("name of the client"),
        "salon": say("name of the salon"),
        "when": say("day and time"),
        "date": say("day"),
        "time": say("time"),
        "services": say("what is booked"),
        "stylist": say("with whom"),
        "price": say("price together"),
        "address": say("where the salon is"),
        "phone": say("the salon's phone"),
        "link": say("page to move or cancel"),
        "before": say("the time before"),
    }
    return tuple(Variable(name, meanings.get(name, "")) for name in place.variables)


def mistake_sentences(desk: Desk, place: Place, mistakes: Sequence[Mistake]) -> list[Wrong]:
    """Each mistake in the reader's language."""
    return [
        Wrong(
            field=each.field,
            line=desk.words.text("Line {number}", number=each.line)
            if each.field == "body" and each.code not in {"empty", "too_long"}
            else "",
            sentence=_sentence(desk, place, each),
        )
        for each in mistakes
    ]


def _sentence(desk: Desk, place: Place, mistake: Mistake) -> str:
    say = desk.words.text
    known = ", ".join(place.variables)
    match mistake.code:
        case "unknown_variable":
            return say(
                "There is nothing called “{name}”. You can use: {known}.",
                name=mistake.name,
                known=known,
            )
        case "unclosed":
            return say(
                "Double braces belong on both sides of a name, as in {example}.",
                example="{{ client }}",
            )
        case "too_long":
            return say("This is too long: at most {number} characters.", number=mistake.name)
        case "one_line":
            return say("A subject is one line.")
        case "unprintable":
            return say("There is a character here that cannot be printed. Please type it again.")
        case _:
            return say("Please write something, or go back to the built-in words.")


def view_preview(rendered: Rendered, *, channel: str) -> Preview:
    """The message as the client gets it, with what an SMS costs in segments."""
    is_sms = channel == "sms"
    return Preview(
        subject=rendered.subject,
        sender=rendered.sender_name,
        html=rendered.html,
        text=rendered.text,
        characters=len(rendered.text),
        segments=count_segments(rendered.text) if is_sms else 0,
        wide=is_sms and not is_gsm(rendered.text),
    )


def view_history(desk: Desk, acts: Sequence[Act], names: Mapping[UUID, str]) -> list[Past]:
    """What was done to these words, the last first."""
    say = desk.words.text
    what = {
        SAVED: say("wrote own words"),
        RESET: say("went back to the built-in words"),
        BROUGHT_BACK: say("brought earlier words back"),
    }
    return [
        Past(
            at=act.at.isoformat(),
            when=desk.formats.date_and_time(act.at),
            who=names.get(act.user_id, say("Somebody of the team"))
            if act.user_id
            else say("OpenChair"),
            what=what.get(act.action, say("sent a sample to themselves")),
            before=_before(act),
            can_undo=act.action in CHANGES,
        )
        for act in acts
    ]


def _before(act: Act) -> Written | None:
    kept = act.metadata.get("before")
    return Written(subject=kept["subject"], body=kept["body"]) if kept else None
