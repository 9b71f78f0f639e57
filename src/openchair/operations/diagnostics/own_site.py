"""Asks our own pages as a caller would, over the wire. For `monitoring status`, `verify` and
`performance monitor`; never for a request or a job.
"""

from dataclasses import dataclass
from time import monotonic

import httpx

from openchair.platform.clock import utc_now
from openchair.platform.probes import Reading, State
from openchair.platform.settings.installation import InstallationSettings

TIMEOUT_SECONDS = 2.5
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- listened on, never called
HEALTH = "/api/health"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One GET. `status` is 0 when no answer came, and `words` say why; times in milliseconds:
    until the first byte, and until the last.
    """

    path: str
    status: int
    first_byte_ms: float
    total_ms: float
    words: str
    body: bytes = b""

    @property
    def is_fine(self) -> bool:
        """Below 400, after redirects."""
        return 0 < self.status < 400


def address_of_site(settings: InstallationSettings) -> str:
    """Where the pages are served on this machine, without a trailing slash."""
    host = EVERYWHERE.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def caller(address: str, *, timeout: float = TIMEOUT_SECONDS) -> httpx.AsyncClient:
    """Who asks: follows redirects, no proxies."""
    return httpx.AsyncClient(
        base_url=address, timeout=timeout, trust_env=False, follow_redirects=True
    )


async def ask(asking: httpx.AsyncClient, path: str) -> Answered:
    """One GET with its times."""
    began = monotonic()
    try:
        async with asking.stream("GET", path) as answer:
            first = monotonic()
            body = await answer.aread()
    except httpx.HTTPError as error:
        passed = (monotonic() - began) * 1000
        return Answered(
            path=path, status=0, first_byte_ms=passed, total_ms=passed, words=_why(error)
        )
    return Answered(
        path=path,
        status=answer.status_code,
        first_byte_ms=round((first - began) * 1000, 1),
        total_ms=round((monotonic() - began) * 1000, 1),
        words=f"answers {answer.status_code}",
        body=body,
    )


async def look_at_site(address: str) -> Reading:
    """Whether our web process answers at all, as a reading like those of the probes."""
    async with caller(address) as asking:
        found = await ask(asking, HEALTH)
    fine = found.is_fine
    words = f"Answers in {found.total_ms:.0f} ms."
    return Reading(
        name="site",
        state=State.HEALTHY if fine else State.ERROR,
        message=words if fine else f"{address} {found.words}.",
        response_time_ms=round(found.total_ms, 1),
        at=utc_now(),
    )


def _why(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"does not answer within {TIMEOUT_SECONDS:g} s"
    if isinstance(error, httpx.ConnectError):
        return "refuses: nobody listens there"
    return f"fails: {type(error).__name__}"
