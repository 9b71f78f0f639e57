import asyncio
import signal
import sys
from pathlib import Path
from time import monotonic

from openchair.cli.processes import House, Part


async def test_what_cannot_be_started_now_is_tried_again(tmp_path: Path) -> None:
    """A program that is missing stands for whatever the machine lacks for a moment."""
    told: list[str] = []
    program, sign = tmp_path / "program", tmp_path / "it-ran"
    house = House(
        parts=[Part(name="worker", command=[str(program)])], logs=tmp_path, tell=told.append
    )
    house.start()
    try:
        async with asyncio.timeout(30):
            while not told:  # noqa: ASYNC110 -- the house tells
                await asyncio.sleep(0.05)
            program.write_text(f"#!{sys.executable}\nopen({str(sign)!r}, 'w').close()\n")
            program.chmod(0o700)
            while not sign.exists():  # noqa: ASYNC110 -- another process makes it
                await asyncio.sleep(0.05)
    finally:
        await house.stop()
    assert told[0].startswith("worker could not be started (No such file or directory)")


SLOW = """
import signal, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
def end(*_):
    time.sleep(float(sys.argv[2]))
    (folder / "finished").touch()
    sys.exit()
signal.signal(signal.SIGTERM, end)
(folder / "began").touch()
time.sleep(60)
"""


async def slow_house(folder: Path, *, takes: float, grace: float, told: list[str]) -> House:
    """A house with one part, up and running, that needs some time to end."""
    part = Part(
        name="worker",
        command=[sys.executable, "-c", SLOW, str(folder), str(takes)],
        grace_seconds=grace,
    )
    house = House(parts=[part], logs=folder, tell=told.append)
    house.start()
    async with asyncio.timeout(30):
        while not (folder / "began").exists():  # noqa: ASYNC110 -- another process makes it
            await asyncio.sleep(0.05)
    return house


async def test_a_part_may_finish_what_it_began(tmp_path: Path) -> None:
    told: list[str] = []
    house = await slow_house(tmp_path, takes=2, grace=30, told=told)
    await house.stop()
    assert (tmp_path / "finished").exists()
    [words] = told
    assert "worker" in words
    assert "30 s" in words
    assert "Ctrl-C" in words


async def test_a_part_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    house = await slow_house(tmp_path, takes=30, grace=0.5, told=[])
    began = monotonic()
    await house.stop()
    assert monotonic() - began < 10
    assert not (tmp_path / "finished").exists()
    assert house.processes["worker"].returncode == -signal.SIGKILL


async def test_who_is_in_a_hurry_does_not_wait(tmp_path: Path) -> None:
    house = await slow_house(tmp_path, takes=30, grace=60, told=[])
    hurry = asyncio.Event()
    asyncio.get_running_loop().call_later(0.3, hurry.set)
    began = monotonic()
    await house.stop(hurry=hurry)
    assert monotonic() - began < 10
    assert house.processes["worker"].returncode == -signal.SIGKILL
