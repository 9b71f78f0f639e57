"""Probe of the storage: writes one small file, reads it back, deletes it, and looks how full the
volumes are. In a thread of its own, since a hanging disk cannot be interrupted.
"""

import os
import secrets
import shutil
from pathlib import Path
from typing import Any

from obstore.exceptions import BaseError

from openchair.platform.apart import apart
from openchair.platform.probes import Finding, ProbeContext, State, graded, probe
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.platform.settings.thresholds import ThresholdSettings
from openchair.platform.storage.settings import StorageSettings
from openchair.platform.storage.store import folder_of, store

PATIENCE_SECONDS = 1.5
KEY = "health"


@probe("storage", every=10.0)
async def storage(_: ProbeContext) -> Finding:
    """Whether a file can be written, read and deleted, and how full the fullest volume is."""
    return await apart("storage probe", look)


def look() -> Finding:
    """The same without a loop: it may block."""
    settings = load(StorageSettings)
    folder = folder_of(settings)
    home = load(InstallationSettings).home
    used = {name: usage(path) for name, path in (("data", home), ("storage", folder)) if path}
    percent = max(used.values(), default=0.0)
    details: dict[str, Any] = {
        "kind": "folder" if folder is not None else "bucket",
        "used_percent": used,
    }
    measures = {"storage": percent}
    try:
        _round_trip()
    except (BaseError, OSError, ValueError) as error:
        words = "did not answer in time" if _timed_out(error) else f"fails: {_why(error)}"
        return Finding(
            state=State.ERROR,
            message=f"Writing a file {words}.",
            details={**details, "writes": False},
            measures={**measures, "storage-writes": 0.0},
        )
    limits = load(ThresholdSettings)
    full = graded(
        percent, warning=limits.storage_warning_percent, critical=limits.storage_critical_percent
    )
    return Finding(
        state=full,
        message=f"A file was written, read and deleted; the fullest volume is {percent:g} % full.",
        details={**details, "writes": True},
        measures={**measures, "storage-writes": 1.0},
    )


def usage(path: Path) -> float:
    """How full the volume of `path` is, in percent, as `df` counts it."""
    while not path.exists() and path != path.parent:
        path = path.parent
    found = shutil.disk_usage(path)
    return round(100 * found.used / max(1, found.used + found.free), 1)


def _round_trip() -> None:
    chosen = store(seconds=PATIENCE_SECONDS, retries=0)
    key, content = f"{KEY}/{os.getpid()}", secrets.token_bytes(64)
    chosen.put(key, content)
    if bytes(chosen.get(key).bytes()) != content:
        raise ValueError("what was read is not what was written")
    chosen.delete(key)


def _timed_out(error: BaseException) -> bool:
    return "timed out" in str(error).lower() or "timeout" in str(error).lower()


def _why(error: BaseException) -> str:
    """The kind of failure; the words of the library hold addresses."""
    if isinstance(error, ValueError):
        return str(error)
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
