"""Jobs of the pictures."""

from typing import Any

from openchair.media.forget import DELETE_JOB, delete_files
from openchair.media.sweep import sweep_files
from openchair.platform.clock import utc_now
from openchair.platform.jobs.queue import JobContext, job


@job(DELETE_JOB)
async def delete_forgotten_files(_context: JobContext, payload: dict[str, Any]) -> None:
    """The files of pictures that were forgotten. What fails because the storage is away is made
    up for by the sweep of the night.
    """
    await delete_files(payload["files"])


@job("media.sweep_files", cron="41 3 * * *")
async def sweep_forgotten_files(context: JobContext, _payload: dict[str, Any]) -> None:
    """Every night: files that no row knows."""
    async with context.database.transaction() as session:
        await sweep_files(session, now=utc_now())
