"""Turns blocked addresses away, before any door. Installed by `openchair.main`.

Each process keeps a copy of the list that is at most two seconds old; a request costs a look into
it and no statement. When the database hangs, the copy goes on counting.
"""

import asyncio
from collections.abc import Sequence
from time import monotonic

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from openchair.identity.ip_blocks.queries import active_blocks
from openchair.identity.ip_blocks.rules import known_key
from openchair.platform.db.engine import Database
from openchair.platform.edge.client_address import address_of
from openchair.platform.errors import Forbidden, Unavailable
from openchair.platform.logging.setup import logger

FRESH_SECONDS = 2.0
PATIENCE_SECONDS = 0.25

log = logger(__name__)


class BlockedAddresses:
    """Raises `Forbidden` for a blocked address; `open_to_all` are prefixes that everybody reaches,
    such as the health check, which waits for nothing.
    """

    def __init__(self, app: ASGIApp, *, open_to_all: Sequence[str] = ()) -> None:
        self.app = app
        self.open_to_all = tuple(open_to_all)
        self._ends: dict[str, float] = {}
        self._stale_at = 0.0
        self._reading: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look the caller up, then pass the request on."""
        if scope["type"] == "http" and not scope["path"].startswith(self.open_to_all):
            now = monotonic()
            if now >= self._stale_at:
                await self._renew(scope["app"].state.database)
            if self._ends and self._is_blocked(address_of(Request(scope)), now):
                raise Forbidden(
                    "Requests from your address are refused for a while. If that is wrong, please"
                    " tell the salon.",
                    code="address_blocked",
                )
        await self.app(scope, receive, send)

    def _is_blocked(self, address: str, now: float) -> bool:
        key = known_key(address)
        return key is not None and self._ends.get(key, 0.0) > now

    async def _renew(self, database: Database) -> None:
        """One request reads the list, and waits for it a moment; others go by the old copy."""
        self._stale_at = monotonic() + FRESH_SECONDS
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read(database))
        await asyncio.wait({self._reading}, timeout=PATIENCE_SECONDS)

    async def _read(self, database: Database) -> None:
        try:
            async with database.transaction() as session:
                found = await active_blocks(session)
        except Unavailable:
            # Nobody is turned away, or let in, because the list cannot be read at this moment.
            log.warning("blocked addresses could not be read: the database is away")
            return
        except Exception:
            log.exception("blocked addresses could not be read; the last list counts on")
            return
        now = monotonic()
        self._ends = {address: now + seconds for address, seconds in found.items()}
