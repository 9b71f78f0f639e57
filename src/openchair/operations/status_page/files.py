"""Puts a file in its place as a whole: a reader finds the old one or the new one, never a half."""

import os
from pathlib import Path


def put_file(path: Path, content: bytes, *, is_durable: bool = False) -> None:
    """Replace `path`; with `is_durable` it outlives a power cut. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    with fresh.open("wb") as file:
        file.write(content)
        if is_durable:
            file.flush()
            os.fsync(file.fileno())
    fresh.replace(path)
    if not is_durable:
        return
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
