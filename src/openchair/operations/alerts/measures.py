"""The numbers that conditions may speak of: each one's unit, and the probe it comes from. Pure.

What each means is told in docs/monitoring.md; here stands what the condition language must know.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Unit = Literal["ms", "s", "%", ""]


@dataclass(frozen=True, slots=True)
class Measure:
    """`unit` is what its probe counts in; `probe` is silent about it while it cannot look."""

    unit: Unit
    probe: str
    means: str


MEASURES: Final[Mapping[str, Measure]] = {
    "response-time": Measure("ms", "traffic", "p95 of the answers of the last minute"),
    "error-rate": Measure("%", "traffic", "answers with 5xx in the last minute"),
    "requests": Measure("", "traffic", "requests a second"),
    "loop-lag": Measure("ms", "traffic", "how late the event loops are"),
    "database-connections": Measure("%", "database", "connections of PostgreSQL that are taken"),
    "pool-use": Measure("%", "database", "connections of the fullest pool that are in use"),
    "blocked-queries": Measure("", "database", "statements that wait for a lock"),
    "idle-in-transaction": Measure("", "database", "sessions that hold a transaction and idle"),
    "longest-transaction": Measure("s", "database", "age of the oldest transaction"),
    "database-latency": Measure("ms", "database", "how long a trivial statement takes"),
    "clock-skew": Measure("ms", "clock", "difference of our clock and the database's"),
    "mail-servers": Measure("", "smtp", "mail servers that answer and are not left alone"),
    "mail-breakers-closed": Measure("", "smtp", "mail servers that are not left alone"),
    "sms-providers": Measure("", "sms", "SMS providers that are not left alone"),
    "storage-writes": Measure("", "storage", "1 while a file can be written and read, else 0"),
    "storage": Measure("%", "storage", "fullest of the storage and the data folder"),
    "smtp-queue": Measure("", "queue", "mails that are due and not sent"),
    "queue-age": Measure("s", "queue", "age of the oldest message that is due"),
    "dead-letters": Measure("", "queue", "open dead letters"),
    "budget": Measure("%", "budget", "month's budget used, of the fullest salon and channel"),
    "failed-webhooks": Measure("", "webhooks", "webhooks that failed within the hour"),
    "workers": Measure("", "workers", "worker processes that are alive"),
    "memory": Measure("%", "memory", "memory of the machine, or of our cgroup"),
    "failed-logins": Measure("", "logins", "log-ins that failed in 15 minutes"),
    "deferred": Measure("", "deferred", "mails that a server put off in 15 minutes"),
}
