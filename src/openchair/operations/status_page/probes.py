"""The watcher's own probe `website`: asks the web process as a visitor would, from outside of it.

`openchair/watch/` gives it to its prober; it is not declared for all, as web need not ask itself.
"""

import asyncio
import ssl
from time import monotonic

import httpx

from openchair.platform.probes import TIMEOUT_SECONDS, Finding, Probe, ProbeContext, State
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

NAME = "website"
EVERY_SECONDS = 10.0
ANSWER_SECONDS = 1.8
SLOW_MS = 1500
HEALTH, PAGE = "/api/health", "/"
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- listened on, never called


async def website(_: ProbeContext) -> Finding:
    """Whether the web process answers at all, and whether it shows a page."""
    began = monotonic()
    async with httpx.AsyncClient(
        base_url=_base(),
        timeout=ANSWER_SECONDS,
        trust_env=False,
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # plain http: no authorities are read
        headers={"User-Agent": "openchair-watch"},
    ) as caller:
        alive, page = await asyncio.gather(_ask(caller, HEALTH), _ask(caller, PAGE))
    milliseconds = round((monotonic() - began) * 1000)
    return _judge(alive, page, milliseconds)


def _judge(alive: str, page: str, milliseconds: int) -> Finding:
    details = {"process": alive, "page": page}
    if alive != "answers":
        return Finding(state=State.ERROR, message=f"The web process: {alive}.", details={**details})
    if page != "answers":
        return Finding(state=State.ERROR, message=f"A public page: {page}.", details={**details})
    return Finding(
        state=State.WARNING if milliseconds > SLOW_MS else State.HEALTHY,
        message=f"A public page came within {milliseconds} ms.",
        details={**details},
        measures={"page-time": float(milliseconds)},
    )


async def _ask(caller: httpx.AsyncClient, path: str) -> str:
    """`answers`, or in a few words why not. Who refuses politely (a limit) answers."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            answer = await caller.get(path)
    except (TimeoutError, httpx.TimeoutException):
        return f"no answer within {ANSWER_SECONDS:g} s"
    except httpx.HTTPError:
        return "cannot be reached"
    return "answers" if answer.status_code < 500 else f"answers {answer.status_code}"


def _base() -> str:
    installation = load(InstallationSettings)
    host = EVERYWHERE.get(installation.host, installation.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{installation.port}"


WEBSITE = Probe(
    name=NAME,
    look=website,
    every=EVERY_SECONDS,
    timeout=TIMEOUT_SECONDS,
    vital=False,
    public=False,
)
