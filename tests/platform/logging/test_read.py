"""Log files are read from their end: in order, across rotation, whatever stands in them."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.control import note

from openchair.platform.logging.read import BLOCK_BYTES, Tail, newest_first

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def line(second: float, event: str, **more: Any) -> bytes:
    at = (START + timedelta(seconds=second)).isoformat()
    return orjson.dumps({"event": event, "timestamp": at, **more}) + b"\n"


def events(folder: Path) -> list[str]:
    return [each.fields["event"] for each in newest_first(folder)]


def test_files_are_one_story_the_newest_first(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_bytes(line(1, "a") + line(4, "d"))
    (tmp_path / "worker.log").write_bytes(line(2, "b") + line(3, "c") + line(4, "e"))
    assert events(tmp_path) == ["d", "e", "c", "b", "a"]
    assert [each.file for each in newest_first(tmp_path)][0:2] == ["web", "worker"]


def test_what_rotation_left_is_read_behind_its_file(tmp_path: Path) -> None:
    (tmp_path / "web.log.1").write_bytes(line(1, "old"))
    (tmp_path / "web.log").write_bytes(line(2, "new"))
    assert events(tmp_path) == ["new", "old"]


def test_a_traceback_stays_with_what_came_after_it(tmp_path: Path) -> None:
    raw = b"Traceback:\n  boom\n[1, 2]\n\xff\xfe\n"
    (tmp_path / "web.log").write_bytes(line(1, "a") + raw + line(3, "b"))
    (tmp_path / "worker.log").write_bytes(line(2, "between"))
    found = events(tmp_path)
    assert found[0] == "b"
    assert found[1:5] == ["��", "[1, 2]", "  boom", "Traceback:"]
    assert found[5:] == ["between", "a"]


def test_a_clock_set_back_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_bytes(line(100, "first") + line(5, "second"))
    assert events(tmp_path) == ["second", "first"]


def test_no_folder_and_no_lines_are_no_faults(tmp_path: Path) -> None:
    assert events(tmp_path / "nowhere") == []
    (tmp_path / "web.log").touch()
    assert events(tmp_path) == []


def test_only_the_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    path.write_bytes(b"".join(line(number, f"n{number}") for number in range(50_000)))
    found = [each.fields["event"] for each in islice(newest_first(tmp_path), 3)]
    assert found == ["n49999", "n49998", "n49997"]


@settings(max_examples=25)
@given(lengths=st.lists(st.integers(0, 2 * BLOCK_BYTES), min_size=1, max_size=6))
def test_lines_of_any_length_come_whole(tmp_path_factory: Any, lengths: list[int]) -> None:
    folder = tmp_path_factory.mktemp("logs")
    note(str(lengths))
    content = [line(number, "x" * length) for number, length in enumerate(lengths)]
    (folder / "web.log").write_bytes(b"".join(content))
    assert [len(each) for each in events(folder)] == lengths[::-1]


def test_following_tells_each_line_once_also_across_rotation(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    path.write_bytes(line(1, "before"))
    tail = Tail(tmp_path)
    assert tail.read() == []
    with path.open("ab") as file:
        file.write(line(2, "one") + line(3, "two")[:10])
    assert [each.fields["event"] for each in tail.read()] == ["one"]
    with path.open("ab") as file:
        file.write(line(3, "two")[10:])
    assert [each.fields["event"] for each in tail.read()] == ["two"]
    path.write_bytes(line(4, "cut"))
    (tmp_path / "worker.log").write_bytes(line(5, "new file"))
    assert [each.fields["event"] for each in tail.read()] == ["cut", "new file"]
