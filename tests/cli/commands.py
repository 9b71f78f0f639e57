"""Runs the command line as a person does: another process, its own environment."""

import os
import subprocess
import sys


def openchair(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`openchair ARGUMENTS` with these environment variables set besides the test's own."""
    return subprocess.run(
        [sys.executable, "-m", "openchair", *arguments],
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **settings},
    )
