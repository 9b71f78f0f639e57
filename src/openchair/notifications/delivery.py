"""Sends leased messages: render, ask the gate, hand over to a provider, record what came of it.

Called by `dispatch.py`. Opens its own short transactions, so that none is open while a provider is
spoken to. A message is never sent again unless it is certain that it was not accepted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications import gate, leases, outcomes
from openchair.notifications.budgets.note_cost import note_costs
from openchair.notifications.errors import (
    DeliveryFailed,
    Doubtful,
    Outdated,
    Permanent,
    PutOff,
    Temporary,
    Unwanted,
)
from openchair.notifications.events import WorkerStale
from openchair.notifications.leases import Lease, LeaseLost
from openchair.notifications.providers.provider import Accepted, Outgoing, Provider
from openchair.notifications.rendering import render
from openchair.notifications.settings import MailSettings
from openchair.notifications.settle import settle_arrived
from openchair.notifications.unsubscribe import unsubscribe_url
from openchair.platform import correlation
from openchair.platform.breakers.breaker import give_back_probe, note_failure, note_success
from openchair.platform.clock import utc_now
from openchair.platform.db.batch import Batch
from openchair.platform.db.driver import driver
from openchair.platform.db.durability import may_be_lost
from openchair.platform.db.engine import Database
from openchair.platform.errors import Unavailable
from openchair.platform.events.event import emit
from openchair.platform.logging.setup import logger
from openchair.platform.metrics.catalogue import MESSAGES
from openchair.platform.traces.span import span
from openchair.platform.workers.name import THIS_WORKER

UNREADY = (Outdated, PutOff, Unwanted, DeliveryFailed)
log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A provider a message may go by; as `probe` it tries out one whose breaker is open."""

    provider: Provider
    probe: bool = False


