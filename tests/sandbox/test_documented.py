"""`docs/sandbox.md` names every fault of every target, and nothing that is not there."""

import re
from pathlib import Path

from openchair_sandbox.faults.catalogue import TARGETS

PAGE = (Path(__file__).parents[2] / "docs/sandbox.md").read_text()
FAULTS = PAGE[PAGE.index("| mail servers") : PAGE.index("## What it speaks")]


def test_every_fault_is_documented_and_every_documented_fault_is_there() -> None:
    first_cells = [line.split("|")[1] for line in FAULTS.splitlines() if line.startswith("| `")]
    documented = {name for cell in first_cells for name in re.findall(r"`([\w-]+)`", cell)}
    kinds = {kind.name for target in TARGETS.values() for kind in target.kinds}
    assert documented - set(TARGETS) == kinds


def test_defaults_are_the_ones_that_are_documented() -> None:
    for target in TARGETS.values():
        for kind in target.kinds:
            if kind.seconds is not None:
                assert f"`seconds` ({kind.seconds:g})" in FAULTS, kind.name
