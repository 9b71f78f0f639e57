"""A process of the product whose wall clock jumps: by `SIGUSR1` ahead, by `SIGUSR2` back again.

    python -m tests.drills.clock SECONDS openchair.watch

The steady clock goes on, as it does when a machine's clock is set.
"""

import runpy
import signal
import sys
from datetime import UTC, datetime, timedelta

import time_machine


def main() -> None:
    """Run a module of the product under a clock that can be set."""
    seconds, module = float(sys.argv[1]), sys.argv[2]
    jumps: list[time_machine.travel] = []

    def jump(_number: int, _frame: object) -> None:
        there = datetime.now(UTC) + timedelta(seconds=seconds)
        jumps.append(time_machine.travel(there, tick=True))
        jumps[-1].start()

    def jump_back(_number: int, _frame: object) -> None:
        while jumps:
            jumps.pop().stop()

    signal.signal(signal.SIGUSR1, jump)
    signal.signal(signal.SIGUSR2, jump_back)
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__")


if __name__ == "__main__":
    main()
