"""The files of the status page as the watcher serves them."""

from os import stat_result
from pathlib import Path

from httpx import ASGITransport, AsyncClient

from openchair.operations.status_page.files import put_file
from openchair.watch.status_server import Pages

OLD, NEW = b"<p>All works", b"<p>Booking online does not work at the moment"


class Replaced(Pages):
    """Puts another file in place between looking one up and reading it."""

    def lookup_path(self, path: str) -> tuple[str, stat_result | None]:
        found = super().lookup_path(path)
        put_file(Path(found[0]), NEW)
        return found


def asking(pages: Pages) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(pages), base_url="http://status")


async def test_a_page_that_is_written_anew_meanwhile_is_whole(tmp_path: Path) -> None:
    put_file(tmp_path / "index.html", OLD)
    async with asking(Replaced(directory=tmp_path, html=True)) as caller:
        answer = await caller.get("/index.html")
    assert answer.content == NEW
    assert answer.headers["content-length"] == str(len(NEW))
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_page_that_is_known_is_not_sent_again(tmp_path: Path) -> None:
    put_file(tmp_path / "index.html", OLD)
    async with asking(Pages(directory=tmp_path, html=True)) as caller:
        known = (await caller.get("/index.html")).headers["etag"]
        asked = {"If-None-Match": known}
        again = await caller.get("/index.html", headers=asked)
        assert (again.status_code, again.content) == (304, b"")
        put_file(tmp_path / "index.html", NEW)
        assert (await caller.get("/index.html", headers=asked)).content == NEW
