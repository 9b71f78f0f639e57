"""Switching faults by HTTP and by the page, and what is no fault."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from tests.sandbox_process import Sandbox, sandbox


@pytest.fixture(scope="module")
async def outside() -> AsyncIterator[Sandbox]:
    async with sandbox() as found:
        yield found


@pytest.fixture(autouse=True)
async def _all_well(outside: Sandbox) -> AsyncIterator[None]:
    yield
    await outside.clear()


async def page(outside: Sandbox) -> BeautifulSoup:
    return BeautifulSoup((await outside.client.get("/faults")).text, "html.parser")


async def press(outside: Sandbox, path: str, **form: str) -> int:
    headers = {"Origin": outside.http_url}
    return (await outside.client.post(path, data=form, headers=headers)).status_code


async def test_faults_are_set_read_replaced_and_cleared(outside: Sandbox) -> None:
    await outside.fault("smtp", "slow", seconds=2, times=3, share=0.5)
    await outside.fault("twilio", "slow")
    assert await outside.faults() == {
        "smtp": {
            "target": "smtp",
            "fault": "slow",
            "seconds": 2,
            "times": 3,
            "share": 0.5,
            "struck": 0,
        },
        "twilio": {
            "target": "twilio",
            "fault": "slow",
            "seconds": 35,
            "times": None,
            "share": 1,
            "struck": 0,
        },
    }
    await outside.fault("smtp", "reject")
    assert (await outside.faults())["smtp"]["fault"] == "reject"
    await outside.clear("smtp")
    assert [*await outside.faults()] == ["twilio"]
    await outside.clear()
    assert await outside.faults() == {}


@pytest.mark.parametrize(
    ("target", "wish"),
    [
        ("smtp", {"fault": "gone"}),
        ("webhook", {"fault": "bad_number"}),
        ("nobody", {"fault": "slow"}),
        ("smtp", {"fault": "slow", "seconds": -1}),
        ("smtp", {"fault": "slow", "seconds": True}),
        ("smtp", {"fault": "slow", "times": 0}),
        ("smtp", {"fault": "slow", "times": 1.5}),
        ("smtp", {"fault": "slow", "share": 2}),
        ("smtp", {"fault": "refuse", "times": 1}),
        ("smtp", {"fault": "slow", "often": 1}),
        ("smtp", {}),
        ("smtp", []),
    ],
)
async def test_what_cannot_be_meant_is_refused_with_a_sentence(
    outside: Sandbox, target: str, wish: Any
) -> None:
    answer = await outside.client.put(f"/api/faults/{target}", json=wish)
    assert answer.status_code == 422
    assert answer.json()["detail"].endswith(".")
    assert await outside.faults() == {}


async def test_the_page_switches_on_and_off_without_scripts(outside: Sandbox) -> None:
    assert "Everything works" in (await page(outside)).text
    assert await press(outside, "/faults/smtp", fault="reject", times="3", share="50") == 303
    assert await press(outside, "/faults/slack", fault="slow", seconds="2,5") == 303
    faults = await outside.faults()
    assert (faults["smtp"]["times"], faults["smtp"]["share"]) == (3, 0.5)
    assert faults["slack"]["seconds"] == 2.5
    shown = await page(outside)
    assert "2 faults are on" in shown.text
    for target, words in (("smtp", "reject is on"), ("smtp-backup", "works")):
        card = shown.find(id=target)
        assert isinstance(card, Tag)
        assert words in card.text
    assert await press(outside, "/faults/smtp", fault="") == 303
    assert [*await outside.faults()] == ["slack"]
    assert await press(outside, "/faults") == 303
    assert await outside.faults() == {}


async def test_the_page_says_what_a_number_should_be(outside: Sandbox) -> None:
    headers = {"Origin": outside.http_url}
    for form in ({"seconds": "soon"}, {"times": "-1"}, {"share": "200"}):
        answer = await outside.client.post(
            "/faults/smtp", data={"fault": "slow", **form}, headers=headers
        )
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert await press(outside, "/faults/nobody", fault="slow") == 404
    assert await outside.faults() == {}


async def test_buttons_are_for_the_sandboxs_own_pages(outside: Sandbox) -> None:
    for path in ("/faults", "/faults/smtp", "/sms/1/callbacks", "/delete-all?what=sms"):
        for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            answer = await outside.client.post(path, data={"fault": "reject"}, headers=headers)
            assert answer.status_code == 403
    assert await outside.faults() == {}
