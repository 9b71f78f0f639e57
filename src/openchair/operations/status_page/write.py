"""Writes the files of the status page into its folder, each as a whole, and only what changed.

Called by `watch.py` every round and by `openchair status-page write`. May block: a disk can hang.
"""

from pathlib import Path

from openchair.operations.status_page.files import put_file
from openchair.operations.status_page.pages import STAMP, Files


class Folder:
    """A folder, and what this process wrote into it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._written: Files = {}

    def put(self, files: Files) -> list[str]:
        """Write what differs, the first page after all others it leads to, the stamp last. Answers
        the paths that were written. Raises `OSError`.
        """
        if not (self.path / "index.html").exists():
            self._written = {}
        changed = [each for each in files if self._written.get(each) != files[each]]
        for name in sorted(changed, key=_order):
            put_file(self.path / name, files[name])
            self._written[name] = files[name]
        self._sweep(files)
        return changed

    def _sweep(self, files: Files) -> None:
        """Pages of what the history no longer has."""
        gone = [each for each in self._written if each not in files]
        for name in gone:
            (self.path / name).unlink(missing_ok=True)
            del self._written[name]


def _order(name: str) -> tuple[int, str]:
    last = {"index.html": 2, STAMP: 3}
    return last.get(name, 1 if name.endswith("/index.html") else 0), name
