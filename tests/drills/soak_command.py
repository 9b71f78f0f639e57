"""`make soak`: the soak at full size in a PostgreSQL of its own, with a progress bar."""

import asyncio
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from openchair import reactions
from tests.databases import clone, shared_cluster, started_cluster
from tests.drills.soak import Soaked, soak

console = Console()


def main() -> None:
    """Read the command line and soak."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    typer.run(run)


def run(
    messages: Annotated[int, typer.Option(help="messages to send", min=1)] = 10_000,
    workers: Annotated[int, typer.Option(help="workers at a time", min=1, max=32)] = 4,
    kills: Annotated[int, typer.Option(help="workers killed on the way", min=1)] = 50,
    seed: Annotated[int, typer.Option(help="the same seed makes the same choices")] = 1,
    keep: Annotated[Path | None, typer.Option(help="where to keep the workers' log")] = None,
) -> None:
    """Thousands of messages, workers killed at random, both mail servers failing by turns."""
    # The name lets the next test run sweep up what is left when this one is killed.
    folder = Path(tempfile.mkdtemp(prefix=f"openchair-tests-{os.getpid()}-"))
    for name in [each for each in os.environ if each.startswith("OPENCHAIR_")]:
        del os.environ[name]
    os.environ["OPENCHAIR_HOME"] = str(folder / "home")
    reactions.start()
    try:
        console.print(f"{messages:,} messages, {workers} workers, {kills} kills, seed {seed}")
        url = clone(started_cluster(folder), "soak")
        size = {"messages": messages, "workers": workers, "kills": kills, "seed": seed}
        result = asyncio.run(_shown(size, url=url, folder=folder))
        console.print("\n".join(result.lines()), highlight=False)
        console.print("[green]Every message came to one end, none was lost.[/green]")
    finally:
        if keep is not None and (folder / "workers.log").exists():
            shutil.copy(folder / "workers.log", keep)
        shared_cluster(folder).stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _shown(size: dict[str, int], *, url: str, folder: Path) -> Soaked:
    columns = (
        BarColumn(),
        TextColumn("{task.completed:,}/{task.total:,} ended, {task.fields[kills]} killed"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("soak", total=size["messages"], kills=0)
        return await soak(
            **size,
            database_url=url,
            folder=folder,
            tell=lambda ended, killed: progress.update(bar, completed=ended, kills=killed),
        )
