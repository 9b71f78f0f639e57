"""Which faults each stand-in can have, and what each does. Pure; for board, API, page, options."""

from dataclasses import dataclass

SLOW_SECONDS = 35.0  # drill 22: an answer that comes after everybody's patience
GREYLIST_SECONDS = 1.0
RETRY_AFTER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A fault as it can be chosen. `seconds` is its default, None where it has no duration.

    `counted` says whether it strikes single attempts, so that `times` and `share` mean something.
    """

    name: str
    words: str
    seconds: float | None = None
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """A stand-in that can fail, with its faults."""

    name: str
    title: str
    kinds: tuple[Kind, ...]

    def kind(self, name: str) -> Kind | None:
        """The fault of that name, or None."""
        return next((kind for kind in self.kinds if kind.name == name), None)


MAIL = (
    Kind(
        "greylist",
        "451 to each new sender and recipient until the seconds have passed",
        seconds=GREYLIST_SECONDS,
    ),
    Kind("reject", "550 to the recipient: no such mailbox"),
    Kind("mailbox_full", "552 to the recipient: mailbox full"),
    Kind("busy", "421 to whoever connects or begins a mail"),
    Kind("content", "554 to the content: refused as spam"),
    Kind("auth", "535 to the log-in, 530 to a mail without one"),
    Kind("drop_after_data", "keeps the mail, then closes without an answer"),
    Kind("lose_after_data", "closes without an answer and keeps nothing"),
    Kind("slow", "keeps the mail, answers after the seconds", seconds=SLOW_SECONDS),
    Kind(
        "refuse",
        "port closed: connections refused; with seconds it opens again by itself",
        counted=False,
    ),
)
HTTP = (
    Kind("error_500", "500, nothing accepted"),
    Kind(
        "rate_limit",
        "429 with Retry-After, nothing accepted",
        seconds=RETRY_AFTER_SECONDS,
    ),
    Kind("slow", "accepts, answers after the seconds", seconds=SLOW_SECONDS),
    Kind("drop", "accepts, then closes without an answer"),
    Kind("refuse", "closes at once, nothing accepted"),
)
SMS = (
    Kind("callbacks_duplicated", "each status callback twice"),
    Kind("callbacks_reordered", "status callbacks in the wrong order, the last first"),
    Kind("callbacks_lost", "no status callback at all"),
    Kind("undelivered", "accepted, and in the end not delivered"),
)
BAD_NUMBER = Kind("bad_number", "400 with code 21211: no such number")
GONE = Kind("gone", "410: this address is no more")

TARGETS = {
    target.name: target
    for target in (
        Target("smtp", "Mail server", MAIL),
        Target("smtp-backup", "Backup mail server", MAIL),
        Target("twilio", "SMS in Twilio's shape", (*HTTP, BAD_NUMBER, *SMS)),
        Target("vonage", "SMS in Vonage's shape", (*HTTP, *SMS)),
        Target("slack", "Slack", (*HTTP, GONE)),
        Target("webhook", "Webhook receiver", (*HTTP, GONE)),
        Target("heartbeat", "Listener for heartbeats", HTTP),
    )
}
