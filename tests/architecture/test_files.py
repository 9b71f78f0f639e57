"""House rules about files that no linter knows."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*ROOT.glob("src/**/*.py"), *ROOT.glob("tests/**/*.py")])
LONGEST_FILE = 400
LONGEST_TEMPLATE = 400
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "service", "misc"}
UNFINISHED = ("TO" + "DO", "FIX" + "ME", "X" * 3)


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_longer_than_one_reading() -> None:
    assert [f"{path}: {lines_of(path)}" for path in SOURCES if lines_of(path) > LONGEST_FILE] == []


def test_no_template_is_longer_than_one_reading() -> None:
    templates = ROOT.glob("src/**/*.html")
    long = [f"{path}: {lines_of(path)}" for path in templates if lines_of(path) > LONGEST_TEMPLATE]
    assert long == []


def test_names_are_of_the_field() -> None:
    assert [path for path in SOURCES if {path.stem, path.parent.name} & FORBIDDEN_NAMES] == []


def test_packages_say_nothing_of_themselves() -> None:
    assert [path for path in SOURCES if path.name == "__init__.py" and path.read_text()] == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        path
        for path in SOURCES
        if "src" in path.parts
        and path.name != "__init__.py"
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_nothing_is_left_unfinished() -> None:
    marked = [path for path in SOURCES if any(mark in path.read_text() for mark in UNFINISHED)]
    assert marked == []


def test_settings_page_is_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bin/docs"), "--check"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("lock", sorted(ROOT.glob("locks/*.txt")), ids=lambda path: path.name)
def test_locks_name_no_host(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert text.count("--hash=sha256:") > text.count("==")
