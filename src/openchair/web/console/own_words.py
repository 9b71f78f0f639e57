"""What OpenChair itself noted about a message or a webhook, in the reader's language.

Called by the pages that tell a story. What a provider or another server said stays as it is.
"""

import re
from collections.abc import Mapping

from openchair.web.console.door import Desk
from openchair.web.console.suppressions import reason_words
from openchair.web.console.visit_view import status_words

OURS: tuple[tuple[str, str], ...] = (
    # the gate and the renderers
    (
        r"the address is on the suppression list \((?P<reason>hard_bounce|complaint|stop|manual)\)",
        "Nothing is sent to this address any more. {reason}",
    ),
    (r"the recipient does not want a marketing message", "The client does not want advertising."),
    (r"the recipient does not want a \w+ message", "The client does not want such messages."),
    (r"the month's budget is used up.*", "The month's budget was used up."),
    (r"waits for quiet_hours until .*", "The quiet hours had begun; it waits for their end."),
    (r"waits for budget until .*", "The month's budget was used up; it waits for the next month."),
    (r"the booking is no longer there", "The visit is no longer there."),
    (
        r"the booking is (?P<visit>confirmed|arrived|in_chair|done|paid|no_show|cancelled) by now",
        "The state of the visit is another by now: {visit}.",
    ),
    (r"the booking was moved since", "The visit was moved in the meantime."),
    (r"the customer is no longer on file", "The client is no longer on file."),
    (
        r"nobody waits there any more|the entry is \w+ by now",
        "The client does not wait for a time any more.",
    ),
    (r"the offer is (?:no longer there|over)", "The offered time is no longer kept."),
    # the worker
    (r"its use-by time passed before it could be sent", "It would have come too late."),
    (r"withdrawn by its sender", "It was withdrawn, as it was no longer true."),
    (r"decided at the console", "Decided by somebody of the team."),
    (r"the worker let its lease run out", "Our program ended, or took too long."),
    (
        r"the worker ended (?:after the content left|while it sent this); it may have arrived",
        "Our program ended while it was sent; it may have arrived.",
    ),
    (
        r"the worker ended before the content left; trying again",
        "Our program ended before it left; it is tried again.",
    ),
    (r"its workers died (?P<number>\d+) times", "Our program ended over it {number} times."),
    (r"its text could not be made: (?P<words>.*)", "Its text could not be made: {words}"),
    # providers, as we put it
    (
        r"the mail server was not ready for the content in time",
        "The mail server was not ready in time.",
    ),
    (
        r"the mail server does not take addresses beyond ASCII \(no SMTPUTF8\)",
        "The mail server takes no addresses with letters like ä or ł.",
    ),
    (
        r"the mail server's answer to the content was lost: (?P<words>.*)",
        "The mail server's answer was lost: {words}",
    ),
    (r"the answer was lost: (?P<words>.*)", "The answer was lost: {words}"),
    (r"nobody can be asked: .*", "Nobody can be asked whether it arrived."),
    (r"the look-up failed: (?P<words>.*)", "Asking the provider failed: {words}"),
    (
        r"the look-up answered \d+|\w+ answered \d+ to the look-up",
        "The provider did not say whether it arrived.",
    ),
    (r"the mail server has it|(?:Twilio|Vonage) has [\w-]+(?:, \w+)?", "The provider has it."),
    (
        r"the mail server does not know it|(?:Twilio|Vonage) has no such message",
        "The provider does not know it.",
    ),
    (
        r"Twilio has (?:too many messages to this recipient to say|\d+ of \d+ messages in doubt)",
        "The provider has several messages to this number and cannot tell them apart.",
    ),
    (r"(?P<name>[\w-]+) is no longer configured", "{name} is no longer set up."),
    (r"(?P<name>\w+) says delivered(?: 0)?", "{name} says: delivered."),
    (r"(?P<name>\w+) says undelivered ?(?P<words>.*)", "{name} says: not delivered. {words}"),
    (r"(?P<name>\w+) says failed ?(?P<words>.*)", "{name} says: failed. {words}"),
    (r"told by the mail provider: email\.bounced", "The mail provider says: it came back."),
    (
        r"told by the mail provider: email\.complained",
        "The mail provider says: the client called it spam.",
    ),
    (r"told by the mail provider: email\.delivered", "The mail provider says: delivered."),
    # other servers that cannot be reached
    (r"answered (?P<status>\d+)", "Answered {status}"),
    (r"(?:timeout|no answer in time|TimeoutError: ?)", "There was no answer in time."),
    (
        r".* failed too often and is left alone for a while",
        "It failed too often and is left alone for a while.",
    ),
    (r"no connection of ours was free in time", "We were too busy; it is tried again."),
    (
        r".* stands for an address that is not public",
        "The name stands for an address that is not public.",
    ),
    (r"All connection attempts failed", "No connection could be made."),
)
"""What is written down, and what the reader sees; names in braces are groups of the first."""

PATTERNS = tuple((re.compile(pattern, re.DOTALL), message) for pattern, message in OURS)


def own_words(desk: Desk, words: str | None) -> str:
    """The sentence in the reader's language if it is one of ours, else as it is."""
    for pattern, message in PATTERNS:
        if found := pattern.fullmatch(words or ""):
            return desk.words.text(message, **_said(desk, found.groupdict(default=""))).strip()
    return words or ""


def _said(desk: Desk, values: Mapping[str, str]) -> dict[str, str]:
    """Names that we use inside, as people say them."""
    told = dict(values)
    if "reason" in told:
        told["reason"] = reason_words(desk, told["reason"])
    if "visit" in told:
        told["visit"] = status_words(desk, told["visit"])
    return told
