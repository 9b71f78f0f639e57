"""Copies the files of the status page to a bucket, so that it is there when the machine is not.

Called by the watcher beside its rounds: a bucket that hangs delays nothing. Only what changed is
copied.
"""

import asyncio
from mimetypes import guess_type

from obstore.exceptions import BaseError
from obstore.store import S3Store

from openchair.operations.status_page.pages import STAMP, Files
from openchair.operations.status_page.settings import StatusPageSettings
from openchair.platform.logging.setup import logger
from openchair.platform.settings.base import load
from openchair.platform.storage.store import store_at

SECONDS = 10.0
TOGETHER = 8
KNOWN = {".atom": "application/atom+xml", ".js": "text/javascript"}

log = logger(__name__)


class Bucket:
    """What lies in the bucket by our hand, and the copying that is under way."""

    def __init__(self) -> None:
        self._there: Files = {}
        self._copying: asyncio.Task[None] | None = None
        self._failed = False

    def offer(self, files: Files) -> None:
        """Copy what differs, unless the last copying still goes on; returns at once."""
        url = load(StatusPageSettings).status_storage_url
        if url and (self._copying is None or self._copying.done()):
            self._copying = asyncio.create_task(self._try(url, files))

    async def copy(self, files: Files) -> int:
        """The same now; answers how many files were copied. Raises `OSError`, `BaseError`,
        `TimeoutError`.
        """
        url = load(StatusPageSettings).status_storage_url
        return await self._copy(url, files) if url else 0

    async def end(self) -> None:
        """Let go of what is under way."""
        if self._copying is not None:
            self._copying.cancel()
            await asyncio.wait({self._copying}, timeout=1)

    async def _try(self, url: str, files: Files) -> None:
        try:
            await self._copy(url, files)
        except (BaseError, OSError, TimeoutError) as error:
            if not self._failed:
                log.warning("the status page is not copied", error=type(error).__name__)
            self._failed = True
        else:
            self._failed = False

    async def _copy(self, url: str, files: Files) -> int:
        changed = [each for each in files if self._there.get(each) != files[each]]
        first = [each for each in changed if each not in {"index.html", STAMP}]
        last = [each for each in ("index.html", STAMP) if each in changed]
        for start in range(0, len(first), TOGETHER):
            group = first[start : start + TOGETHER]
            await asyncio.gather(*(self._put(url, each, files[each]) for each in group))
        for name in last:
            await self._put(url, name, files[name])
        return len(changed)

    async def _put(self, url: str, name: str, content: bytes) -> None:
        place = store_at(url, seconds=SECONDS)
        async with asyncio.timeout(SECONDS):
            if isinstance(place, S3Store):
                attributes = {"Content-Type": _kind(name), "Cache-Control": "no-cache"}
                await place.put_async(name, content, attributes=attributes)
            else:
                await place.put_async(name, content)
        self._there[name] = content


def _kind(name: str) -> str:
    suffix = f".{name.rpartition('.')[2]}"
    kind = KNOWN.get(suffix) or guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8"
