"""Counts jobs, schedules and the turns of loops: how they ended and how long they took. Called by
whoever runs them; what they raise is counted and raised on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from openchair.platform.errors import Unavailable
from openchair.platform.metrics.catalogue import (
    ERRORS,
    JOB_DURATION,
    JOBS,
    LOOP_DURATION,
    LOOP_TURNS,
)
from openchair.platform.metrics.series import Metric


@contextmanager
def job(name: str) -> Iterator[None]:
    """Around one run of a job or a schedule."""
    with _counted("job", name, JOBS, JOB_DURATION):
        yield


@contextmanager
def turn(name: str) -> Iterator[None]:
    """Around one turn of a loop."""
    with _counted("loop", name, LOOP_TURNS, LOOP_DURATION):
        yield


@contextmanager
def _counted(where: str, name: str, ended: Metric, duration: Metric) -> Iterator[None]:
    began = perf_counter()
    outcome = "cut_off"
    try:
        yield
        outcome = "done"
    except Unavailable:
        outcome = "database_away"
        raise
    except Exception as error:
        outcome = "failed"
        ERRORS.of(where, type(error).__name__).inc()
        raise
    finally:
        ended.of(name, outcome).inc()
        duration.of(name).observe(perf_counter() - began)
