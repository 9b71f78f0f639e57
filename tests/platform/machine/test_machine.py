"""Clocks that jump, and a cgroup that has a limit."""

from pathlib import Path

from openchair.platform.machine.clock import JUMP_SECONDS, Clocks, note_jump
from openchair.platform.machine.memory import cgroup_memory


def test_a_jump_is_told_for_a_minute() -> None:
    last = Clocks()
    assert note_jump(last, wall=1000, steady=50) == 0
    assert note_jump(last, wall=1005.01, steady=55) == 0
    assert note_jump(last, wall=4610, steady=60) > 3_599_000
    assert note_jump(last, wall=4615, steady=65) > 3_599_000
    assert note_jump(last, wall=4671, steady=60 + JUMP_SECONDS + 1) == 0


def test_backwards_is_negative() -> None:
    last = Clocks()
    note_jump(last, wall=1000, steady=50)
    assert note_jump(last, wall=995, steady=55) == -10_000


def test_what_the_kernel_gives_back_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "memory.current").write_text("900000\n")
    (tmp_path / "memory.stat").write_text("anon 5\ninactive_file 300000\n")
    assert cgroup_memory(tmp_path) == (600_000, 1_000_000)
    (tmp_path / "memory.max").write_text("max\n")
    assert cgroup_memory(tmp_path) is None
    assert cgroup_memory(tmp_path / "nothing") is None
    assert cgroup_memory(None) is None
