"""The soak at a size that belongs to every run of the tests; `make soak` is the whole of it."""

from pathlib import Path

import pytest

from tests.drills.soak import soak


@pytest.mark.timeout(480)
async def test_soak_every_message_ends_once_while_workers_and_servers_die(
    database_url: str, tmp_path: Path
) -> None:
    done = await soak(
        messages=1500, workers=4, kills=10, seed=7, database_url=database_url, folder=tmp_path
    )
    assert sum(done.proof.states.values()) == 1500
    assert set(done.proof.states) <= {"sent", "failed"}
    # One that three kills in a row have met looks like poison; nothing else is given up.
    assert set(done.failed) <= {"other"}
    assert done.proof.taken == done.proof.states["sent"]
    assert done.lost_leases + done.doubted > 0, "nobody noticed that workers died"
