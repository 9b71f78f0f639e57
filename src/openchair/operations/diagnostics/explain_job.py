"""What happened to one job, and what comes next. Called by `openchair explain job`. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.clock import utc_now
from openchair.platform.jobs.queries import JobRecord, get_job
from openchair.platform.jobs.queue import declared

HELD = "failed"


@dataclass(frozen=True, slots=True)
class JobStory:
    """A job, whether it is held, and what happens next, in sentences."""

    job: JobRecord
    is_held: bool
    next: tuple[str, ...]


async def explain_job(session: AsyncSession, *, job_id: int) -> JobStory:
    """By PgQueuer's number of the job. Raises `NotFound`."""
    job = await get_job(session, job_id=job_id)
    held = job.is_there and job.status == HELD
    return JobStory(job=job, is_held=held, next=outlook(job, now=utc_now()))


def outlook(job: JobRecord, *, now: datetime) -> tuple[str, ...]:
    """What happens next, in sentences."""
    if not job.is_there:
        return (f"Nothing: it ended as {job.status}.",)
    told = []
    if job.status == HELD:
        told.append(
            "It is held: its tries are used up, and it stays until somebody lets it run again or"
            " removes it."
        )
    elif job.status == "picked":
        told.append(
            "A worker has it. If that worker dies, another takes it seconds after its last"
            f" heartbeat ({_at(job.heartbeat_at)})."
        )
    elif job.run_at is not None and job.run_at > now:
        told.append(f"It runs at {_at(job.run_at)}.")
    else:
        told.append("It is due and runs as soon as a worker is free.")
    if job.name not in declared:
        told.append("No worker of this version knows a job of this name.")
    return tuple(told)


def _at(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "never"
