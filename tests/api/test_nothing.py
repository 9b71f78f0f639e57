"""Addresses beneath `/api` that nobody answers at, or not for this method."""

import pytest
from httpx import AsyncClient


@pytest.mark.parametrize(
    "path", ["/api/test-alert", "/api/vitals", "/.netlify/functions/test-alert"]
)
async def test_an_address_that_takes_no_get_says_so(call: AsyncClient, path: str) -> None:
    answer = await call.get(path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize("path", ["/api/nowhere", "/api/v1/no/such/thing", "/.netlify/functions/x"])
async def test_an_address_that_is_none_says_so(call: AsyncClient, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = await call.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
