"""The composition root: the one place that knows all rooms and puts them together.

`run` is the command line; `create_app` the web application. Nobody imports this module but the
entry points and the tests.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import uvicorn
from fastapi import FastAPI
from typer import Option

from openchair import reactions
from openchair.api import routes as api
from openchair.cli.app import build_commands
from openchair.platform.db.engine import Database
from openchair.platform.edge.install import install
from openchair.platform.errors import Problem
from openchair.platform.logging.setup import configure_logging
from openchair.platform.settings.base import BadSettings, load
from openchair.platform.settings.installation import InstallationSettings
from openchair.platform.settings.limits import LimitSettings
from openchair.platform.settings.registry import refuse_unknown_names
from openchair.worker.run import run_worker

FAILED = 1
USED_WRONGLY = 2
GRACE_SECONDS = 5


def create_app(*, database: Database | None = None) -> FastAPI:
    """The whole web application; without a `database` it opens the one of the settings."""
    reactions.start()
    installation = load(InstallationSettings)
    used = database or Database(installation.required_database_url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if database is None:
            await used.close()

    app = FastAPI(openapi_url=None, redirect_slashes=False, lifespan=lifespan)
    app.state.database = used
    app.include_router(api.router)
    api.install(app)
    install(
        app,
        installation=installation,
        limits=load(LimitSettings),
        all_origins=api.ALL_ORIGINS,
        uncounted=api.UNCOUNTED,
    )
    return app


def web(
    descriptor: Annotated[int, Option("--fd", help="a listening socket that was inherited")],
) -> None:
    """Serve the pages and the API on a socket that `openchair up` listens on."""
    settings = load(InstallationSettings)
    configure_logging(process="web", level=settings.log_level)
    uvicorn.run(
        create_app(),
        fd=descriptor,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def worker() -> None:
    """Run the jobs and schedules of all rooms."""
    reactions.start()
    settings = load(InstallationSettings)
    configure_logging(process="worker", level=settings.log_level)
    asyncio.run(run_worker(settings.required_database_url))


def run() -> None:
    """The command line `openchair`. Exit codes: 0 done, 1 failed, 2 used or set up wrongly."""
    reactions.start()
    commands = build_commands()
    commands.command("web", hidden=True)(web)
    commands.command("worker", hidden=True)(worker)
    try:
        refuse_unknown_names()
        commands()
    except BadSettings as error:
        print(error, file=sys.stderr)  # noqa: T201 -- a person waits at the terminal
        sys.exit(USED_WRONGLY)
    except Problem as problem:
        print(problem.message, file=sys.stderr)  # noqa: T201 -- as above
        sys.exit(FAILED)
