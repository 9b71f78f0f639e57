"""What the pages about messages show: plain view data in the reader's language."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.numbers import format_currency

from openchair.notifications.dead_letters.filters import FAILURE_TYPES
from openchair.notifications.queries import Message, Try
from openchair.web.console.dead_letters_view import title
from openchair.web.console.door import Desk
from openchair.web.console.message_templates_view import channel_name, kind_name
from openchair.web.console.own_words import own_words
from openchair.web.console.phones import readable_phone

GROUPS = {
    "waiting": ("pending", "sending"),
    "sent": ("sent",),
    "attention": ("failed", "doubtful"),
    "not_sent": ("expired", "suppressed", "cancelled"),
}
ICONS = {
    "pending": "hourglass",
    "sending": "hourglass",
    "sent": "check",
    "doubtful": "circle-alert",
    "failed": "x",
    "expired": "clock",
    "suppressed": "x",
    "cancelled": "x",
}
MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One message in a list. `client` is empty where nobody is known at the address; `tone` is
    good, bad, warn or quiet.
    """

    url: str
    client: str
    recipient: str
    kind: str
    channel: str
    when: str
    status: str
    tone: str
    icon: str
    detail: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One point of a message's story; `words` are somebody else's own."""

    when: str
    what: str
    detail: str
    words: str
    tone: str


def line(desk: Desk, message: Message, *, client: str = "", unwanted: str = "") -> Line:
    """A message as a list shows it; `unwanted` says why it will not go out although it waits."""
    return Line(
        url=desk.url(f"/messages/{message.id}"),
        client=client,
        recipient=readable_phone(message.recipient),
        kind=kind_name(desk, message.kind),
        channel=channel_name(desk, message.channel),
        when=desk.formats.date_and_time(message.created_at),
        status=status_name(desk, message),
        tone=tone(message.status),
        icon=ICONS[message.status],
        detail=_detail(desk, message, unwanted),
    )


def groups(desk: Desk) -> dict[str, str]:
    """The states that can be asked for, as people say them."""
    say = desk.words.text
    return {
        "": say("All"),
        "waiting": say("Waiting"),
        "sent": say("Sent"),
        "attention": say("Needs a look"),
        "not_sent": say("Not to be sent"),
    }


def status_name(desk: Desk, message: Message) -> str:
    """The state in a word or two."""
    say = desk.words.text
    if message.status == "sent" and message.delivered_at is not None:
        return say("Delivered")
    return {
        "pending": say("Waiting"),
        "sending": say("Being sent"),
        "sent": say("Sent"),
        "doubtful": say("Uncertain"),
        "failed": say("Not delivered"),
        "expired": say("Too late"),
        "suppressed": say("Not wanted"),
        "cancelled": say("Withdrawn"),
    }[message.status]


def tone(status: str) -> str:
    """How a state looks."""
    return {"sent": "good", "failed": "bad", "doubtful": "warn"}.get(status, "quiet")


def next_words(
    desk: Desk, message: Message, *, can_redrive: bool, now: datetime, unwanted: str = ""
) -> str:
    """What happens next, in one or two sentences."""
    say, at = desk.words.text, desk.formats.date_and_time
    if message.status == "pending" and unwanted:
        return say(
            "It will not go out: nothing is sent to this address any more. {reason}",
            reason=unwanted,
        )
    if message.status == "pending" and message.next_attempt_at > now:
        moment = at(message.next_attempt_at)
        if message.waits_for == "quiet_hours":
            return say("It goes out on {moment}, after the quiet hours.", moment=moment)
        if message.waits_for == "budget":
            return say("The month's budget is used up. It goes out on {moment}.", moment=moment)
        if message.retry_count:
            return say("It did not work yet. It is tried again on {moment}.", moment=moment)
        return say("It goes out on {moment}.", moment=moment)
    if message.status == "doubtful" and message.reconcile_at is not None:
        return say(
            "It may have arrived, so it is not simply sent again. The provider is being asked."
        )
    if message.status == "failed" and not can_redrive:
        return say("It was given up, and by now it would come too late.")
    return {
        "pending": say("It goes out in a moment."),
        "sending": say("It is being handed over at this moment."),
        "sent": say("The provider has accepted it. There is nothing more to do."),
        "doubtful": say(
            "Nobody could find out whether it arrived. Please ask the client, then decide here."
        ),
        "failed": say("It was given up. Once the cause is mended, it can be sent again."),
        "expired": say("It would have come too late, so it was not sent."),
        "suppressed": say("It was not sent, as this recipient is not written to."),
        "cancelled": say("It was withdrawn before it went out."),
    }[message.status]


def story(desk: Desk, message: Message) -> list[Moment]:
    """From the writing to the end, the first first."""
    say, at = desk.words.text, desk.formats.date_and_seconds
    moments = [Moment(at(message.created_at), say("Written"), "", "", "quiet")]
    moments += [_moment(desk, each) for each in message.tries]
    if message.delivered_at is not None:
        moments.append(Moment(at(message.delivered_at), say("Delivered"), "", "", "good"))
    ended = message.finished_at is not None and message.status != "sent"
    if ended and message.finished_at is not None:
        words = message.error_message or ""
        known = bool(message.tries) and message.tries[-1].error_message == words
        moments.append(
            Moment(
                at(message.finished_at),
                status_name(desk, message),
                "",
                "" if known else own_words(desk, words),
                tone(message.status),
            )
        )
    return moments


def facts(desk: Desk, message: Message) -> list[tuple[str, str]]:
    """Name and value of what is worth knowing."""
    say, at = desk.words.text, desk.formats.date_and_time
    found: list[tuple[str, Any]] = [
        (say("By"), channel_name(desk, message.channel)),
        (say("Sent on"), at(message.sent_at) if message.sent_at else ""),
        (say("Useful until"), at(message.expires_at) if message.expires_at else ""),
        (say("Provider"), provider_name(desk, message.provider)),
        (say("Cost"), cost(desk, message)),
        (say("Number of the message"), message.id),
    ]
    return [(name, str(value)) for name, value in found if value]


def cost(desk: Desk, message: Message) -> str:
    """What it cost, when that is known."""
    if message.cost_micros is None or message.cost_currency is None:
        return ""
    return str(
        format_currency(
            message.cost_micros / MICROS,
            message.cost_currency,
            locale=desk.formats.locale,
            decimal_quantization=False,
        )
    )


def provider_name(desk: Desk, provider: str | None) -> str:
    """Who takes a message from us, as people call it."""
    say = desk.words.text
    known = {
        "smtp": say("mail server"),
        "smtp-backup": say("second mail server"),
        "twilio": "Twilio",
        "vonage": "Vonage",
    }
    return known.get(provider or "", provider or "")


def _moment(desk: Desk, each: Try) -> Moment:
    say = desk.words.text
    what = {
        "sent": say("Accepted by the provider"),
        "temporary": say("Did not work, to be tried again"),
        "permanent": say("Refused for good"),
        "doubtful": say("The answer was lost; it may have arrived"),
        "lease_lost": say("Our program ended before it left"),
        "not_handed_over": say("Held back"),
        "found": say("Found out: it arrived"),
        "not_found": say("Found out: it did not arrive"),
    }.get(each.outcome or "", say("Being tried"))
    good = each.outcome in {"sent", "found"}
    bad = each.outcome in {"permanent", "not_found"}
    return Moment(
        when=desk.formats.date_and_seconds(each.at),
        what=what,
        detail=provider_name(desk, each.provider),
        words=own_words(desk, each.error_message),
        tone="good" if good else "bad" if bad else "quiet",
    )


def _detail(desk: Desk, message: Message, unwanted: str) -> str:
    """Why it waits or was not sent, in plain words; a provider's own stand in its story."""
    say = desk.words.text
    if message.status == "pending" and unwanted:
        return say("It will not go out. {reason}", reason=unwanted)
    if message.status == "pending":
        if message.waits_for == "quiet_hours":
            return say("waits for the end of the quiet hours")
        if message.waits_for == "budget":
            return say("waits for the next month's budget")
        if message.next_attempt_at <= desk.now:
            return ""
        moment = desk.formats.date_and_time(message.next_attempt_at)
        if message.retry_count:
            return say("It did not work yet. It is tried again on {moment}.", moment=moment)
        return say("It goes out on {moment}.", moment=moment)
    if message.status == "doubtful":
        return say("The answer was lost; it may have arrived")
    if message.status == "failed" and message.failure_type in FAILURE_TYPES:
        return title(desk, message.failure_type, channel=message.channel)
    return own_words(desk, message.error_message) if message.status != "sent" else ""
