"""Tests that measure how long something takes have the machine to themselves.

A test marked `quiet` waits until no other worker runs one, and the others wait until it is over;
neither wait counts towards a test's time-out. The locks are released with their process.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(folder: Path, *, alone: bool) -> Iterator[None]:
    """In company or alone. Everybody comes by the turnstile, so whoever waits there to be alone is
    overtaken by nobody.
    """
    with (folder / "turnstile").open("w") as turnstile, (folder / "floor").open("w") as floor:
        fcntl.flock(turnstile, fcntl.LOCK_EX)
        fcntl.flock(floor, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(turnstile, fcntl.LOCK_UN)
        yield
