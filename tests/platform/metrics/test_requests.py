"""What the outermost layer counts, seen through the whole application."""

import pytest
from httpx import ASGITransport, AsyncClient

from openchair.main import create_app
from openchair.platform.db.engine import Database
from openchair.platform.metrics import requests
from openchair.platform.metrics.catalogue import HTTP_DURATION, HTTP_REQUESTS

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


def counted() -> dict[tuple[str, ...], float]:
    return {child.labels: child.total for child in HTTP_REQUESTS.children()}


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/health", ("GET", "/api/health", "2xx")),
        ("HEAD", "/api/health", ("HEAD", "/api/health", "2xx")),
        ("GET", "/api/v1/salons", ("GET", "/api/v1/salons", "5xx")),
        ("HEAD", "/api/v1/salons/x", ("HEAD", "/api/v1/salons/{slug}", "5xx")),
        ("GET", "/some-salon/de", ("GET", "/{slug}/{language}", "5xx")),
        ("GET", "/a/b/c/d/e/f/g", ("GET", "none", "4xx")),
        ("BREW", "/api/health", ("other", "/api/health", "4xx")),
        ("GET", "/static/nothing.css", ("GET", "/static/{name}", "4xx")),
        ("PUT", "/api/email-webhook", ("PUT", "/api/email-webhook", "4xx")),
    ],
)
async def test_the_template_is_counted_never_the_path(
    method: str, path: str, expected: tuple[str, ...]
) -> None:
    before = counted().get(expected, 0)
    took = HTTP_DURATION.of(expected[1]).count
    app = create_app(database=Database(NOWHERE))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://testserver") as call:
        await call.request(method, path)
    assert counted().get(expected, 0) == before + 1, counted()
    assert HTTP_DURATION.of(expected[1]).count == took + 1
    assert requests.in_flight.last == 0


async def test_many_paths_make_one_series() -> None:
    app = create_app(database=Database(NOWHERE))
    known = len(counted())
    async with AsyncClient(transport=ASGITransport(app), base_url="http://testserver") as call:
        for number in range(20):
            await call.get(f"/no/such/path/at/all/{number}")
    assert len(counted()) <= known + 1
