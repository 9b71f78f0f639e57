"""`openchair up` with real processes: what it starts, what it says, and what it survives."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from openchair.platform.db.embedded import Cluster
from tests.served import Served, close_house, house, open_house, wait_for, wait_until_open

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("up")]
NOBODY = 65534
WITHOUT_DEMO = {"OPENCHAIR_DEMO": "false"}


@pytest.fixture
def served_alone(run_folder: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    """A house with its own PostgreSQL, which a test may treat badly."""
    home = run_folder / re.sub(r"\W+", "-", request.node.name)
    with house(home=home, database_url=None, settings=WITHOUT_DEMO) as found:
        yield found


def parts_of(served: Served) -> dict[str, psutil.Process]:
    """The children by the name of their module."""
    found = {}
    for child in psutil.Process(served.process.pid).children():
        try:
            words = child.cmdline()
        except psutil.NoSuchProcess:  # it, or what is left of it, ended while we looked
            continue
        if "-m" in words:
            found[words[words.index("-m") + 1].removeprefix("openchair.")] = child
    return found


def alive(process: psutil.Process) -> bool:
    """Whether it runs; what nobody has collected yet does not."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def until(happens: Callable[[], object], *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_ctrl_c_ends_every_process(served_alone: Served) -> None:
    children = psutil.Process(served_alone.process.pid).children(recursive=True)
    server = Cluster(data=served_alone.home / "postgres").process()
    assert {*parts_of(served_alone)} == {"main", "worker", "watch", "openchair_sandbox"}
    assert server is not None
    served_alone.process.send_signal(signal.SIGINT)
    assert served_alone.process.wait(30) == 0
    assert [child for child in [*children, server] if alive(child)] == []


@pytest.mark.parametrize("part", ["main", "worker", "watch", "openchair_sandbox"])
def test_a_part_that_is_killed_comes_back(served_alone: Served, part: str) -> None:
    victim = parts_of(served_alone)[part]
    victim.kill()
    until(lambda: (again := parts_of(served_alone).get(part)) is not None and again != victim)
    assert wait_for(f"{served_alone.url}/api/health").status_code == 200
    assert wait_for(served_alone.mailbox_url).status_code == 200
    assert "SIGKILL" in served_alone.output.read_text()


def test_callers_wait_while_a_killed_web_process_is_replaced(served_alone: Served) -> None:
    parts_of(served_alone)["main"].kill()
    assert httpx.get(f"{served_alone.url}/api/health", timeout=30).status_code == 200


def test_a_killed_postgresql_is_started_again_with_what_it_knew(served_alone: Served) -> None:
    cluster = Cluster(data=served_alone.home / "postgres")
    cluster.run_sql("CREATE TABLE kept AS SELECT 42 AS it")
    server = cluster.process()
    assert server is not None
    server.kill()
    until(lambda: cluster.process() not in {None, server})
    cluster.start()
    assert cluster.run_sql("SELECT it FROM kept") == "42"
    until(lambda: httpx.get(f"{served_alone.url}/api/health").json()["status"] == "healthy")


def test_a_killed_supervisor_takes_its_children_along_and_the_next_start_works(
    run_folder: Path,
) -> None:
    home = run_folder / "killed-supervisor"
    first = open_house(home=home, database_url=None, settings=WITHOUT_DEMO)
    wait_until_open(first)
    children = [*parts_of(first).values()]
    first.process.kill()
    first.process.wait()
    until(lambda: not any(map(alive, children)))
    same_port = {**WITHOUT_DEMO, "OPENCHAIR_PORT": str(first.port)}
    with house(home=home, database_url=None, settings=same_port) as again:
        assert httpx.get(f"{again.url}/api/health").status_code == 200
    assert Cluster(data=home / "postgres").process() is None


def test_a_second_start_says_that_one_is_running(served_alone: Served) -> None:
    second = open_house(
        home=served_alone.home,
        database_url=None,
        settings={**WITHOUT_DEMO, "OPENCHAIR_PORT": str(served_alone.port)},
    )
    assert second.process.wait(60) == 1
    assert f"process {served_alone.process.pid}" in second.output.read_text()
    assert httpx.get(f"{served_alone.url}/api/health").status_code == 200


def test_a_taken_port_is_told_in_a_sentence(run_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = open_house(
            home=run_folder / "taken",
            database_url=None,
            settings={**WITHOUT_DEMO, "OPENCHAIR_PORT": str(port)},
        )
        assert refused.process.wait(60) == 1
    words = " ".join(refused.output.read_text().split())
    assert f"Port {port} on 127.0.0.1 cannot be used" in words
    assert "Set OPENCHAIR_PORT" in words


def test_a_wrong_setting_is_told_before_anything_starts(run_folder: Path) -> None:
    refused = open_house(
        home=run_folder / "wrong", database_url=None, settings={"OPENCHAIR_LOG_LEVEL": "loud"}
    )
    assert refused.process.wait(60) == 2
    assert "OPENCHAIR_LOG_LEVEL is 'loud'" in refused.output.read_text()
    assert not (run_folder / "wrong" / "postgres").exists()


def test_sigterm_during_the_start_leaves_nothing_behind(run_folder: Path) -> None:
    home = run_folder / "interrupted"
    begun = open_house(home=home, database_url=None, settings=WITHOUT_DEMO)
    until(lambda: "Migrations" in begun.output.read_text(), seconds=60)
    begun.process.terminate()
    begun.process.wait(60)
    assert Cluster(data=home / "postgres").process() is None
    close_house(begun)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_can_run_it(run_folder: Path) -> None:
    """The same binaries without a system user: PostgreSQL runs as `nobody` itself."""
    home = run_folder / "ordinary"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    run_folder.chmod(0o711)
    script = (
        "import pathlib, sys; from openchair.platform.db.embedded import Cluster\n"
        "with Cluster(data=pathlib.Path(sys.argv[1])).running(): pass"
    )
    python = sys.executable if open_to_all(Path(sys.executable).resolve()) else "/usr/bin/python3"
    done = subprocess.run(
        [python, "-c", script, str(home / "postgres")],
        check=False,
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        cwd="/",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))
