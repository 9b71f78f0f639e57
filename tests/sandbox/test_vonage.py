"""The second SMS provider, in Vonage's shape."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from openchair_sandbox.vonage.signature import vonage_signature
from tests.sandbox_process import CREDENTIALS, VONAGE_FROM, Sandbox, eventually, sandbox

KEY, SECRET = CREDENTIALS["VONAGE_API_KEY"], CREDENTIALS["VONAGE_API_SECRET"]


@pytest.fixture(scope="module")
async def outside() -> AsyncIterator[Sandbox]:
    async with sandbox(callback_delay=0.02) as found:
        yield found


@pytest.fixture(autouse=True)
async def _all_well(outside: Sandbox) -> AsyncIterator[None]:
    yield
    await outside.clear()
    await outside.client.delete("/api/sms")
    await outside.client.delete("/api/webhooks")


async def text(outside: Sandbox, **more: str) -> httpx.Response:
    given = {
        "api_key": KEY,
        "api_secret": SECRET,
        "to": "48501234567",
        "from": VONAGE_FROM,
        "text": "Do zobaczenia",
        "client-ref": "our-number",
        "callback": f"{outside.http_url}/webhook/vonage",
        **more,
    }
    return await outside.client.post("/vonage/sms/json", data=given)


async def report(outside: Sandbox, **query: Any) -> httpx.Response:
    given = {"account_id": KEY, "product": "SMS", "direction": "outbound", **query}
    return await outside.client.get("/vonage/v2/reports/records", params=given, auth=(KEY, SECRET))


async def posted(outside: Sandbox, count: int) -> list[dict[str, str]]:

    async def enough() -> list[dict[str, Any]]:
        found = await outside.webhooks(name="vonage")
        return found if len(found) >= count else []

    return [dict(parse_qsl(each["body"])) for each in reversed(await eventually(enough))]


async def test_a_message_is_taken_receipted_and_reported(outside: Sandbox) -> None:
    answer = (await text(outside)).json()
    [part] = answer["messages"]
    assert (answer["message-count"], part["status"], part["to"]) == ("1", "0", "48501234567")
    receipts = await posted(outside, 2)
    assert [each["status"] for each in receipts] == ["accepted", "delivered"]
    for each in receipts:
        assert (each["messageId"], each["client-ref"]) == (part["message-id"], "our-number")
        assert each["sig"] == vonage_signature(
            parameters=each, secret=CREDENTIALS["VONAGE_SIGNATURE_SECRET"], method="sha256"
        )
    for query in (
        {"id": part["message-id"]},
        {"client_ref": "our-number", "date_start": "2020-01-01T00:00:00Z"},
    ):
        [record] = (await report(outside, **query)).json()["records"]
        assert (record["message_id"], record["status"]) == (part["message-id"], "delivered")
    unknown = (await report(outside, id="NOWHERE01")).json()
    assert (unknown["records"], unknown["ids_not_found"]) == ([], "NOWHERE01")
    assert (await report(outside, client_ref="other")).json()["items_count"] == 0


def test_the_signature_is_the_one_of_vonages_own_library() -> None:
    parameters = {"a": "1", "b": "2", "timestamp": "1461605396"}
    found = vonage_signature(parameters=parameters, secret="secret", method="md5hash")
    assert found == "6AF838EF94998832DBFC29020B564830"
    signed = {**parameters, "sig": found}
    assert vonage_signature(parameters=signed, secret="secret", method="md5hash") == found


async def test_a_long_text_is_several_messages(outside: Sandbox) -> None:
    answer = (await text(outside, text="ї" * 200)).json()
    assert answer["message-count"] == "3"
    ids = [part["message-id"] for part in answer["messages"]]
    assert len(set(ids)) == 3
    receipts = await posted(outside, 6)
    assert {each["messageId"] for each in receipts} == set(ids)
    assert len((await report(outside, id=ids[2])).json()["records"]) == 3


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"to": ""}, "2"),
        ({"to": "12"}, "3"),
        ({"text": ""}, "2"),
        ({"api_secret": "wrong"}, "4"),
        ({"api_key": "wrong"}, "4"),
        ({"callback": "nowhere"}, "3"),
        ({"text": "x" * 3201}, "12"),
    ],
)
async def test_what_vonage_would_not_take(
    outside: Sandbox, more: dict[str, str], status: str
) -> None:
    answer = await text(outside, **more)
    assert (answer.status_code, answer.json()["messages"][0]["status"]) == (200, status)
    assert await outside.sms() == []


async def test_json_and_a_signed_request_are_taken_too(outside: Sandbox) -> None:
    given = {
        "api_key": KEY,
        "to": "48501234567",
        "from": "Salon",
        "text": "a=b&c",
        "timestamp": "1",
    }
    sig = vonage_signature(
        parameters=given, secret=CREDENTIALS["VONAGE_SIGNATURE_SECRET"], method="sha256"
    )
    for signature, status in ((sig.lower(), "0"), ("0" * 64, "4")):
        answer = await outside.client.post("/vonage/sms/json", json={**given, "sig": signature})
        assert answer.json()["messages"][0]["status"] == status


@pytest.mark.parametrize(("fault", "code"), [("rate_limit", 429), ("error_500", 500)])
async def test_a_denial_takes_nothing(outside: Sandbox, fault: str, code: int) -> None:
    await outside.fault("vonage", fault)
    answer = await text(outside)
    assert (answer.status_code, answer.json()["message-count"]) == (code, "1")
    assert await outside.sms() == []


async def test_undelivered_ends_as_failed(outside: Sandbox) -> None:
    await outside.fault("vonage", "undelivered")
    await text(outside)
    assert [each["status"] for each in await posted(outside, 2)] == ["accepted", "failed"]


async def test_a_dead_provider_cannot_be_asked_either(outside: Sandbox) -> None:
    await outside.fault("vonage", "refuse")
    with pytest.raises(httpx.TransportError):
        await report(outside, client_ref="our-number")
    await outside.fault("vonage", "error_500")
    assert (await report(outside, client_ref="our-number")).status_code == 500
    await outside.fault("vonage", "drop")
    assert (await report(outside, client_ref="our-number")).status_code == 200
