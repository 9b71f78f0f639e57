"""How much one address may ask for: reads counted in this process, changes in PostgreSQL.

Reads are many and cheap, so each web process counts its own. Changes are counted for all
processes together: by one small statement, for a tenth of a second's worth at a time.
"""

from asyncio import Lock
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from time import monotonic

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from openchair.platform.db.engine import Database
from openchair.platform.edge.client_address import address_of, limit_key
from openchair.platform.errors import TooMany
from openchair.platform.rate_limits.take import take

MINUTE = 60
DRAWS_A_SECOND = 10
MOST_CALLERS = 20_000
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class LocalLimit:
    """GCRA (ITU-T I.371) in memory: `limit` uses of a key fit in any `per_seconds`."""

    def __init__(self, *, limit: int, per_seconds: int = MINUTE) -> None:
        self.spacing = per_seconds / limit
        self.window = float(per_seconds)
        self._arrivals: dict[str, float] = {}

    def take(self, *, key: str, now: float) -> None:
        """Count one use. Raises `TooMany`; a refused use does not count."""
        next_arrival = max(self._arrivals.get(key, now), now) + self.spacing
        if next_arrival > now + self.window:
            raise too_many(next_arrival - now - self.window)
        if len(self._arrivals) >= MOST_CALLERS and key not in self._arrivals:
            self._forget(now)
        self._arrivals[key] = next_arrival

    def _forget(self, now: float) -> None:
        self._arrivals = {key: when for key, when in self._arrivals.items() if when > now}
        while len(self._arrivals) >= MOST_CALLERS:
            self._arrivals.pop(next(iter(self._arrivals)))


@dataclass(slots=True)
class Stock:
    """What this process knows of one caller: uses drawn and left, and until when none is."""

    drawing: Lock
    left: int = 0
    drawn_at: float = 0.0
    refused_until: float = 0.0


class SharedLimit:
    """The same limit for all processes. A process draws a tenth of a second's worth of uses at
    a time, so that a limit of thousands does not cost a statement a request; what it draws and
    does not use is lost, so together they never exceed `limit`.
    """

    def __init__(self, *, limit: int, per_seconds: int = MINUTE) -> None:
        self.batch = max(1, limit // (DRAWS_A_SECOND * per_seconds))
        self.batches = max(1, limit // self.batch)
        self.per_seconds = per_seconds
        self._stocks: dict[str, Stock] = {}

    async def take(self, database: Database, *, key: str) -> None:
        """Count one use. Raises `TooMany`, for a known refusal without asking the database."""
        stock = self._stocks.get(key)
        if stock is None:
            if len(self._stocks) >= MOST_CALLERS:
                self._stocks.clear()
            stock = self._stocks[key] = Stock(Lock())
        async with stock.drawing:
            now = monotonic()
            if stock.refused_until > now:
                raise too_many(stock.refused_until - now)
            if stock.left == 0 or now - stock.drawn_at > self.per_seconds:
                await self._draw(database, key=key, stock=stock)
                stock.left, stock.drawn_at = self.batch, now
            stock.left -= 1

    async def _draw(self, database: Database, *, key: str, stock: Stock) -> None:
        try:
            async with database.transaction() as session:
                await take(session, key=key, limit=self.batches, per_seconds=self.per_seconds)
        except TooMany as refusal:
            stock.refused_until = monotonic() + refusal.retry_after
            raise


class AddressLimits:
    """Counts each request for the address it came from, before anything is done for it."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        reads_per_minute: int,
        writes_per_minute: int,
        uncounted: Sequence[str] = (),
    ) -> None:
        self.app = app
        self.reads = LocalLimit(limit=reads_per_minute)
        self.writes = SharedLimit(limit=writes_per_minute)
        self.uncounted = tuple(uncounted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the request, then pass it on."""
        if scope["type"] == "http" and not scope["path"].startswith(self.uncounted):
            caller = limit_key(address_of(Request(scope)))
            if scope["method"] in READS:
                self.reads.take(key=caller, now=monotonic())
            else:
                database: Database = scope["app"].state.database
                await self.writes.take(database, key=f"writes:{caller}")
        await self.app(scope, receive, send)


def too_many(seconds: float) -> TooMany:
    """The refusal, with whole seconds to wait."""
    wait = max(1, ceil(seconds))
    return TooMany(
        f"That was a lot at once. Please wait {wait} seconds and try again.", retry_after=wait
    )
