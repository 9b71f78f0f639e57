"""The run's PostgreSQL and how its databases come and go. `tests.conftest` makes fixtures of it."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from openchair.platform.db.embedded import Cluster
from openchair.platform.db.migrate import upgrade

TEMPLATE = "template_openchair"
DEMO = "template_demo"
# A crash may lose a test's data, so nothing waits for the disk.
UNSAFE_AND_QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "log_min_duration_statement": "-1",
}


def shared_cluster(folder: Path) -> Cluster:
    """The PostgreSQL of one run, which lies in `folder`."""
    return Cluster(data=folder / "postgres", tuning=UNSAFE_AND_QUICK)


def started_cluster(folder: Path) -> Cluster:
    """The same, started and with its migrated template by whoever asks first."""
    cluster = shared_cluster(folder)
    with once(folder, TEMPLATE) as first:
        cluster.start()
        if first:
            cluster.run_sql(f"CREATE DATABASE {TEMPLATE}")
            upgrade(cluster.url(TEMPLATE))
    return cluster


def clone_with_demo(cluster: Cluster, folder: Path, name: str) -> str:
    """A new database with the demo salons, which are loaded once a run. Returns its URL."""
    with once(folder, DEMO) as first:
        if first:
            load = [sys.executable, "-m", "openchair", "demo", "load"]
            environment = {**os.environ, "DATABASE_URL": clone(cluster, DEMO)}
            subprocess.run(load, check=True, env=environment)
    return clone(cluster, name, template=DEMO)


@contextmanager
def once(folder: Path, what: str) -> Iterator[bool]:
    """Whether the caller is the first of all xdist workers; the others wait until it is done."""
    with (folder / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / f"{what}.done"
        yield not done.exists()
        done.touch()


def clone(cluster: Cluster, name: str, *, template: str = TEMPLATE) -> str:
    """A new database, migrated and empty. Returns its URL."""
    # Copied as files: without fsync that takes a third of the time that going through the log does.
    made_of = f"TEMPLATE {template} STRATEGY file_copy"
    cluster.run_sql(f"CREATE DATABASE {name} {made_of}", database="postgres")
    return cluster.url(name)


def drop(cluster: Cluster, name: str) -> None:
    """Remove a database, whoever is still connected to it."""
    cluster.run_sql(f"DROP DATABASE {name} WITH (FORCE)", database="postgres")
