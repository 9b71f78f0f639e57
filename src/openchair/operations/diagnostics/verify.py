"""Whether a fix holds: health now, the traffic against how it usually is, alerts, and the pages as
a visitor gets them. `openchair monitoring verify`; all has to be well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openchair.operations.diagnostics.overview import Told
from openchair.operations.diagnostics.own_site import Answered, ask, caller
from openchair.operations.metrics.baseline import Comparison
from openchair.platform.probes import Reading, State

PATHS = ("/", "/api/health", "/api/v1/salons")
WORSE_ABOVE = frozenset({"response-time", "error-rate", "loop-lag"})
"""More of these is worse; more or fewer requests are not our doing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was checked. What only informs is `ok` too, and says so."""

    name: str
    ok: bool
    words: str


async def visit(address: str) -> list[Answered]:
    """The front page, health and the list of salons, as callers get them."""
    async with caller(address) as asking:
        return [await ask(asking, path) for path in PATHS]


def checks_of(
    *,
    readings: Mapping[str, Reading],
    told: Told,
    comparisons: Sequence[Comparison] | None,
    visited: Sequence[Answered],
) -> list[Check]:
    """Pure. A probe with a warning does not spoil it, as with `/api/ready`; an error does."""
    found = [
        Check(
            name=f"GET {each.path}",
            ok=each.is_fine,
            words=f"{each.words} within {each.total_ms:.0f} ms",
        )
        for each in visited
    ]
    found += [
        Check(name=each.name, ok=each.state is not State.ERROR, words=each.message)
        for each in sorted(readings.values(), key=lambda one: one.name)
    ]
    if told.missing:
        found.append(Check(name="alerts", ok=False, words=told.missing))
    else:
        firing = [each.name for each in told.alerts if each.is_firing]
        words = f"firing: {', '.join(sorted(set(firing)))}" if firing else "none fires"
        found.append(Check(name="alerts", ok=not firing, words=words))
    return found + [_against_baseline(each) for each in comparisons or ()]


def _against_baseline(each: Comparison) -> Check:
    name = f"baseline: {each.measure}"
    if each.now is None:
        return Check(name=name, ok=True, words="nothing to measure in the last minutes")
    now = f"{each.now:.3g} {each.unit}"
    if each.usual is None or each.significance is None:
        return Check(name=name, ok=True, words=f"{now}; there is no past to compare with yet")
    worse = each.unusual and each.significance > 0 and each.measure in WORSE_ABOVE
    words = f"{now}, usually {each.usual.median:.3g} {each.unit}"
    return Check(name=name, ok=not worse, words=f"{words} ({each.significance:+.1f} spreads)")
