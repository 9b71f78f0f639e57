"""The SMS provider in Twilio's shape, as a client of Twilio would use it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from openchair_sandbox.sms.segments import segments_of
from openchair_sandbox.twilio.signature import twilio_signature
from tests.sandbox_process import CREDENTIALS, TWILIO_FROM, Sandbox, eventually, sandbox

ACCOUNT, TOKEN = CREDENTIALS["TWILIO_ACCOUNT_SID"], CREDENTIALS["TWILIO_AUTH_TOKEN"]
TO = "+491711234567"


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


def messages(outside: Sandbox, end: str = ".json") -> str:
    base = outside.environment()["TWILIO_BASE_URL"]
    return f"{base}/2010-04-01/Accounts/{ACCOUNT}/Messages{end}"


async def text(outside: Sandbox, **form: str) -> httpx.Response:
    given = {"To": TO, "From": TWILIO_FROM, "Body": "Bis morgen", **form}
    return await outside.client.post(messages(outside), data=given, auth=(ACCOUNT, TOKEN))


async def look(outside: Sandbox, **query: Any) -> dict[str, Any]:
    answer = await outside.client.get(messages(outside), params=query, auth=(ACCOUNT, TOKEN))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def posted(outside: Sandbox, count: int) -> list[dict[str, str]]:
    """The callbacks in the order they came, as soon as there are `count`."""

    async def enough() -> list[dict[str, Any]]:
        found = await outside.webhooks(name="twilio")
        return found if len(found) >= count else []

    return [dict(parse_qsl(each["body"])) for each in reversed(await eventually(enough))]


async def delivered(outside: Sandbox) -> bool:
    return bool((await outside.sms())[0]["status"] == "delivered")


def callback(outside: Sandbox) -> str:
    return f"{outside.http_url}/webhook/twilio?notification=b2c4&x=1"


async def test_a_message_is_taken_and_told_of(outside: Sandbox) -> None:
    answer = await text(outside, StatusCallback=callback(outside))
    assert answer.status_code == 201
    taken = answer.json()
    assert taken["sid"].startswith("SM")
    assert len(taken["sid"]) == 34
    assert (taken["status"], taken["num_segments"], taken["price"]) == ("queued", "1", None)
    assert parsedate_to_datetime(taken["date_created"]) <= datetime.now(UTC)
    forms = await posted(outside, 3)
    assert [form["MessageStatus"] for form in forms] == ["queued", "sent", "delivered"]
    assert {form["MessageSid"] for form in forms} == {taken["sid"]}
    for each in await outside.webhooks(name="twilio"):
        form = dict(parse_qsl(each["body"]))
        wanted = twilio_signature(url=callback(outside), form=form, token=TOKEN)
        assert each["headers"]["x-twilio-signature"] == wanted
    end = f"/{taken['sid']}.json"
    later = await outside.client.get(messages(outside, end), auth=(ACCOUNT, TOKEN))
    assert (later.json()["status"], later.json()["price"]) == ("delivered", "-0.00790")


def test_the_signature_is_the_one_that_twilio_publishes() -> None:
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    found = twilio_signature(url=url, form=form, token="12345")
    assert found == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "0171 123"}, 21211),
        ({"From": ""}, 21603),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"StatusCallback": "ftp://example.org"}, 21609),
    ],
)
async def test_what_twilio_would_not_take(
    outside: Sandbox, form: dict[str, str], code: int
) -> None:
    answer = await text(outside, **form)
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (400, 400, code)
    assert problem["more_info"].endswith(str(code))
    assert await outside.sms() == []


async def test_strangers_are_not_let_in(outside: Sandbox) -> None:
    for auth in (None, (ACCOUNT, "wrong"), ("AC1", TOKEN)):
        for method in ("GET", "POST"):
            answer = await outside.client.request(method, messages(outside), auth=auth)
            assert (answer.status_code, answer.json()["code"]) == (401, 20003)


async def test_the_list_is_filtered_and_paged_as_twilio_does(outside: Sandbox) -> None:
    for number in range(5):
        await text(outside, Body=f"Number {number}")
    await text(outside, To="+48501234567")
    first = await look(outside, To=TO, PageSize=2)
    assert [each["body"] for each in first["messages"]] == ["Number 4", "Number 3"]
    assert (first["page"], first["start"], first["end"], first["page_size"]) == (0, 0, 1, 2)
    base = outside.environment()["TWILIO_BASE_URL"]
    bodies, page = [], first
    while page["next_page_uri"]:
        answer = await outside.client.get(base + page["next_page_uri"], auth=(ACCOUNT, TOKEN))
        page = answer.json()
        bodies += [each["body"] for each in page["messages"]]
    assert bodies == ["Number 2", "Number 1", "Number 0"]
    now = datetime.now(UTC)
    for name in ("DateSent>", "DateSent>="):
        for moment, count in (
            (now - timedelta(minutes=1), 5),
            (now + timedelta(minutes=1), 0),
        ):
            found = await look(outside, **{"To": TO, name: f"{moment:%Y-%m-%dT%H:%M:%SZ}"})
            assert len(found["messages"]) == count
    assert len((await look(outside, To=TO, DateSent=f"{now:%Y-%m-%d}"))["messages"]) == 5
    assert (await look(outside, **{"DateSent<": "2020-01-01"}))["messages"] == []
    wrong = {"DateSent>": "soon"}
    answer = await outside.client.get(messages(outside), params=wrong, auth=(ACCOUNT, TOKEN))
    assert answer.status_code == 400
    gone = await outside.client.get(messages(outside, "/SMx.json"), auth=(ACCOUNT, TOKEN))
    assert (gone.status_code, gone.json()["code"]) == (404, 20404)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("error_500", 500, 20500), ("rate_limit", 429, 20429), ("bad_number", 400, 21211)],
)
async def test_a_denial_takes_nothing(outside: Sandbox, fault: str, status: int, code: int) -> None:
    more = {"seconds": 7} if fault == "rate_limit" else {}
    await outside.fault("twilio", fault, **more)
    answer = await text(outside)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers.get("retry-after") == ("7" if more else None)
    assert await outside.sms() == []


@pytest.mark.parametrize(("fault", "kept"), [("drop", 1), ("refuse", 0)])
async def test_an_answer_can_be_cut(outside: Sandbox, fault: str, kept: int) -> None:
    await outside.fault("twilio", fault)
    with pytest.raises(httpx.TransportError):
        await text(outside)
    assert len(await outside.sms()) == kept
    await outside.clear()
    assert len((await look(outside, To=TO))["messages"]) == kept


async def test_a_slow_answer_is_about_a_message_that_was_taken(outside: Sandbox) -> None:
    await outside.fault("twilio", "slow", seconds=30)
    with pytest.raises(httpx.ReadTimeout):
        await outside.client.post(
            messages(outside),
            data={
                "To": TO,
                "From": TWILIO_FROM,
                "Body": "x",
                "StatusCallback": callback(outside),
            },
            auth=(ACCOUNT, TOKEN),
            timeout=0.5,
        )
    assert [form["MessageStatus"] for form in await posted(outside, 3)][-1] == "delivered"


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        ("callbacks_duplicated", ["queued", "queued", "sent", "sent", "delivered", "delivered"]),
        ("callbacks_reordered", ["delivered", "sent", "queued"]),
        ("undelivered", ["queued", "sent", "undelivered"]),
    ],
)
async def test_callbacks_go_wrong_as_told(
    outside: Sandbox, fault: str, statuses: list[str]
) -> None:
    await outside.fault("twilio", fault, times=1)
    await text(outside, StatusCallback=callback(outside))
    forms = await posted(outside, len(statuses))
    assert [form["MessageStatus"] for form in forms] == statuses
    assert [form.get("ErrorCode") for form in forms][-1] == (
        "30003" if fault == "undelivered" else None
    )
    assert await outside.faults() == {}


async def test_lost_callbacks_can_be_posted_again_all_at_once(outside: Sandbox) -> None:
    await outside.fault("twilio", "callbacks_lost")
    taken = (await text(outside, StatusCallback=callback(outside))).json()
    await eventually(lambda: delivered(outside))
    assert await outside.webhooks() == []
    assert await outside.post_callbacks(taken["sid"], times=5) == ["200"] * 15
    found = await posted(outside, 15)
    assert len(found) == 15
    tokens = {each["headers"]["i-twilio-idempotency-token"] for each in await outside.webhooks()}
    assert len(tokens) == 3
    assert len((await outside.sms())[0]["callbacks"]) == 15


async def test_what_a_killed_sandbox_had_taken_goes_on_with_the_next() -> None:
    async with sandbox(callback_delay=30) as first:
        await text(first)
        data = first.data
        async with sandbox(callback_delay=0.01, data=data) as second:
            assert await eventually(lambda: delivered(second))


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ї" * 70, 1),
        ("ї" * 71, 2),
        ("💇" * 35, 1),
        ("💇" * 36, 2),
        ("", 1),
    ],
)
def test_segments_are_counted_as_providers_count(body: str, count: int) -> None:
    assert segments_of(body) == count
