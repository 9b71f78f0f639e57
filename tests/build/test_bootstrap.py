"""bin/bootstrap on machines that lack something, in a copy of the tree that has nothing yet."""

import os
import runpy
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
# A Python without some modules, as Debian's is without python3-venv.
WITHOUT = """
import importlib.util, os
gone, find = os.environ["GONE"].split(","), importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name in gone else find(name, *more)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What bootstrap reads, and no environment."""
    tree = tmp_path / "clone"
    shutil.copytree(ROOT / "bin", tree / "bin")
    shutil.copytree(ROOT / "locks", tree / "locks")
    shutil.copy(ROOT / "pyproject.toml", tree)
    return tree


def bootstrap(tree: Path, *steps: str, gone: str = "", **more: str) -> tuple[int, str]:
    (tree / "sitecustomize.py").write_text(WITHOUT)
    done = subprocess.run(
        [sys.executable, str(tree / "bin/bootstrap"), *steps],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tree), "GONE": gone, **more},
    )
    return done.returncode, done.stdout + done.stderr


def test_an_unknown_step_lists_the_known_ones(copy: Path) -> None:
    code, words = bootstrap(copy, "runn")
    assert code == 1
    assert "Unknown step runn. Steps: browser, dev, frontend, lock, run." in words


def test_without_venv_and_pip_it_says_what_to_install(copy: Path) -> None:
    """PATH is empty, so that there is no apt-get to do it for us."""
    code, words = bootstrap(copy, "run", gone="ensurepip,pip", PATH="")
    assert code == 1
    assert "sudo apt-get install python3-venv" in words
    assert "Traceback" not in words


@pytest.mark.parametrize("has, wanted", [("run", "run"), ("dev", "dev"), ("dev", "run")])
def test_a_second_run_does_nothing_and_takes_no_time(copy: Path, has: str, wanted: str) -> None:
    script = runpy.run_path(str(copy / "bin/bootstrap"))
    inputs = [*script["LOCKS"].values(), copy / "locks/uv.txt", copy / "pyproject.toml"]
    (copy / ".venv").mkdir()
    stamp = f"{has} {script['fingerprint'](inputs, sys.version)}"
    (copy / ".venv/openchair.stamp").write_text(stamp)
    began = time.monotonic()
    assert bootstrap(copy, wanted) == (0, "")
    assert time.monotonic() - began < 5


def test_a_changed_lock_is_noticed(copy: Path) -> None:
    test_a_second_run_does_nothing_and_takes_no_time(copy, "run", "run")
    with (copy / "locks/run.txt").open("a") as lock:
        lock.write("# changed\n")
    code, words = bootstrap(copy, "run", gone="ensurepip,pip", PATH="")
    assert (code, "Fetching uv" in words) == (1, True)


def test_the_mirror_of_pip_is_also_uvs() -> None:
    script = runpy.run_path(str(ROOT / "bin/bootstrap"))
    mirror = "https://mirror.example/simple"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_INDEX_URL", mirror)
        patch.delenv("UV_DEFAULT_INDEX", raising=False)
        assert script["uv_environment"]()["UV_DEFAULT_INDEX"] == mirror
        patch.setenv("UV_DEFAULT_INDEX", "https://other.example/simple")
        assert script["uv_environment"]()["UV_DEFAULT_INDEX"] == "https://other.example/simple"
