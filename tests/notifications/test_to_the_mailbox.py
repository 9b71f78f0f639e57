"""From a booking at the API to the client's mailbox, through every process of the house."""

import time
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from openchair.platform.clock import utc_now
from tests.served import Served

WORDS = {
    ("schnittwerk", "de"): "Dein Termin steht",
    ("schnittwerk", "en"): "Your appointment is booked",
    ("mariia-hub", "pl"): "Wizyta jest zarezerwowana",
    ("mariia-hub", "uk"): "Ваш візит заброньовано",
}


def book(served: Served, *, salon: str, language: str, email: str, ahead: int) -> dict[str, Any]:
    """Book the first free time of the first service, some days ahead."""
    api = f"{served.url}/api/v1/salons/{salon}"
    service = httpx.get(f"{api}/services").json()["services"][0]["id"]
    first = utc_now().date() + timedelta(days=ahead)
    found = httpx.get(
        f"{api}/availability",
        params={"service_id": service, "from": f"{first}", "to": f"{first + timedelta(days=14)}"},
        timeout=20,
    ).json()
    start = next(slot["start"] for day in found["days"] for slot in day["slots"])
    answer = httpx.post(
        f"{api}/bookings",
        headers={"Idempotency-Key": email},
        json={
            "service_ids": [service],
            "start": start,
            "customer": {"name": "Anna Kowalska", "email": email, "language": language},
            "consents": {},
        },
        timeout=20,
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json()) | {"token": answer.json()["manage_url"].rsplit("/", 1)[1]}


def mails(served: Served, email: str, *, count: int) -> list[dict[str, Any]]:
    """The mails to one address, newest first, once there are as many as expected."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = httpx.get(f"{served.mailbox_url}/api/mails", params={"to": email}).json()["mails"]
        if len(found) >= count:
            return list(found)
        time.sleep(0.2)
    pytest.fail(f"{count} mails to {email} did not come:\n{served.log('worker')[-2000:]}")


@pytest.mark.parametrize("salon, language", WORDS)
def test_a_booking_ends_in_the_clients_mailbox(served: Served, salon: str, language: str) -> None:
    email = f"{language}@{salon}.example"
    booked = book(served, salon=salon, language=language, email=email, ahead=3)
    [mail] = mails(served, email, count=1)
    assert WORDS[salon, language] in mail["html"]
    assert booked["manage_url"] in mail["text"]
    file = httpx.get(served.mailbox_url + mail["attachments"][0]["url"]).content
    found: Any = Calendar.from_ical(file)
    [event] = found.walk("VEVENT")
    assert event["DTSTART"].dt == datetime.fromisoformat(booked["start"])
    assert event["DTSTART"].params["TZID"] in ("Europe/Zurich", "Europe/Warsaw")


def test_the_correlation_id_of_the_request_is_on_the_mail(served: Served) -> None:
    email = "cancelled@example.org"
    booked = book(served, salon="schnittwerk", language="de", email=email, ahead=5)
    mails(served, email, count=1)
    answer = httpx.post(
        f"{served.url}/api/v1/bookings/{booked['token']}/cancel",
        headers={"X-Correlation-Id": "cancel-by-anna-1"},
        timeout=20,
    )
    assert answer.status_code == 200, answer.text
    newest, _ = mails(served, email, count=2)
    assert newest["subject"].startswith("Abgesagt")
    headers = {each["name"]: each["value"] for each in newest["headers"]}
    assert headers["X-Correlation-Id"] == "cancel-by-anna-1"
