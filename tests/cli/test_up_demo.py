"""`openchair up` interrupted while it loads the demo salons."""

import signal
import time
from pathlib import Path

import pytest

from openchair.platform.db.embedded import Cluster
from tests.served import open_house


@pytest.mark.timeout(120)
def test_ctrl_c_does_not_wait_for_the_demo(run_folder: Path) -> None:
    home = run_folder / "interrupted-demo"
    begun = open_house(home=home, database_url=None, settings={"OPENCHAIR_DEMO": "true"})
    deadline = time.monotonic() + 60
    while "Demo salons" not in begun.output.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    begun.process.send_signal(signal.SIGINT)
    assert begun.process.wait(30) == 0
    assert (home / "demo.begun").exists(), "the next start has to finish it"
    assert Cluster(data=home / "postgres").process() is None
