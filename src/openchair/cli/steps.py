"""Shows the steps of something that is tried out, one line each. Called by `openchair test`."""

from rich.text import Text

from openchair.cli.work import out
from openchair.platform.steps import Step

MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "failed": ("✗", "red")}
WIDTH = 12


def show_step(step: Step) -> None:
    """Mark, name, milliseconds, words."""
    mark, style = MARKS[step.state]
    line = Text(f"  {mark} ", style=style).append(f"{step.name:<{WIDTH}}", style="default")
    line.append(f"{step.milliseconds:>6} ms  ", style="dim").append(step.words, style="default")
    out.print(line, soft_wrap=True)
