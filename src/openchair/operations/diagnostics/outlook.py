"""What happens next to a message, in sentences. Pure: the time is an argument."""

from collections.abc import Sequence
from datetime import datetime

from openchair.notifications.dead_letters.queries import Letter
from openchair.notifications.queries import Message
from openchair.notifications.suppressions.queries import Listed
from openchair.platform.breakers.breaker import Breaker

WAITS = {
    "quiet_hours": "the recipient's quiet hours",
    "budget": "the month's budget, which is used up",
}
ENDED = {
    "expired": "Nothing: its use-by time passed before it could be sent.",
    "suppressed": "Nothing: it was not to be sent to this recipient.",
    "cancelled": "Nothing: it was withdrawn, or was no longer true.",
}


def outlook(
    message: Message,
    *,
    letter: Letter | None,
    providers: Sequence[str],
    opened: Sequence[Breaker],
    now: datetime,
    listed: Listed | None = None,
) -> tuple[str, ...]:
    """The sentences, the most important first. `opened` are the open breakers of `providers`;
    `listed` says why its address is not written to any more.
    """
    match message.status:
        case "pending" if listed is not None and listed.holds_at(max(message.next_attempt_at, now)):
            return _unwanted(message, listed)
        case "pending":
            return _pending(message, providers, opened, now)
        case "sending":
            return _sending(message)
        case "doubtful":
            return _doubtful(message)
        case "failed":
            return _failed(letter)
        case "sent":
            return (_sent(message),)
        case _:
            return (ENDED[message.status],)


def _pending(
    message: Message, providers: Sequence[str], opened: Sequence[Breaker], now: datetime
) -> tuple[str, ...]:
    told = []
    if message.next_attempt_at > now:
        told.append(f"It goes out at {_at(message.next_attempt_at)}: {_why(message)}.")
    elif not providers:
        told.append(f"It waits: no provider for {message.channel} is configured.")
    elif len(opened) == len(providers):
        told.append("It waits for a provider: every breaker is open; one message probes at a time.")
    else:
        told.append("It is due and goes out as soon as a worker is free.")
    if message.lost_leases:
        told.append(
            f"It ended {message.lost_leases} worker(s), so it waits its turn among such; after"
            " three it fails."
        )
    told += [
        f"The breaker of {each.provider} is open since {_at(each.changed_at)}:"
        f" {each.last_error or 'no words'}."
        for each in opened
    ]
    if message.expires_at is not None:
        told.append(f"After {_at(message.expires_at)} it expires: then it would come too late.")
    return tuple(told)


def _unwanted(message: Message, listed: Listed) -> tuple[str, ...]:
    until = f" until {_at(listed.until)}" if listed.until else ""
    return (
        f"It will not go out: the address is on the suppression list ({listed.reason}){until}.",
        f"If it works again: openchair suppressions lift --salon SALON {message.recipient}",
    )


def _why(message: Message) -> str:
    if message.waits_for is not None:
        return f"it waits for {WAITS.get(message.waits_for, message.waits_for)}"
    if message.retry_count:
        return f"that is try {message.retry_count + 1}, after a wait that doubles each time"
    return "that is its time"


def _sending(message: Message) -> tuple[str, ...]:
    until = f"until {_at(message.lease_until)}" if message.lease_until else "now"
    if message.handed_over_at is None:
        return (f"A worker has it {until}; if it dies, another one tries.",)
    return (
        (
            f"A worker has it {until}, and its content has left; if the worker dies, the message is"
            " doubtful and the provider is asked."
        ),
    )


def _doubtful(message: Message) -> tuple[str, ...]:
    told = "It may have arrived, so it is not sent again blindly."
    if message.reconcile_at is not None:
        return (
            told,
            f"{message.provider or 'The provider'} is asked at {_at(message.reconcile_at)}.",
        )
    return (
        told,
        (
            "Nobody can be asked any more. Decide, once you know: openchair messages settle"
            f" {message.id} --arrived (or --send-again)."
        ),
    )


def _failed(letter: Letter | None) -> tuple[str, ...]:
    if letter is None or letter.status == "closed":
        return ("Nothing: it was given up, and its dead letter is closed.",)
    if letter.too_late:
        return ("Nothing: its use-by time has passed, so it is not sent again.",)
    return (
        (
            "It was given up and waits as a dead letter. Mend the cause, then: openchair dlq"
            f" redrive --one {letter.id}"
        ),
    )


def _sent(message: Message) -> str:
    if message.delivery_status is not None:
        return f"Nothing: it was accepted, and the provider says: {message.delivery_status}."
    return "Nothing: the provider accepted it."


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
