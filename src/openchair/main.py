"""The composition root of the web process: the one place that knows all doors.

`openchair up` starts it as `python -m openchair.main FD`; the tests call `create_app`.
"""

import gc
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import uvicorn
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from openchair import reactions
from openchair.api import health
from openchair.api import routes as api
from openchair.identity.ip_blocks.gate import BlockedAddresses
from openchair.operations.health.prober import Prober
from openchair.operations.health.shed import shedding
from openchair.operations.metrics.observe import observed
from openchair.operations.metrics.traces import start_traces, trace_statements_of
from openchair.platform.db.engine import Database
from openchair.platform.edge.install import install
from openchair.platform.live.listen import Listener
from openchair.platform.logging.setup import configure_logging
from openchair.platform.outbound.clients import close_clients
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.platform.settings.limits import LimitSettings
from openchair.web.console import routes as console
from openchair.web.ops import routes as ops
from openchair.web.ops.recent import Recent
from openchair.web.public import routes as public
from openchair.web.status import routes as status

GRACE_SECONDS = 5
YOUNG_OBJECTS = 20_000
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""Nobody collects it, and asking for every request whether somebody does takes its time."""


def create_app(*, database: Database | None = None) -> FastAPI:
    """The whole web application; without a `database` it opens the one of the settings."""
    reactions.start()
    installation = load(InstallationSettings)
    used = database or Database(installation.required_database_url)
    trace_statements_of(used)

    prober = Prober(database=used)
    recent = Recent()
    live = Listener(used.url)
    prober.tell(shedding(used), recent.hear)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as ending:
            if database is None:
                ending.push_async_callback(used.close)
            ending.push_async_callback(close_clients)
            ending.push_async_callback(live.close)
            ending.push_async_callback(prober.stop)
            prober.start()
            await ending.enter_async_context(observed(used, process="web", home=installation.home))
            yield

    app = FastAPI(
        openapi_url=None, redirect_slashes=False, lifespan=lifespan, telemetry=NO_TELEMETRY
    )
    app.state.database = used
    app.state.prober = prober
    app.state.recent = recent
    app.state.live = live
    app.include_router(api.router)
    api.install(app)
    app.include_router(console.router)
    console.install(app)
    app.include_router(ops.router)
    ops.install(app)
    app.include_router(status.router)
    app.include_router(public.router)  # last: it takes every path that nobody else wants
    public.install(app)
    app.add_middleware(BlockedAddresses, open_to_all=health.PATHS)
    install(
        app,
        installation=installation,
        limits=load(LimitSettings),
        all_origins=api.ALL_ORIGINS,
        uncounted=(*api.UNCOUNTED, "/static/"),
        files=console.FILES,
    )
    return app


class Server(uvicorn.Server):
    """Lets open calendars go before it waits for requests to be answered."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """What uvicorn calls when the process was told to end."""
        live: Listener = self.config.app.state.live  # type: ignore[union-attr]  # ours, see serve
        live.end()
        await super().shutdown(sockets)


def settle_memory() -> None:
    """What was made at start stays; the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


def serve(descriptor: int) -> None:
    """Serve on a listening socket that was inherited from `openchair up`.

    uvicorn is given the socket and not its number, of which it would make a Unix socket: then
    nobody switches Nagle's algorithm off, and each answer on a kept connection waits 40 ms for
    the caller's acknowledgement.
    """
    configure_logging(process="web", level=load(InstallationSettings).log_level)
    start_traces(process="web")
    app = create_app()
    settle_memory()
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = Server(config)
    with suppress(KeyboardInterrupt):  # Ctrl-C, after it has closed in order
        server.run(sockets=[socket.socket(fileno=descriptor)])
    if not server.started:
        sys.exit(1)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
