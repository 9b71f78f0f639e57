"""The step of the watcher that keeps the public status page: learn, remember, write, tell.

`openchair/watch/` calls it every round. Without a database it goes on from what it has in mind and
in its own file, and hands that over once when there is one again.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from openchair.operations.health.context import WatchContext
from openchair.operations.status_page.announce import announce
from openchair.operations.status_page.history import Told
from openchair.operations.status_page.inbox import Letter, read_inbox
from openchair.operations.status_page.memory import PageMemory, read_memory, write_memory
from openchair.operations.status_page.observe import observe
from openchair.operations.status_page.pages import Drawing
from openchair.operations.status_page.publish import Bucket
from openchair.operations.status_page.settings import StatusPageSettings
from openchair.operations.status_page.store import join, save, saved
from openchair.operations.status_page.told import read_told
from openchair.operations.status_page.updates import (
    Clear,
    Update,
    cleared,
    read_updates,
    store_clear,
    store_update,
)
from openchair.operations.status_page.view import facts_of
from openchair.operations.status_page.write import Folder
from openchair.platform.apart import apart
from openchair.platform.errors import Unavailable
from openchair.platform.logging.setup import logger
from openchair.platform.probes import Reading
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

DATABASE_SECONDS = 4.0
DISK_SECONDS = 5.0
SAVE_EVERY = timedelta(seconds=60)
FILE_EVERY = timedelta(seconds=15)
UPDATES_SHOWN = timedelta(days=90)
MISSED_ROUNDS = 4

log = logger(__name__)


@dataclass(kw_only=True)
class Page:
    """The status page as one watcher keeps it."""

    memory: PageMemory = field(default_factory=PageMemory)
    drawing: Drawing = field(default_factory=Drawing)
    bucket: Bucket = field(default_factory=Bucket)
    folder: Folder | None = None


async def tick(
    watch: WatchContext,
    *,
    readings: Mapping[str, Reading],
    page: Page,
    incidents: Sequence[Told] = (),
) -> None:
    """One round. `incidents` are those that no database knows of yet. Raises `OSError` when the
    folder cannot be written to.
    """
    if not page.memory.is_loaded:
        page.memory = await apart("status memory", lambda: read_memory(watch.folder))
    memory = page.memory
    memory.every = watch.every
    letters = read_inbox(watch.folder)
    reached = watch.database_alive and await _learn(watch, memory, letters)
    if reached:
        for letter in letters:
            letter.path.unlink(missing_ok=True)
    else:
        memory.updates = with_letters(memory.updates, letters)
    known = {each.id for each in memory.told}
    memory.told += [each for each in incidents if each.id not in known]
    observe(memory, readings, now=watch.now)
    try:
        await show(page, now=watch.now)
    finally:
        await _remember(watch, memory, reached=reached)
    if reached:
        await _tell(watch, memory)


async def show(page: Page, *, now: datetime, publishes: bool = True) -> list[str]:
    """Draw and write the files; answers the paths that changed. Raises `OSError`, `TimeoutError`.
    The bucket gets its copy beside that, if somebody `publishes`.
    """
    if page.folder is None:
        home = load(InstallationSettings).home
        page.folder = Folder(load(StatusPageSettings).folder(home))
    facts, folder = facts_of(page.memory, now=now), page.folder
    files = page.drawing.draw(facts, now=now)
    async with asyncio.timeout(DISK_SECONDS):
        changed = await apart("status page", lambda: folder.put(files))
    if publishes:
        page.bucket.offer(files)
    return changed


def with_letters(updates: Sequence[Update], letters: Sequence[Letter]) -> list[Update]:
    """What people said, with what still waits for the database."""
    found = [*updates]
    for letter in letters:
        said = letter.said
        if isinstance(said, Clear):
            found = cleared(found, said)
        elif all(each.id != said.id for each in found):
            if said.state == "operational":
                clear = Clear(at=said.at, author=said.author, component=said.component)
                found = cleared(found, clear)
            found = [said, *found]
    return found


async def _learn(watch: WatchContext, memory: PageMemory, letters: Sequence[Letter]) -> bool:
    """What the database knows, and what waited for it. False when it does not answer after all."""
    try:
        async with watch.asking(within=DATABASE_SECONDS) as session:
            if not memory.knows_theirs or _was_elsewhere(watch, memory):
                await join(session, memory, now=watch.now)
            for letter in letters:
                if isinstance(letter.said, Clear):
                    await store_clear(session, clear=letter.said)
                else:
                    await store_update(session, update=letter.said)
            memory.updates = await read_updates(session, since=watch.now - UPDATES_SHOWN)
            memory.told = await read_told(session, known=memory.told, now=watch.now)
    except Unavailable:
        log.warning("the status page goes on without the database")
        return False
    except Exception:
        # Not raised: the page is written from what is in mind.
        log.exception("the status page could not read the database")
        return False
    return True


async def _remember(watch: WatchContext, memory: PageMemory, *, reached: bool) -> None:
    """First into the file, then into the database: what the file has is never added twice."""
    now, changed = watch.now, memory.is_changed
    if changed or memory.filed_at is None or now - memory.filed_at >= FILE_EVERY:
        await apart("status memory", lambda: write_memory(watch.folder, memory, now=now))
        memory.is_changed = False
    is_due = memory.saved_at is None or now - memory.saved_at >= SAVE_EVERY
    if not reached or not (changed or memory.unsaved or is_due):
        return
    try:
        async with watch.asking(within=DATABASE_SECONDS) as session:
            await save(session, memory, now=now)
    except Unavailable:
        log.warning("the status page's history waits for the database")
    else:
        saved(memory, now=now)


async def _tell(watch: WatchContext, memory: PageMemory) -> None:
    """Mails to whoever asked for them, through the queue; a bounded step a round."""
    outages = facts_of(memory, now=watch.now).outages
    try:
        async with watch.asking(within=DATABASE_SECONDS) as session:
            done = await announce(session, memory=memory, outages=outages, now=watch.now)
    except Unavailable:
        log.warning("mails about the status wait for the database")
    else:
        if done:
            memory.note_news(done)


def _was_elsewhere(watch: WatchContext, memory: PageMemory) -> bool:
    """Another watcher may have gone on meanwhile."""
    if memory.looked_at is None:
        return True
    return watch.now - memory.looked_at > timedelta(seconds=MISSED_ROUNDS * watch.every)
