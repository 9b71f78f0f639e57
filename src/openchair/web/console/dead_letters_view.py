"""What the pages about undelivered messages show: causes in plain words, and what to do."""

from dataclasses import dataclass

from openchair.notifications.dead_letters.queries import Cause, Letter, Redrive
from openchair.operations.messages.redrive_next import BY_A_PERSON
from openchair.web.console.door import Desk
from openchair.web.console.message_templates_view import channel_name, kind_name
from openchair.web.console.own_words import own_words
from openchair.web.console.phones import readable_phone

ADDRESS_IS_WRONG = frozenset({"hard_bounce", "validation_error"})


@dataclass(frozen=True, slots=True)
class Group:
    """The undelivered messages of one cause and channel; `helps`: sending again may."""

    failure_type: str
    channel: str
    title: str
    channel_name: str
    meaning: str
    advice: str
    words: str
    count: int
    sendable: int
    too_late: int
    helps: bool
    first: str
    last: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One undelivered message."""

    id: str
    url: str
    client: str
    recipient: str
    kind: str
    when: str
    words: str
    times: int
    too_late: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """A redrive under way, or how the last one ended."""

    id: str
    state: str
    sentence: str
    reason: str
    next: str
    done: int
    total: int
    is_under_way: bool


def group(desk: Desk, cause: Cause) -> Group:
    """One cause, as a person reads it."""
    moment = desk.formats.date_and_time
    return Group(
        failure_type=cause.failure_type,
        channel=cause.channel,
        title=title(desk, cause.failure_type, channel=cause.channel),
        channel_name=channel_name(desk, cause.channel),
        meaning=meaning(desk, cause.failure_type),
        advice=advice(desk, cause.failure_type),
        words=own_words(desk, cause.sample),
        count=cause.count,
        sendable=cause.sendable,
        too_late=cause.too_late,
        helps=cause.failure_type not in ADDRESS_IS_WRONG,
        first=moment(cause.first_at),
        last=moment(cause.last_at),
        url=desk.url("/dead-letters/cause", type=cause.failure_type, channel=cause.channel),
    )


def row(desk: Desk, letter: Letter, *, client: str = "") -> Row:
    """One letter in the list of its cause."""
    return Row(
        id=str(letter.id),
        url=desk.url(f"/messages/{letter.notification_id}") if letter.notification_id else "",
        client=client,
        recipient=readable_phone(letter.recipient),
        kind=kind_name(desk, letter.kind),
        when=desk.formats.date_and_time(letter.created_at),
        words=own_words(desk, letter.error_message),
        times=letter.failure_count,
        too_late=letter.too_late,
        waits=letter.status == "waiting",
    )


def progress(desk: Desk, redrive: Redrive) -> Progress:
    """How far a redrive has come, in one sentence."""
    say = desk.words.text
    sentence = {
        "canary": say("One is on its way. When it has arrived, the others follow."),
        "running": say(
            "The first arrived. The others follow, {rate} a minute.", rate=redrive.rate_per_minute
        ),
        "stopped": say("Stopped. What was not sent yet waits as before."),
        "done": say("Done."),
    }[redrive.state]
    return Progress(
        id=str(redrive.id),
        state=redrive.state,
        sentence=f"{sentence} {_numbers(desk, redrive)}",
        reason=_reason(desk, redrive),
        next=_next(desk, redrive),
        done=redrive.sent + redrive.failed + redrive.ended_otherwise,
        total=redrive.total,
        is_under_way=redrive.is_under_way,
    )


def title(desk: Desk, failure_type: str, *, channel: str = "email") -> str:
    """The cause in a few words."""
    say = desk.words.text
    if channel == "sms" and failure_type in ADDRESS_IS_WRONG:
        return {
            "hard_bounce": say("The number does not exist"),
            "validation_error": say("The number cannot be right"),
        }[failure_type]
    return {
        "timeout": say("No answer in time"),
        "rate_limit": say("Too many at once"),
        "auth_error": say("Our log-in was refused"),
        "validation_error": say("The address cannot be right"),
        "hard_bounce": say("The address does not exist"),
        "soft_bounce": say("The mailbox takes nothing right now"),
        "content_rejected": say("The text was refused"),
        "provider_error": say("A fault at the provider"),
        "other": say("Another cause"),
    }[failure_type]


def meaning(desk: Desk, failure_type: str) -> str:
    """What that means."""
    say = desk.words.text
    return {
        "timeout": say("The provider did not answer, although it was tried for hours."),
        "rate_limit": say("We sent more than the provider takes in a while."),
        "auth_error": say("The provider does not accept our user name, password or sender."),
        "validation_error": say("An address or number is written so that it cannot work."),
        "hard_bounce": say("The provider says that there is no such mailbox or number."),
        "soft_bounce": say("The mailbox is full, or its provider puts us off."),
        "content_rejected": say(
            "The provider did not like what is written, often taking it for spam."
        ),
        "provider_error": say("The provider had a fault of its own, or could not be reached."),
        "other": say("Something that fits nowhere else, perhaps a fault of ours."),
    }[failure_type]


def advice(desk: Desk, failure_type: str) -> str:
    """What to do about it."""
    say = desk.words.text
    again = say("Send them again: one goes first, and if it arrives the others follow.")
    client = say("Ask the client for the right one. Sending it again as it is will not help.")
    return {
        "timeout": again,
        "rate_limit": say("Wait a few minutes, then send them again; they go out slowly."),
        "auth_error": say(
            "Whoever looks after OpenChair has to mend the access first. Then send them again."
        ),
        "validation_error": client,
        "hard_bounce": client,
        "soft_bounce": say("Call the client, or send it again tomorrow."),
        "content_rejected": say(
            "Look at your wording, change what could be taken for spam, then send one again."
        ),
        "provider_error": again,
        "other": say(
            "Read the provider's words below, or show them to whoever looks after OpenChair."
        ),
    }[failure_type]


def _numbers(desk: Desk, redrive: Redrive) -> str:
    say = desk.words.text
    return say(
        "{sent} of {total} sent, {failed} failed again.",
        sent=redrive.sent,
        total=redrive.total,
        failed=redrive.failed,
    )


def _next(desk: Desk, redrive: Redrive) -> str:
    """What to do once it stopped."""
    say = desk.words.text
    if redrive.state != "stopped":
        return ""
    if redrive.stopped_reason == BY_A_PERSON:
        return say("To go on, send them again below.")
    return say(
        "First mend the cause, as it says below. Then send them again there: one goes first."
    )


def _reason(desk: Desk, redrive: Redrive) -> str:
    """Why it stopped; the provider's own words stand after the colon."""
    found = redrive.stopped_reason or ""
    say = desk.words.text
    _, _, words = found.partition(": ")
    words = own_words(desk, words)
    if found.startswith("the first one"):
        return say("The first one failed again: {words}", words=words)
    if words:
        return say("Several failed again one after another: {words}", words=words)
    return say("Somebody stopped it.") if found else ""
