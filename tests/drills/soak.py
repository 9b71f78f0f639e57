"""Soak: thousands of messages while workers are killed at random and both mail servers fail.

`python -m tests.drills.soak` (`make soak`) at full size; `test_soak.py` at a small one. The same
seed makes the same choices: which worker is killed after how long, which fault comes when.
"""

import asyncio
import random
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import text

from openchair.platform.workers.name import process_id
from tests.drills.proof import ENDS, Proof
from tests.drills.scene import Scene, open_scene

SERVERS = ("smtp", "smtp-backup")
FAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("refuse", {}),
    ("busy", {"share": 0.3}),
    ("drop_after_data", {"share": 0.1}),
    ("lose_after_data", {"share": 0.1}),
    ("slow", {"share": 0.1, "seconds": 4}),
    ("greylist", {"seconds": 2, "share": 0.5}),
)
SHORT = {
    "OPENCHAIR_MAIL_LEASE_SECONDS": "6",
    "OPENCHAIR_MAIL_TIMEOUT_SECONDS": "2",
    "OPENCHAIR_MAIL_DOUBTFUL_GRACE_SECONDS": "4",
    "OPENCHAIR_BREAKER_COOL_DOWN_SECONDS": "2",
}
SHORTEST_WAIT, LONGEST_WAIT = 0.1, 1.5
TAIL_SECONDS = 400

Tell = Callable[[int, int], None]
"""Told how many messages have ended, and how many workers were killed."""


@dataclass(frozen=True, kw_only=True)
class Soaked:
    """What came of it. `failed` by failure type; `lost_leases` were sent again by others."""

    messages: int
    kills: int
    seconds: float
    proof: Proof
    doubted: int
    lost_leases: int
    stale: int
    failed: Counter[str]
    faults: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """For a person."""
        failed = ", ".join(f"{count} {kind}" for kind, count in self.failed.items()) or "none"
        return [
            f"messages            {self.messages:>7,}",
            *(f"  {state:<18}{count:>7,}" for state, count in self.proof.states.most_common()),
            f"doubtful, settled   {self.doubted - self.proof.states['doubtful']:>7,}",
            f"taken twice, flagged{len(self.proof.taken_twice):>7,}",
            f"leases lost         {self.lost_leases:>7,}",
            f"late workers        {self.stale:>7,}",
            f"failed by type      {failed}",
            f"faults struck       {', '.join(f'{n} {c:,}' for n, c in self.faults.most_common())}",
            f"workers killed      {self.kills:>7,}",
            f"seconds             {self.seconds:>7.0f}",
        ]


async def soak(
    *,
    messages: int,
    workers: int,
    kills: int,
    seed: int,
    database_url: str,
    folder: Path,
    tell: Tell = lambda _ended, _kills: None,
) -> Soaked:
    """Send `messages` while `kills` workers die; fails unless invariant N holds at the end.

    The database is migrated and empty. Whatever was started is killed when this returns or raises.
    """
    began, chance = monotonic(), random.Random(seed)
    options = {"keep": 1000}  # the log of what was accepted is kept longer than the mails
    async with open_scene(
        database_url=database_url, folder=folder, sandbox_options=options
    ) as scene:
        scene.settings.update(SHORT)
        struck: Counter[str] = Counter()
        for _ in range(workers):
            await scene.start()
        for number in range(kills):
            struck += await _next_faults(scene, chance, number)
            await _at_work(scene, at_least=(workers + 1) // 2)
            await scene.put(_share(messages, kills, number))
            await asyncio.sleep(chance.uniform(SHORTEST_WAIT, LONGEST_WAIT))
            await scene.kill(chance.choice(await _at_work(scene)))
            await scene.start()
            tell(await _ended(scene), number + 1)
        struck += await _clear(scene)
        await _all_end(scene, messages, lambda ended: tell(ended, kills))
        return Soaked(
            messages=messages,
            kills=kills,
            seconds=monotonic() - began,
            proof=await scene.prove(),
            doubted=await scene.value("SELECT count(*) FROM notifications WHERE was_doubtful"),
            lost_leases=await scene.events("message.lease_expired"),
            stale=await scene.events("message.worker_stale"),
            failed=await _failed(scene),
            faults=struck,
        )


def _share(messages: int, kills: int, number: int) -> int:
    """How many are put before the kill of this number, so that there is work all the time."""
    return messages * (number + 1) // kills - messages * number // kills


async def _next_faults(scene: Scene, chance: random.Random, number: int) -> Counter[str]:
    """One server fails in a new way, by turns; every third time the other one works again."""
    target, other = SERVERS[number % 2], SERVERS[1 - number % 2]
    struck = await _struck(scene, target)
    name, details = chance.choice(FAULTS)
    await scene.outside.fault(target, name, **details)
    if chance.random() < 1 / 3:
        struck += await _struck(scene, other)
        await scene.outside.clear(other)
    return struck


async def _struck(scene: Scene, *targets: str) -> Counter[str]:
    """How often the faults of these servers have struck; a closed port counts nothing."""
    faults = await scene.outside.faults()
    return Counter(
        {faults[each]["fault"]: faults[each]["struck"] for each in targets if each in faults}
    )


async def _clear(scene: Scene) -> Counter[str]:
    struck = await _struck(scene, SERVERS[0]) + await _struck(scene, SERVERS[1])
    await scene.outside.clear()
    return struck


async def _at_work(scene: Scene, *, at_least: int = 1) -> list[Process]:
    """The workers that have begun, once there are so many: killing others would prove little."""
    found: list[Process] = []

    async def enough() -> bool:
        async with scene.database.transaction() as session:
            names = await session.scalars(text("SELECT name FROM workers"))
            begun = {process_id(name) for name in names}
        found[:] = [worker for worker in scene.workers if worker.pid in begun]
        return len(found) >= at_least

    await scene.until(enough, every=0.1)
    return found


async def _ended(scene: Scene) -> int:
    ended: int = await scene.value(
        "SELECT count(*) FROM notifications WHERE status = ANY(:ends)", ends=list(ENDS)
    )
    return ended


async def _all_end(scene: Scene, messages: int, tell: Callable[[int], None]) -> None:
    async def ended() -> bool:
        count = await _ended(scene)
        tell(count)
        return count == messages

    await scene.until(ended, seconds=TAIL_SECONDS, every=0.5)


async def _failed(scene: Scene) -> Counter[str]:
    async with scene.database.transaction() as session:
        rows = await session.execute(
            text(
                "SELECT failure_type, count(*) AS times FROM notifications"
                " WHERE status = 'failed' GROUP BY failure_type"
            )
        )
        return Counter({row.failure_type: row.times for row in rows})


if __name__ == "__main__":
    from tests.drills.soak_command import main

    main()
