"""The faults that are on, in this process's memory: one a target, switched by page, HTTP, option.

Stand-ins ask `strike` at the point where a fault would show; they never look at the rest.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from openchair_sandbox.faults.catalogue import TARGETS

LONGEST_SECONDS = 86_400.0
MOST_TIMES = 1_000_000
Watcher = Callable[[str], Awaitable[None]]


class Unfitting(ValueError):
    """A fault that this sandbox does not have, or a number that cannot be meant."""


@dataclass(slots=True)
class Fault:
    """A fault that is on. `times` is what is left of it, None for always; `struck` counts."""

    target: str
    name: str
    seconds: float | None = None
    times: int | None = None
    share: float = 1.0
    struck: int = 0


class FaultBoard:
    """What is on now. `watch` tells those who must act at once, such as a port that closes."""

    def __init__(self) -> None:
        self._present: dict[str, Fault] = {}
        self._watchers: list[Watcher] = []
        self._ends: dict[str, asyncio.Task[None]] = {}

    def watch(self, watcher: Watcher) -> None:
        """`watcher` is awaited with the target's name after each change of that target."""
        self._watchers.append(watcher)

    def present(self, target: str) -> Fault | None:
        """The fault that is on for `target`."""
        return self._present.get(target)

    def all(self) -> list[Fault]:
        """Every fault that is on, in the catalogue's order."""
        return [self._present[name] for name in TARGETS if name in self._present]

    async def put(
        self,
        *,
        target: str,
        name: str,
        seconds: float | None = None,
        times: int | None = None,
        share: float = 1.0,
    ) -> Fault:
        """Switch a fault on in place of another. Raises `Unfitting` with a sentence."""
        fault = fitting(target=target, name=name, seconds=seconds, times=times, share=share)
        self._forget_end(target)
        self._present[target] = fault
        await self._tell(target)
        if name == "refuse" and target.startswith("smtp") and fault.seconds is not None:
            self._ends[target] = asyncio.create_task(self._end(fault, after=fault.seconds))
        return fault

    async def clear(self, target: str) -> bool:
        """Switch off what is on for `target`; answers whether there was something."""
        self._forget_end(target)
        gone = self._present.pop(target, None)
        await self._tell(target)
        return gone is not None

    async def clear_all(self) -> int:
        """Switch everything off; answers how many faults were on."""
        return sum([await self.clear(fault.target) for fault in self.all()])

    def strike(self, target: str, *names: str) -> Fault | None:
        """The fault that is on, if it is one of `names` and its chance and count say: now."""
        fault = self._present.get(target)
        if fault is None or fault.name not in names:
            return None
        if fault.share < 1 and random.random() >= fault.share:  # noqa: S311 -- no secret
            return None
        fault.struck += 1
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                del self._present[target]
        return fault

    def is_on(self, target: str, name: str) -> bool:
        """Whether that very fault is on; does not count as a strike."""
        fault = self._present.get(target)
        return fault is not None and fault.name == name

    async def _tell(self, target: str) -> None:
        for watcher in self._watchers:
            await watcher(target)

    async def _end(self, fault: Fault, *, after: float) -> None:
        await asyncio.sleep(after)
        if self._present.get(fault.target) is fault:
            del self._present[fault.target]
            await self._tell(fault.target)

    def _forget_end(self, target: str) -> None:
        if (end := self._ends.pop(target, None)) is not None:
            end.cancel()


def fitting(
    *, target: str, name: str, seconds: float | None, times: int | None, share: float
) -> Fault:
    """A fault whose numbers can be meant. Raises `Unfitting` with a sentence."""
    if target not in TARGETS:
        raise Unfitting(f"There is no target {target!r}; there are {', '.join(TARGETS)}.")
    kind = TARGETS[target].kind(name)
    if kind is None:
        names = ", ".join(each.name for each in TARGETS[target].kinds)
        raise Unfitting(f"{target} has no fault {name!r}; it has {names}.")
    if seconds is not None and not 0 <= seconds <= LONGEST_SECONDS:
        raise Unfitting(f"seconds is between 0 and {LONGEST_SECONDS:.0f}.")
    if times is not None and not 1 <= times <= MOST_TIMES:
        raise Unfitting(f"times is between 1 and {MOST_TIMES}, or left out for always.")
    if not 0 <= share <= 1:
        raise Unfitting("share is between 0 and 1.")
    if not kind.counted and (times is not None or share != 1):
        raise Unfitting(f"{name} is there or not: it takes seconds, but no times and no share.")
    return Fault(
        target=target,
        name=name,
        seconds=kind.seconds if seconds is None else seconds,
        times=times,
        share=share,
    )


def fault_of_option(text: str) -> tuple[str, str]:
    """`smtp=refuse` of the command line → target and fault. Raises `Unfitting`."""
    target, equals, name = text.partition("=")
    if not equals:
        raise Unfitting(f"{text!r} is not written as target=fault.")
    fitting(target=target, name=name, seconds=None, times=None, share=1.0)
    return target, name
