"""Writes the file about one client while it is sent: `data.json` for programs, `index.html` for
people, the photos beside it. Called by `hand_out.py`.
"""

import io
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import orjson

from openchair.booking.clients.archive import Archive
from openchair.media.queries import read_file
from openchair.platform.errors import NotFound
from openchair.web.console.door import Desk
from openchair.web.pages import environment


class _Sent(io.RawIOBase):
    """What was written since it was last taken. Nobody can seek in what is on its way already."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, part: Any) -> int:
        """Keep it until it is taken."""
        self._parts.append(bytes(part))
        return len(part)

    def take(self) -> bytes:
        """What was written, which is then forgotten."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


async def zip_of(desk: Desk, archive: Archive) -> AsyncIterator[bytes]:
    """The file, part by part; of the photos never more than one is in memory. One that the storage
    has lost is named in `missing.txt`.
    """
    sent, missing = _Sent(), []
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.json", orjson.dumps(archive.data, option=orjson.OPT_INDENT_2))
        packed.writestr("index.html", _page(desk, archive))
        yield sent.take()
        for name, picture in archive.pictures:
            try:
                content = await read_file(picture, width=picture.width)
            except NotFound:
                missing.append(name)
                continue
            packed.writestr(name, content, zipfile.ZIP_STORED)
            yield sent.take()
        if missing:
            packed.writestr("missing.txt", "\n".join(missing))
    yield sent.take()


def _page(desk: Desk, archive: Archive) -> str:
    return (
        environment()
        .get_template("console/clients/archive_file.html")
        .render(
            _=desk.words.text,
            language=desk.words.language,
            formats=desk.formats,
            say=desk.say,
            data=archive.data,
        )
    )
