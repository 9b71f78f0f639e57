"""Drains the queue of one channel: claims what is due, in batches, and has it delivered.

Two loops of every worker. What was under way when a worker died is tried by the second, one at a
time beside the fresh messages: each message dies with another one once at most (drill 4).
"""

import asyncio
from collections.abc import Sequence
from time import monotonic

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications import gate, leases
from openchair.notifications.delivery import Delivery, Way
from openchair.notifications.leases import Lease
from openchair.notifications.providers.current import places, providers
from openchair.notifications.settings import MailSettings
from openchair.platform.breakers.breaker import Permit, permits
from openchair.platform.clock import utc_now
from openchair.platform.db.durability import may_be_lost
from openchair.platform.db.engine import Database
from openchair.platform.logging.setup import logger
from openchair.platform.settings.base import load
from openchair.platform.workers.name import THIS_WORKER

LOOK_SECONDS = 0.2

log = logger(__name__)


async def drain(database: Database, *, channel: str, stop: asyncio.Event) -> bool:
    """Send what is due until nothing is, or until `stop`; what is begun is finished.

    Nothing is claimed while every provider's breaker is open.
    """
    dispatch = Dispatch(database, channel=channel)
    if not providers(channel, database=database):
        return False
    try:
        while not stop.is_set():
            claimed = await dispatch.begin()
            if not claimed and not dispatch.running:
                break
            await dispatch.rest(looked_in_vain=not claimed)
    finally:
        await dispatch.finish()
    return False


async def drain_suspects(database: Database, *, channel: str) -> bool:
    """Send one message whose worker died before; True when there may be another."""
    dispatch = Dispatch(database, channel=channel)
    if not providers(channel, database=database):
        return False
    claimed = await dispatch.begin(suspect=True)
    await dispatch.finish()
    return claimed > 0


class Dispatch:
    """The messages of one channel that this loop has under way."""

    def __init__(self, database: Database, *, channel: str) -> None:
        self.running: set[asyncio.Task[None]] = set()
        self._database = database
        self._channel = channel
        self._settings = load(MailSettings)
        self._places = places(channel)
        self._delivery = Delivery(database, settings=self._settings)

    async def begin(self, *, suspect: bool = False) -> int:
        """Claim for the free places, or one suspect, and start to deliver; answers how many."""
        free = 1 if suspect else self._places - len(self.running)
        async with self._database.transaction() as session:
            await may_be_lost(session)  # then nothing is handed over under this lease
            ways = await self._ways(session)
            open_to_all = [way for way in ways if not way.probe]
            # Providers that are being probed are given one message alone, and first: it goes on to
            # the others when they refuse it.
            limit = free if open_to_all else min(free, 1, len(ways))
            claimed = await self._claim(session, limit=limit, suspect=suspect)
            verdicts = await gate.examine(session, leases=claimed, now=utc_now())
        for lease, verdict in zip(claimed, verdicts, strict=True):
            self._start(lease, verdict=verdict, ways=ways)
            if verdict is None:
                ways = open_to_all
        if ways is not open_to_all:
            await self._delivery.give_back(ways)
        return len(claimed)

    async def rest(self, *, looked_in_vain: bool) -> None:
        """Until half of the places are free, so that one claim serves several messages; but look
        round after a moment, as what is under way may be slow. When nothing was due, a moment it
        is, however many places are free, or one slow message would have us ask without a pause.
        """
        until = monotonic() + LOOK_SECONDS
        enough = 0 if looked_in_vain else self._places // 2
        while len(self.running) > enough and (left := until - monotonic()) > 0:
            _, self.running = await asyncio.wait(
                self.running, timeout=left, return_when=asyncio.FIRST_COMPLETED
            )
        self.running = {task for task in self.running if not task.done()}

    async def finish(self) -> None:
        """Wait for what is under way."""
        if self.running:
            await asyncio.wait(self.running)
            self.running = set()

    async def _ways(self, session: AsyncSession) -> list[Way]:
        known = providers(self._channel, database=self._database)
        found = await permits(session, providers=[provider.name for provider in known])
        ways = [
            Way(provider=provider, probe=found[provider.name] is Permit.PROBE)
            for provider in known
            if found[provider.name] is not Permit.OPEN
        ]
        return sorted(ways, key=lambda way: not way.probe)

    async def _claim(self, session: AsyncSession, *, limit: int, suspect: bool) -> list[Lease]:
        if limit <= 0:
            return []
        seconds = self._settings.mail_lease_seconds
        if suspect:
            return await leases.claim_suspect(
                session, channel=self._channel, worker=THIS_WORKER, seconds=seconds
            )
        return await leases.claim(
            session, channel=self._channel, worker=THIS_WORKER, seconds=seconds, limit=limit
        )

    def _start(self, lease: Lease, *, verdict: gate.Verdict, ways: Sequence[Way]) -> None:
        self.running.add(asyncio.create_task(self._deliver(lease, verdict, ways)))

    async def _deliver(self, lease: Lease, verdict: gate.Verdict, ways: Sequence[Way]) -> None:
        try:
            if verdict is None:
                await self._delivery.deliver(lease, ways=ways)
            else:
                await self._delivery.refuse(lease, reason=verdict)
        except Exception:
            # The database went away, or a defect of ours: the lease runs out, and what is known
            # then decides whether another worker may try.
            log.exception("message left to its lease", notification_id=str(lease.message.id))
