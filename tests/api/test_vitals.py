"""How pages felt: counted by kind of page, bounded, without the database and without traces."""

from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from openchair.main import create_app
from openchair.platform.db.engine import Database
from openchair.platform.metrics.catalogue import VITAL_DURATION, VITAL_SHIFT

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


def caller(*, address: str) -> AsyncClient:
    app = create_app(database=Database(NOWHERE))
    transport = ASGITransport(app, client=(address, 40_000))
    return AsyncClient(transport=transport, base_url="http://testserver")


def body(*vitals: dict[str, Any], page: str = "home") -> dict[str, Any]:
    return {"page": page, "vitals": [*vitals]}


LCP = {"name": "LCP", "value": 1234.5, "rating": "good"}
CLS = {"name": "CLS", "value": 0.3, "rating": "poor"}


async def test_vitals_are_counted_without_the_database() -> None:
    slow, shift = VITAL_DURATION.of("LCP", "home", "good"), VITAL_SHIFT.of("home", "poor")
    before = (slow.count, slow.total, shift.count)
    async with caller(address="192.0.2.31") as call:
        answer = await call.post("/api/vitals", json=body(LCP, CLS))
    assert answer.status_code == 204
    assert answer.content == b""
    assert (slow.count, shift.count) == (before[0] + 1, before[2] + 1)
    assert slow.total == pytest.approx(before[1] + 1.2345)
    assert "set-cookie" not in answer.headers


async def test_a_browser_that_asks_for_privacy_is_not_counted() -> None:
    slow = VITAL_DURATION.of("LCP", "times", "good")
    before = slow.count
    async with caller(address="192.0.2.32") as call:
        answer = await call.post(
            "/api/vitals", json=body(LCP, page="times"), headers={"Sec-GPC": "1"}
        )
    assert answer.status_code == 204
    assert slow.count == before


@pytest.mark.parametrize(
    ("sent", "headers", "status"),
    [
        (body(LCP, page="/schnittwerk/de"), {}, 422),
        (body(), {}, 422),
        (body(*[LCP] * 11), {}, 422),
        (body({**LCP, "value": -1}), {}, 422),
        (body({**LCP, "value": 1e9}), {}, 422),
        (body({**LCP, "name": "NOSE"}), {}, 422),
        (body({**LCP, "id": "v5-123"}), {}, 422),
        (body(LCP), {"Sec-Fetch-Site": "cross-site"}, 403),
        (body(LCP), {"Sec-Fetch-Site": "same-origin"}, 204),
    ],
)
async def test_only_what_we_send_is_taken(
    sent: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    async with caller(address="192.0.2.33") as call:
        answer = await call.post("/api/vitals", json=sent, headers=headers)
    assert answer.status_code == status


async def test_thirty_a_minute() -> None:
    async with caller(address="192.0.2.34") as call:
        statuses = [(await call.post("/api/vitals", json=body(LCP))).status_code for _ in range(31)]
    assert statuses == [204] * 30 + [429]
