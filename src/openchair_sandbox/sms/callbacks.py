"""Says what became of an SMS: moves its status on and posts the provider's signed callbacks.

A message passes through its provider's `steps`, a moment apart. The faults of callbacks show
here: lost, twice, in the wrong order, and the end that nobody wants.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import httpx

from openchair_sandbox.sms.store import Sms, SmsStore

CALLBACK_SECONDS = 15.0  # Twilio's own patience
AT_ONCE = 50
RESUMED = 1000


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """One signed request, ready to be posted as a form."""

    form: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Carrier:
    """What differs between providers: the steps of a message, and how a callback is written."""

    steps: tuple[str, ...]
    undelivered: str
    write: Callable[[Sms, str], list[CallbackRequest]]


class Callbacks:
    """Posts callbacks in the background until `close`."""

    def __init__(
        self, *, store: SmsStore, carriers: Mapping[str, Carrier], delay_seconds: float
    ) -> None:
        self._store = store
        self._carriers = carriers
        self._delay_seconds = delay_seconds
        self._places = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._client = httpx.AsyncClient(timeout=CALLBACK_SECONDS, trust_env=False)

    def begin(self, sms: Sms, *, fault: str = "") -> None:
        """Let the message go its way from here on; returns at once."""
        task = asyncio.create_task(self._go(sms, fault=fault))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def resume(self) -> None:
        """Go on with what a predecessor of this process had not finished."""
        final = frozenset(
            word
            for carrier in self._carriers.values()
            for word in (carrier.steps[-1], carrier.undelivered)
        )
        for sms in self._store.unfinished(final=final, limit=RESUMED):
            self.begin(sms)

    async def again(self, sms: Sms, *, times: int) -> list[str]:
        """Post all callbacks up to the present status, in order, `times` times at once.

        Answers what came of each.
        """
        carrier = self._carriers[sms.provider]
        steps = carrier.steps
        if sms.status == carrier.undelivered:
            statuses = [*steps[:-1], sms.status]
        else:
            statuses = [*steps[: steps.index(sms.status) + 1]] if sms.status in steps else []
        rounds = [self._post_each(sms, statuses) for _ in range(times)]
        return [answer for answers in await asyncio.gather(*rounds) for answer in answers]

    async def close(self) -> None:
        """Stop posting."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()

    async def _go(self, sms: Sms, *, fault: str) -> None:
        carrier = self._carriers[sms.provider]
        end = carrier.undelivered if fault == "undelivered" else carrier.steps[-1]
        steps = (*carrier.steps[:-1], end)
        for status in steps:
            await asyncio.sleep(self._delay_seconds)
            self._store.set_status(sms, status)
            if fault not in {"callbacks_lost", "callbacks_reordered"}:
                await self._post_each(sms, [status] * (2 if fault == "callbacks_duplicated" else 1))
        if fault == "callbacks_reordered":
            await self._post_each(sms, reversed(steps))

    async def _post_each(self, sms: Sms, statuses: Iterable[str]) -> list[str]:
        return [answer for status in statuses for answer in await self._post(sms, status)]

    async def _post(self, sms: Sms, status: str) -> list[str]:
        if not sms.callback_url:
            return []
        return [
            await self._post_one(sms, status, request)
            for request in self._carriers[sms.provider].write(sms, status)
        ]

    async def _post_one(self, sms: Sms, status: str, request: CallbackRequest) -> str:
        async with self._places:
            try:
                answer = await self._client.post(
                    sms.callback_url, data=request.form, headers=request.headers
                )
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                said = str(error) or type(error).__name__
            else:
                said = str(answer.status_code)
        self._store.add_callback(sms, status=status, answer=said)
        return said
