import asyncio
import sys
from pathlib import Path

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
