"""Our copy of the runbook's statements is the runbook's, and none is missing."""

import re
from pathlib import Path

import pytest

from tests.runbook.statements import ALL
from tests.runbook.terminal import CALLS, script_of

SEEDS = sorted((Path(__file__).parents[3] / "shared" / "seeds").glob("000_*.txt"))
BOTH = sorted((Path(__file__).parents[3] / "shared" / "seeds").glob("*.txt"))
TABLES = re.compile(
    r"\b(?:FROM|UPDATE|ON) (?:webhook_events|notification_queue|dead_letter_queue|api_logs"
    r"|notifications)\b"
)


def squeezed(text: str) -> str:
    """Without the blanks at both ends of each line, which Markdown and editors change."""
    return "\n".join(line.strip() for line in text.strip().splitlines())


@pytest.mark.skipif(not SEEDS, reason="the runbook is no part of this repository")
def test_every_statement_is_the_runbooks_own() -> None:
    runbook = squeezed(SEEDS[0].read_text(encoding="utf-8"))
    for statement in ALL:
        assert squeezed(statement) in runbook
    ours = sum(len(TABLES.findall(statement)) for statement in ALL)
    assert len(TABLES.findall(runbook)) == ours


@pytest.mark.skipif(not BOTH, reason="the runbooks are no part of this repository")
@pytest.mark.parametrize("path", sorted(CALLS.glob("*.sh")), ids=lambda path: path.stem)
def test_every_excerpt_is_the_runbooks_own(path: Path) -> None:
    runbooks = [squeezed(seed.read_text(encoding="utf-8")) for seed in BOTH]
    assert any(squeezed(script_of(path.stem)) in runbook for runbook in runbooks)


def test_each_statement_stands_here_once() -> None:
    assert len({squeezed(each) for each in ALL}) == len(ALL) == 11
