"""What is known when the database is away: then no log-in can be checked, so the page tells no more
than the public health endpoint does, and changes nothing. From the prober's readings and the
watcher's own file.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from openchair.operations.alerts.state_file import read_state
from openchair.operations.health.prober import Prober
from openchair.platform.probes import Reading, State
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.web.ops.pages import render
from openchair.web.ops.tiles import state_of

RETRY_SECONDS = 5
DATABASE = "database"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the house and how it is."""

    name: str
    state: str
    word: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the watcher has written down: since when the database is away, when people were told,
    and whether somebody took it on.
    """

    since: datetime | None
    told_at: datetime | None
    is_taken: bool


async def show_what_is_known(request: Request) -> Response:
    """503 and the sentence, whatever page was asked for."""
    prober: Prober | None = getattr(request.app.state, "prober", None)
    readings = dict(prober.latest) if prober else {}
    parts = [
        _part(each)
        for each in sorted(readings.values(), key=lambda one: one.name)
        if prober is not None and prober.probes[each.name].public
    ]
    database = readings.get(DATABASE)
    page = render(
        request,
        "away.html",
        status=503,
        is_away=database is not None and database.state is State.ERROR,
        looked_at=database.at if database else None,
        told=await asyncio.to_thread(read_told),
        parts=parts,
        status_url=load(InstallationSettings).status_address,
    )
    page.headers["Retry-After"] = str(RETRY_SECONDS)
    page.headers["Refresh"] = str(RETRY_SECONDS)
    return page


def _part(reading: Reading) -> Part:
    state, word = state_of(reading)
    return Part(name=reading.name, state=state, word=word, at=reading.at)


def read_told() -> Told:
    """From the watcher's file; it may be of a watcher that has just begun, or not be there."""
    found = read_state(load(InstallationSettings).watch_folder)
    mine = [
        each
        for each in (found.alerts if found else ())
        if each.component == DATABASE and each.status == "firing"
    ]
    first = min(mine, key=lambda each: each.started_at, default=None)
    if first is None:
        return Told(since=None, told_at=None, is_taken=False)
    return Told(
        since=first.started_at,
        told_at=first.told_at if first.was_told else None,
        is_taken=first.acknowledged_by is not None,
    )
