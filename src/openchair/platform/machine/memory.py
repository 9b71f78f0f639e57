"""Probe of the memory: of our cgroup (version 2) where it has a limit, else of the machine."""

from pathlib import Path

import psutil

from openchair.platform.probes import Finding, ProbeContext, graded, probe
from openchair.platform.settings.base import load
from openchair.platform.settings.thresholds import ThresholdSettings

CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUP = Path("/proc/self/cgroup")
MEGABYTE = 1_000_000


@probe("memory")
async def memory(_: ProbeContext) -> Finding:
    """How much of the memory is used; what the kernel would give back at once does not count."""
    used, most = cgroup_memory(_own_cgroup()) or _machine()
    percent = round(100 * used / most, 1)
    limits = load(ThresholdSettings)
    return Finding(
        state=graded(
            percent,
            warning=limits.memory_warning_percent,
            critical=limits.memory_critical_percent,
        ),
        message=f"{percent:g} % of {most / 1e9:.1f} GB is used.",
        details={"used_mb": used // MEGABYTE, "limit_mb": most // MEGABYTE},
        measures={"memory": percent},
    )


def cgroup_memory(folder: Path | None) -> tuple[int, int] | None:
    """Used and allowed bytes of a cgroup, or None where it has no limit below the machine's."""
    if folder is None:
        return None
    try:
        most = (folder / "memory.max").read_text().strip()
        if most == "max" or int(most) >= psutil.virtual_memory().total:
            return None
        used = int((folder / "memory.current").read_text())
        parts = (folder / "memory.stat").read_text().splitlines()
    except OSError:
        return None
    kept = dict(line.split(" ", 1) for line in parts)
    return max(0, used - int(kept.get("inactive_file", 0))), int(most)


def _own_cgroup() -> Path | None:
    """The folder of version 2, which stands on a line that begins with `0::`."""
    try:
        lines = OWN_CGROUP.read_text().splitlines()
    except OSError:
        return None
    own = next((line[3:] for line in lines if line.startswith("0::")), None)
    return None if own is None else CGROUPS / own.lstrip("/")


def _machine() -> tuple[int, int]:
    found = psutil.virtual_memory()
    return found.total - found.available, found.total
