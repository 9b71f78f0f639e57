"""The run's PostgreSQL and how its databases come and go. `tests.conftest` makes fixtures of it."""

import fcntl
from pathlib import Path

from openchair.platform.db.embedded import Cluster
from openchair.platform.db.migrate import upgrade

TEMPLATE = "template_openchair"
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
    with (folder / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        cluster.start()
        if not (done := folder / "template.done").exists():
            cluster.run_sql(f"CREATE DATABASE {TEMPLATE}")
            upgrade(cluster.url(TEMPLATE))
            done.touch()
    return cluster


def clone(cluster: Cluster, name: str) -> str:
    """A new database, migrated and empty. Returns its URL."""
    cluster.run_sql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}", database="postgres")
    return cluster.url(name)


def drop(cluster: Cluster, name: str) -> None:
    """Remove a database, whoever is still connected to it."""
    cluster.run_sql(f"DROP DATABASE {name} WITH (FORCE)", database="postgres")
