"""What keeps the machine quiet for tests that measure."""

import threading
import time
from pathlib import Path

from tests.quiet import turn


def test_whoever_is_alone_waits_for_the_others_and_keeps_them_out(tmp_path: Path) -> None:
    seen: list[str] = []
    inside = threading.Barrier(3)

    def come(name: str, *, alone: bool) -> None:
        with turn(tmp_path, alone=alone):
            seen.append(f"{name} in")
            if not alone:
                inside.wait(timeout=10)
            time.sleep(0.1)
            seen.append(f"{name} out")

    company = [
        threading.Thread(target=come, args=(name,), kwargs={"alone": False}) for name in "ab"
    ]
    for each in company:
        each.start()
    inside.wait(timeout=10)
    quiet = threading.Thread(target=come, args=("c",), kwargs={"alone": True})
    quiet.start()
    for each in [*company, quiet]:
        each.join(timeout=10)
    assert sorted(seen[:4]) == ["a in", "a out", "b in", "b out"]
    assert seen[4:] == ["c in", "c out"]


def test_nobody_overtakes_whoever_waits_to_be_alone(tmp_path: Path) -> None:
    seen: list[str] = []

    def come(name: str, *, alone: bool) -> None:
        with turn(tmp_path, alone=alone):
            seen.append(name)

    with turn(tmp_path, alone=False):
        waiting = []
        for name, alone in (("quiet", True), ("late", False)):
            waiting.append(threading.Thread(target=come, args=(name,), kwargs={"alone": alone}))
            waiting[-1].start()
            time.sleep(0.2)
        assert seen == []
    for each in waiting:
        each.join(timeout=10)
    assert seen == ["quiet", "late"]
