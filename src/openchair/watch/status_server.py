"""Serves the folder of the public status page, from the watcher's own process: it is there when
web, worker and database are not. It reads files and nothing else.
"""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

from openchair.platform.edge.secure_headers import SecureHeaders
from openchair.platform.logging.setup import logger
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

RETRY_SECONDS = 5.0
NOT_MODIFIED = 304

log = logger(__name__)


async def serve_status_page(*, folder: Path, host: str, port: int, stop: asyncio.Event) -> None:
    """Serve an existing folder until `stop`. While the port is taken it is tried again."""
    told = False
    while not stop.is_set():
        try:
            listening = socket.create_server((host, port), family=_family(host))
        except OSError as error:
            if not told:
                log.warning("status page cannot be served", host=host, port=port, error=str(error))
                told = True
            await _rest(stop)
            continue
        with listening:
            await _serve(folder, listening, stop)


async def _serve(folder: Path, listening: socket.socket, stop: asyncio.Event) -> None:
    app = Starlette(
        routes=[Mount("/", Pages(directory=folder, html=True))],
        middleware=[Middleware(SecureHeaders)],
    )
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False)
    server = _Server(config)
    ending = asyncio.create_task(_end(server, stop))
    try:
        await server.serve(sockets=[listening])
    finally:
        ending.cancel()


class Pages(StaticFiles):
    """Files that a browser asks for anew each time, and may send a form to the web process."""

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The small file as a whole, and its own size and age: the watcher may have put another in
        its place since it was looked up.
        """
        with open(full_path, "rb") as file:  # noqa: PTH123 -- a path of any kind
            content, stat_result = file.read(), os.fstat(file.fileno())
        found = super().file_response(full_path, stat_result, scope, status_code)
        if found.status_code == NOT_MODIFIED:
            return found
        headers = {name: value for name, value in found.headers.items() if name != "accept-ranges"}
        return Response(content, found.status_code, headers)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with what a page of it may do."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        if response.headers.get("content-type", "").startswith("text/html"):
            response.headers["Content-Security-Policy"] = _policy()
        return response


def _policy() -> str:
    web = load(InstallationSettings).address
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        f" connect-src 'self'; form-action 'self' {web}; base-uri 'none'; frame-ancestors 'none'"
    )


class _Server(uvicorn.Server):
    """One that leaves signals to the watcher, whose event loop it shares."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield


async def _end(server: uvicorn.Server, stop: asyncio.Event) -> None:
    await stop.wait()
    server.should_exit = True


async def _rest(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), RETRY_SECONDS)
    except TimeoutError:
        return


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