class Delivery:
    """Sends the messages of one worker; what several of them write at once shares a commit."""

    def __init__(self, database: Database, *, settings: MailSettings) -> None:
        self._database = database
        self._settings = settings
        self._budgets = Batch(self._reserve)
        self._hand_overs = Batch(self._hand_over)
        self._sent = Batch(self._record_sent)

    async def deliver(self, lease: Lease, *, ways: Sequence[Way]) -> str:
        """Try once to send one message by the first of `ways` that works; answers the state it is
        left in, or `lost` when its lease had ended.
        """
        token = correlation.adopt(lease.correlation_id)
        message = lease.message
        noted = {"messaging.message.id": str(message.id), "kind": message.kind}
        try:
            with span(f"message {message.channel}", kind="consumer", attributes=noted) as traced:
                state = await self._deliver(lease, ways)
                if traced is not None:
                    traced.set_attribute("state", state)
            return state
        finally:
            correlation.release(token)

    async def _deliver(self, lease: Lease, ways: Sequence[Way]) -> str:
        try:
            outgoing = await self._outgoing(lease)
            units = ways[0].provider.units(outgoing)
            if refusal := await self._budgets.add((lease, units)):
                raise refusal
        except UNREADY as reason:
            await self.give_back(ways)
            return await self._record(lease, way=None, reason=reason)
        for number, way in enumerate(ways):
            try:
                came_of = await self._by(way, lease, outgoing, is_last=number + 1 == len(ways))
            except LeaseLost:
                await self.give_back(ways[number:])
                return await self._too_late(lease)
            if isinstance(came_of, Lease):
                lease = came_of
                continue
            await self.give_back(ways[number + 1 :])
            return came_of
        raise AssertionError("a message was claimed with no way to send it")

    async def _by(
        self, way: Way, lease: Lease, outgoing: Outgoing, *, is_last: bool
    ) -> str | Lease:
        """Try one way; answers the message's state, or the lease for the try by the next way."""
        try:
            leave = partial(self._leave, lease, way)
            accepted = await way.provider.send(outgoing, hand_over=leave)
        except DeliveryFailed as failure:
            if not is_last and _may_go_another_way(failure):
                return await self._go_on(lease, way=way, failure=failure)
            return await self._record(lease, way=way, reason=failure)
        held = await self._sent.add((lease, way, accepted))
        return _told(lease, state="sent", held=held)

    # -------------------------------------------------------------- before it leaves

    async def _outgoing(self, lease: Lease) -> Outgoing:
        """The text of the message. A renderer's defect costs a try, never the worker."""
        message = lease.message
        try:
            async with self._database.transaction() as session:
                rendered = await render(session, message=message, now=utc_now())
        except (*UNREADY, Unavailable):
            raise
        except Exception as defect:
            log.exception("text of a message failed", notification_id=str(message.id))
            raise Temporary(
                f"its text could not be made: {type(defect).__name__}: {defect}",
                failure_type="other",
            ) from defect
        return Outgoing(
            salon_id=message.salon_id,
            notification_id=message.id,
            recipient=message.recipient,
            message_id=lease.rfc_message_id,
            correlation_id=lease.correlation_id,
            language=message.language,
            rendered=rendered,
            unsubscribe_url=rendered.unsubscribe_url
            or unsubscribe_url(
                salon_id=message.salon_id,
                channel=message.channel,
                recipient=message.recipient,
                category=message.category,
                language=message.language,
            ),
        )

    async def _reserve(
        self, items: Sequence[tuple[Lease, int]]
    ) -> Sequence[PutOff | Unwanted | None]:
        async with self._database.transaction() as session:
            await may_be_lost(session)  # and with it that anything was taken
            return await gate.reserve(session, items=items, now=utc_now())

    async def _leave(self, lease: Lease, way: Way) -> None:
        if not await self._hand_overs.add((lease, way.provider.name)):
            raise LeaseLost

    async def _hand_over(self, items: Sequence[tuple[Lease, str]]) -> Sequence[bool]:
        async with self._database.alone() as connection:
            return await leases.hand_over(
                connection, leases=items, seconds=self._settings.mail_lease_seconds
            )

    async def _go_on(self, lease: Lease, *, way: Way, failure: DeliveryFailed) -> Lease:
        """Nothing had left: the same message goes to the next provider at once."""
        name = way.provider.name
        log.info("trying another provider", notification_id=str(lease.message.id), failed=name)
        async with self._database.transaction() as session:
            await note_failure(session, provider=name, words=failure.message)
            return await leases.next_provider(
                session,
                lease=lease,
                failed=name,
                failure_type=failure.failure_type,
                status_code=failure.status_code,
                words=failure.message,
                worker=THIS_WORKER,
                seconds=self._settings.mail_lease_seconds,
            )

    # -------------------------------------------------------------- what came of it

    async def _too_late(self, lease: Lease) -> str:
        """The lease ended before the content left: nothing did, and somebody else may have it."""
        async with self._database.transaction() as session:
            await emit(session, _stale(lease))
        log.warning("lease lost before the content left", notification_id=str(lease.message.id))
        return "lost"

    async def _record_sent(self, items: Sequence[tuple[Lease, Way, Accepted]]) -> Sequence[bool]:
        sent = [
            outcomes.Sent(lease=lease, provider=way.provider.name, accepted=accepted)
            for lease, way, accepted in items
        ]
        held = await self._write_sent(sent)
        probed = sorted({way.provider.name for _, way, _ in items if way.probe})
        late = [each for each, still in zip(sent, held, strict=True) if not still]
        if probed or late:
            async with self._database.transaction() as session:
                for name in probed:
                    await note_success(session, provider=name, probe=True)
                for each in late:
                    await emit(session, _stale(each.lease))
                    await _late_answer(session, each)
        return held

    async def _write_sent(self, sent: Sequence[outcomes.Sent]) -> list[bool]:
        costs = outcomes.costs_of(sent)
        if not costs:
            async with self._database.alone() as connection:
                return await outcomes.record_sent(connection, sent=sent)
        async with self._database.transaction() as session:
            held = await outcomes.record_sent(await driver(session), sent=sent)
            await note_costs(session, costs=costs, now=utc_now())
        return held

    async def _record(self, lease: Lease, *, way: Way | None, reason: Exception) -> str:
        name = way.provider.name if way else None
        async with self._database.transaction() as session:
            if way is not None and isinstance(reason, DeliveryFailed):
                if reason.provider_down:
                    await note_failure(session, provider=way.provider.name, words=reason.message)
                else:
                    await note_success(session, provider=way.provider.name, probe=way.probe)
            match reason:
                case Outdated():
                    state = "cancelled"
                    held = await outcomes.record_unsent(
                        session, lease=lease, status=state, reason=str(reason)
                    )
                case Unwanted():
                    state = "suppressed"
                    held = await outcomes.record_unsent(
                        session, lease=lease, status=state, reason=str(reason)
                    )
                case PutOff():
                    state = "pending"
                    held = await outcomes.record_put_off(session, lease=lease, put_off=reason)
                case Doubtful() if name is not None:
                    state = "doubtful"
                    held = await outcomes.record_doubtful(
                        session, lease=lease, provider=name, failure=reason
                    )
                case Permanent():
                    state = "failed"
                    held = await outcomes.record_failed(
                        session, lease=lease, provider=name, failure=reason, now=utc_now()
                    )
                case DeliveryFailed():
                    state, held = await outcomes.record_temporary(
                        session,
                        lease=lease,
                        provider=name,
                        failure=reason,
                        max_tries=self._settings.mail_max_tries,
                        now=utc_now(),
                    )
                case _:
                    raise reason
            if not held:
                await emit(session, _stale(lease))
        failure = reason if isinstance(reason, DeliveryFailed) else None
        return _told(lease, state=state, held=held, failure=failure)

    async def refuse(self, lease: Lease, *, reason: PutOff | Unwanted) -> str:
        """Record that the gate did not let a leased message through."""
        return await self._record(lease, way=None, reason=reason)

    async def give_back(self, ways: Sequence[Way]) -> None:
        """Let somebody else probe what this message did not come to try."""
        probes = [way.provider.name for way in ways if way.probe]
        if probes:
            async with self._database.transaction() as session:
                for name in probes:
                    await give_back_probe(session, provider=name)


def _may_go_another_way(failure: DeliveryFailed) -> bool:
    """Only when it is certain that nothing left, and the provider is at fault."""
    return isinstance(failure, Temporary) and failure.provider_down


async def _late_answer(session: AsyncSession, sent: outcomes.Sent) -> None:
    """It was accepted, though its worker was given up: if it is in doubt, it no longer is."""
    message = sent.lease.message
    await settle_arrived(
        session,
        salon_id=message.salon_id,
        notification_id=message.id,
        by="late answer",
        words=sent.accepted.words,
        reference=sent.accepted.reference,
    )


def _stale(lease: Lease) -> WorkerStale:
    message = lease.message
    return WorkerStale(salon_id=message.salon_id, subject_id=message.id, worker=THIS_WORKER)


def _told(lease: Lease, *, state: str, held: bool, failure: DeliveryFailed | None = None) -> str:
    """Log and count how the try ended. What comes after a lost lease is evidence, but decides
    nothing; the provider's words stay in the attempt's row, as they may name the recipient.
    """
    MESSAGES.of(lease.message.channel, state if held else "lost").inc()
    log.info(
        "message tried" if held else "late result of a lost lease",
        notification_id=str(lease.message.id),
        kind=lease.message.kind,
        channel=lease.message.channel,
        state=state,
        failure_type=failure.failure_type if failure else None,
        status_code=failure.status_code if failure else None,
    )
    return state if held else "lost"
