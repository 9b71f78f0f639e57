"""The progress bar while logs are read: how many lines so far. Commands that read them use it."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from openchair.cli.work import err
from openchair.operations.logs.window import Heard


@contextmanager
def reading(*, shown: bool = True) -> Iterator[Heard]:
    """Gives a function to call with the number of lines read; shows it to somebody who waits."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.fields[lines]:,} lines read"),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not shown or not err.is_terminal,
    )
    with bar:
        task = bar.add_task("lines", total=None, lines=0)
        yield lambda lines: bar.update(task, lines=lines)
