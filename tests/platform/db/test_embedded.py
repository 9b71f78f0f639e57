import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from openchair.platform.db.embedded import CannotStart, Cluster
from tests.databases import UNSAFE_AND_QUICK


@pytest.fixture
def cluster(run_folder: Path, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A server of this test's own, which keeps what it was told even when it is killed."""
    folder = run_folder / request.node.name[:40]
    found = Cluster(data=folder / "postgres", tuning={**UNSAFE_AND_QUICK, "fsync": "on"})
    yield found
    found.stop()


def kill(cluster: Cluster) -> None:
    process = cluster.process()
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)


def test_starts_from_nothing_and_is_found_running_again(cluster: Cluster) -> None:
    cluster.start()
    first = cluster.process()
    cluster.start()
    assert first is not None
    assert cluster.process() == first
    assert cluster.run_sql("SHOW server_version_num") >= "180000"
    assert "pg_stat_statements" in cluster.run_sql("SHOW shared_preload_libraries")
    assert cluster.run_sql("SHOW listen_addresses") == ""


def test_its_log_names_nobody(cluster: Cluster) -> None:
    cluster.start()
    cluster.run_sql("CREATE TABLE people (name text UNIQUE)")
    with pytest.raises(subprocess.CalledProcessError):
        cluster.run_sql("INSERT INTO people SELECT concat('An', 'na') FROM generate_series(1, 2)")
    kept = "".join(path.read_text() for path in (cluster.data / "log").glob("*.log"))
    assert "people_name_key" in kept
    assert "Anna" not in kept
    # Nor what a statement was given that took long: only the program's own statements have such.
    assert cluster.run_sql("SHOW log_parameter_max_length") == "0"


def test_committed_rows_survive_a_kill(cluster: Cluster) -> None:
    cluster.start()
    cluster.run_sql("SET synchronous_commit = on; CREATE TABLE kept AS SELECT 42 AS it")
    kill(cluster)
    cluster.start()
    assert cluster.run_sql("SELECT it FROM kept") == "42"


def test_a_busy_backend_of_a_killed_server_does_not_stop_the_next(cluster: Cluster) -> None:
    cluster.start()
    spin = "DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$"

    def until_killed() -> None:
        with pytest.raises(subprocess.CalledProcessError):
            cluster.run_sql(spin)

    busy = threading.Thread(target=until_killed)
    busy.start()
    while "LOOP" not in cluster.run_sql(
        "SELECT query FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE 'DO%'"
    ):
        pass
    kill(cluster)
    cluster.start()
    busy.join()
    assert cluster.run_sql("SELECT 1") == "1"


def test_a_recycled_process_id_is_not_taken_for_the_server(cluster: Cluster) -> None:
    cluster.start()
    kill(cluster)
    pid_file = cluster.data / "postmaster.pid"
    while cluster.process() is not None:
        pass
    lines = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    cluster.start()
    assert cluster.run_sql("SELECT 1") == "1"


def test_the_last_user_stops_it(cluster: Cluster) -> None:
    with cluster.running():
        with cluster.running() as url:
            assert url == cluster.url()
        assert cluster.process() is not None
    assert cluster.process() is None


def test_two_processes_that_start_at_once_share_one_server(cluster: Cluster) -> None:
    start = (
        "import sys, pathlib; from openchair.platform.db.embedded import Cluster;"
        "c = Cluster(data=pathlib.Path(sys.argv[1])); c.start(); print(c.process().pid)"
    )
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", start, str(cluster.data)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    pids = {process.communicate(timeout=60)[0] for process in starting}
    assert len(pids) == 1
    assert "" not in pids


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(run_folder: Path) -> None:
    cluster = Cluster(data=run_folder / ("long" * 30) / "postgres", tuning=UNSAFE_AND_QUICK)
    with cluster.running():
        assert cluster.run_sql("SELECT 1") == "1"
        assert cluster.socket_folder.stat().st_mode & 0o077 == 0


def test_a_folder_of_something_else_is_left_alone(run_folder: Path) -> None:
    folder = run_folder / "somebody" / "postgres"
    folder.mkdir(parents=True)
    (folder / "diary.txt").write_text("mine")
    with pytest.raises(CannotStart, match="no PostgreSQL folder"):
        Cluster(data=folder).start()
    assert (folder / "diary.txt").read_text() == "mine"


def test_what_postgresql_says_is_told_when_it_does_not_start(cluster: Cluster) -> None:
    broken = Cluster(data=cluster.data, tuning={"shared_buffers": "lots"})
    with pytest.raises(CannotStart, match="shared_buffers"):
        broken.start()


def test_its_own_log_does_not_fill_the_disk(cluster: Cluster) -> None:
    cluster.start()
    folder = cluster.data / "log"
    cluster.run_sql("DO $$ BEGIN RAISE LOG 'before %', repeat('x', 5000); END $$")
    deadline = time.monotonic() + 20
    while sum(path.stat().st_size for path in folder.glob("*.log")) < 5000:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    cluster.bound_log(most=1000)
    [older] = folder.glob("*.log.1")
    assert "before xxxx" in older.read_text()
    while not (current := [*folder.glob("*.log")]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    cluster.run_sql("DO $$ BEGIN RAISE LOG 'after'; END $$")
    while "after" not in current[0].read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert current[0].stat().st_size < 1000
