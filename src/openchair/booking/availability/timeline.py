"""Sets of minutes as one big integer: bit *n* is the minute *n* after the window's beginning.

Pure arithmetic, no I/O. A month is 45,000 bits, and "free for 45 minutes from here" is seven
shifts for all its minutes at once: that is what makes availability cheap.
"""

from collections.abc import Iterable, Iterator

SHORT = 10_000


def from_intervals(intervals: Iterable[tuple[int, int]], length: int) -> int:
    """The minutes covered by any `[start, end)`, cut to `0…length`.

    A few days are added up as integers; a month is painted as bytes first, which is quicker there.
    """
    if length <= SHORT:
        covered = 0
        for start, end in intervals:
            first, last = max(start, 0), min(end, length)
            if first < last:
                covered |= (1 << last) - (1 << first)
        return covered
    line = bytearray(b"0") * length
    for start, end in intervals:
        first, last = max(start, 0), min(end, length)
        if first < last:
            line[first:last] = b"1" * (last - first)
    return int(line[::-1], 2) if length else 0


def from_minutes(minutes: Iterable[int], length: int) -> int:
    """The set of exactly these minutes, cut to `0…length`."""
    return from_intervals(((minute, minute + 1) for minute in minutes), length)


def everything(length: int) -> int:
    """All minutes of the window."""
    return (1 << length) - 1


def runs_of(free: int, minutes: int) -> int:
    """The minutes from which `minutes` in a row are in `free` (0: every minute of `free`'s world,
    so callers skip it).
    """
    done = 1
    while done < minutes:
        step = min(done, minutes - done)
        free &= free >> step
        done += step
    return free


def each_minute(minutes: int) -> Iterator[int]:
    """The members of a set, ascending."""
    digits = f"{minutes:b}"[::-1]
    found = digits.find("1")
    while found >= 0:
        yield found
        found = digits.find("1", found + 1)
