"""View data of the pages about webhooks: words and times as the templates show them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson

from openchair.operations.webhooks.endpoints import BY_PERSON
from openchair.web.console.door import Desk
from openchair.web.console.own_words import own_words
from openchair.webhooks.outgoing.publish import in_order
from openchair.webhooks.outgoing.queries import Attempt, Endpoint, OutgoingMessage
from openchair.webhooks.outgoing.rules import EVENT_TYPES, TEST_TYPE, TRIES

ICONS = {
    "delivered": "check",
    "pending": "clock",
    "sending": "hourglass",
    "failed": "circle-alert",
    "cancelled": "x",
}
MOODS = {"delivered": "good", "pending": "", "sending": "", "failed": "bad", "cancelled": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointView:
    """One endpoint. `mood` colours the badge; words and icon say the same."""

    id: str
    url: str
    address: str
    name: str
    enabled: bool
    state: str
    mood: str
    icon: str
    why: str
    events: str
    both_sign_until: str
    made: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One message on its way, or there."""

    id: str
    url: str
    event: str
    event_type: str
    when: str
    state: str
    mood: str
    icon: str
    words: str
    tries: int
    most_tries: int
    next: str
    payload: str
    webhook_id: str
    can_replay: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptView:
    """One try."""

    number: int
    when: str
    came: str
    good: bool
    milliseconds: str
    answer: str


def event_words(desk: Desk, event_type: str) -> str:
    """What an event is called in the team's language."""
    say = desk.words.text
    return {
        "booking.confirmed": say("Visit booked"),
        "booking.rescheduled": say("Visit moved"),
        "booking.changed": say("Visit changed"),
        "booking.cancelled": say("Visit cancelled"),
        "booking.restored": say("Visit on again"),
        "booking.arrived": say("Client arrived"),
        "booking.in_chair": say("Client in the chair"),
        "booking.done": say("Visit done"),
        "booking.paid": say("Visit paid"),
        "booking.no_show": say("Client did not come"),
        "booking.mark_undone": say("Mark taken back"),
        TEST_TYPE: say("Test event"),
    }.get(event_type, event_type)


def event_choices(desk: Desk, chosen: Sequence[str]) -> list[tuple[str, str, bool]]:
    """The kinds a form offers: value, words, ticked."""
    return [(each, event_words(desk, each), each in chosen) for each in EVENT_TYPES]


def view_endpoint(desk: Desk, endpoint: Endpoint) -> EndpointView:
    """One endpoint as the pages show it."""
    say = desk.words.text
    if not endpoint.enabled:
        state, mood, icon = say("Disabled"), "bad", "x"
    elif endpoint.failing_since:
        state, mood, icon = say("Failing"), "warn", "circle-alert"
    else:
        state, mood, icon = say("Active"), "good", "check"
    signing = endpoint.previous_until if (endpoint.previous_until or desk.now) > desk.now else None
    return EndpointView(
        id=str(endpoint.id),
        url=desk.url(f"/webhooks/{endpoint.id}"),
        address=endpoint.url,
        name=endpoint.description or (urlsplit(endpoint.url).hostname or endpoint.url),
        enabled=endpoint.enabled,
        state=state,
        mood=mood,
        icon=icon,
        why=_why(desk, endpoint),
        events=desk.formats.listed([event_words(desk, each) for each in endpoint.event_types])
        or say("everything"),
        both_sign_until=desk.formats.date_and_time(signing) if signing else "",
        made=desk.formats.date_and_time(endpoint.created_at),
    )


def view_message(desk: Desk, message: OutgoingMessage) -> MessageView:
    """One message as the pages show it."""
    say = desk.words.text
    states = {
        "delivered": say("Delivered"),
        "pending": say("Waits") if message.attempt_count == 0 else say("Is tried again"),
        "sending": say("Being sent"),
        "failed": say("Given up"),
        "cancelled": say("Not sent"),
    }
    waits = message.status == "pending" and message.next_attempt_at > desk.now
    return MessageView(
        id=str(message.id),
        url=desk.url(f"/webhooks/sent/{message.id}"),
        event=event_words(desk, message.event_type),
        event_type=message.event_type,
        when=desk.formats.date_and_time(message.created_at),
        state=states[message.status],
        mood=MOODS[message.status],
        icon=ICONS[message.status],
        words=_words(desk, message),
        tries=message.attempt_count,
        most_tries=TRIES,
        next=desk.formats.date_and_time(message.next_attempt_at) if waits else "",
        payload=orjson.dumps(in_order(message.payload), option=orjson.OPT_INDENT_2).decode(),
        webhook_id=f"msg_{message.id.hex}",
        can_replay=message.status != "sending",
    )


def view_attempts(desk: Desk, attempts: Sequence[Attempt]) -> list[AttemptView]:
    """Every try, the last first."""
    return [
        AttemptView(
            number=each.number,
            when=desk.formats.date_and_seconds(each.started_at),
            came=desk.words.text("Answered {status}", status=each.status_code)
            if each.status_code
            else own_words(desk, each.error),
            good=each.status_code is not None and 200 <= each.status_code < 300,
            milliseconds=f"{each.duration_ms} ms",
            answer=each.answer or "",
        )
        for each in reversed(attempts)
    ]


def notice(desk: Desk, did: str) -> str:
    """What was just done, or nothing."""
    say = desk.words.text
    return {
        "test": say("The test event is on its way. Look again in a moment."),
        "changed": say("The endpoint is changed."),
        "disabled": say("The endpoint is disabled. Nothing is sent there."),
        "enabled": say("The endpoint is enabled. What happens from now on is sent."),
        "deleted": say("The endpoint is deleted."),
        "replayed": say("It is sent again in a moment."),
    }.get(did, "")


def _words(desk: Desk, message: OutgoingMessage) -> str:
    """Why it is not there. What another server or the network said stays as it is."""
    if message.status == "cancelled":
        return desk.words.text("The endpoint was disabled.")
    return own_words(desk, message.last_error)


def _why(desk: Desk, endpoint: Endpoint) -> str:
    say = desk.words.text
    if endpoint.enabled:
        if endpoint.failing_since is None:
            return ""
        since = desk.formats.date_and_time(endpoint.failing_since)
        return say("Nothing has arrived there since {time}. It is tried again.", time=since)
    reason = endpoint.disabled_reason or ""
    if reason == BY_PERSON:
        return say("Somebody of the team disabled it.")
    if "410" in reason:
        return say("It answered that it does not want any more (410).")
    return say("Nothing arrived there for five days.")
