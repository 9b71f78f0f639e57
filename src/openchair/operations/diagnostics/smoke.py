"""A client's whole way over the wire, on a salon that can bear it: log in, find a time, hold it,
book it, cancel it. `openchair test smoke`. What it made it takes back, also after a failure.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic
from typing import Any

import httpx

from openchair.platform.ids import new_id
from openchair.platform.steps import Step, StepState

TIMEOUT_SECONDS = 15.0
DAYS_AHEAD = 21
DAYS = 14
NAME = "Smoke test"
REASON = "Smoke test: taken back at once."


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """Somebody of the team; the password is used and kept nowhere."""

    email: str
    password: str


class Failed(Exception):
    """A step did not do what it should; the message says what was answered instead."""


class Walk:
    """The way through one salon by its API. `undo` takes back what is left."""

    def __init__(self, asking: httpx.AsyncClient, *, salon: str, email: str, today: date) -> None:
        self._ask = asking
        self._path = f"/api/v1/salons/{salon}"
        self._email = email
        self._today = today
        self._service = ""
        self._start = ""
        self._hold: str | None = None
        self._token: str | None = None

    async def log_in(self, who: LogIn) -> str:
        """By the form, as somebody of the team; a wrong password first has to be refused."""
        typed = {"email": who.email, "password": who.password, "next": "/console"}
        answer = await self._ask.post("/console/log-in", data=typed)
        if answer.status_code != 303 or "set-cookie" not in answer.headers:
            raise Failed(f"the log-in answers {answer.status_code}")
        self._ask.cookies.clear()
        return f"{who.email} is let in"

    async def find_time(self) -> str:
        """The first free time from three weeks ahead, of the first service that has one."""
        listed = await self._get(f"{self._path}/services")
        first = self._today + timedelta(days=DAYS_AHEAD)
        last = first + timedelta(days=DAYS)
        for service in listed["services"][:10]:
            query = {"service_id": service["id"], "from": f"{first}", "to": f"{last}"}
            found = await self._get(f"{self._path}/availability", **query)
            for day in found["days"]:
                if day["slots"]:
                    self._service, self._start = service["id"], day["slots"][-1]["start"]
                    return f"{service['slug']} at {self._start}"
        raise Failed(f"no service is free from {first} to {last}")

    async def hold(self) -> str:
        """Keep it."""
        body = {"service_ids": [self._service], "start": self._start}
        held = await self._post(f"{self._path}/holds", body, wanted=201)
        self._hold = held["hold_id"]
        return f"kept until {held['expires_at']}"

    async def book(self) -> str:
        """Make it a booking."""
        body = {
            "hold_id": self._hold,
            "customer": {"name": NAME, "email": self._email},
            "consents": {},
            "note": REASON,
        }
        booked = await self._post(f"{self._path}/bookings", body, wanted=201)
        self._token = booked["manage_url"].rpartition("/")[2]
        self._hold = None
        return f"booking {booked['booking_id']} is {booked['status']}"

    async def cancel(self) -> str:
        """Take it back, and see that its time is free again."""
        path = f"/api/v1/bookings/{self._token}/cancel"
        cancelled = await self._post(path, {"reason": REASON}, wanted=200)
        if cancelled["status"] != "cancelled":
            raise Failed(f"it is {cancelled['status']}")
        self._token = None
        return "cancelled; its time is free again"

    async def undo(self) -> None:
        """Whatever is left after a failure."""
        if self._hold is not None:
            await self._ask.delete(f"{self._path}/holds/{self._hold}")
        if self._token is not None:
            path = f"/api/v1/bookings/{self._token}/cancel"
            await self._ask.post(path, json={"reason": REASON})

    async def _get(self, path: str, **query: str) -> Any:
        return _body(await self._ask.get(path, params=query), wanted=200)

    async def _post(self, path: str, body: dict[str, Any], *, wanted: int) -> Any:
        return _body(await self._ask.post(path, json=body), wanted=wanted)


async def walk(
    address: str, *, salon: str, email: str, who: LogIn | None, today: date
) -> AsyncIterator[Step]:
    """Each step as it is done; ends at the first that failed. All of it has one correlation id."""
    headers = {"X-Correlation-Id": f"smoke-{new_id().hex}"}
    async with httpx.AsyncClient(
        base_url=address, timeout=TIMEOUT_SECONDS, trust_env=False, headers=headers
    ) as asking:
        way = Walk(asking, salon=salon, email=email, today=today)
        steps: list[tuple[str, Callable[[], Awaitable[str]]]] = []
        if who is not None:
            steps.append(("log in", lambda: way.log_in(who)))
        steps += [
            ("find a time", way.find_time),
            ("hold", way.hold),
            ("book", way.book),
            ("cancel", way.cancel),
        ]
        try:
            for name, do in steps:
                step = await _done(name, do)
                yield step
                if step.state == "failed":
                    return
        finally:
            await way.undo()


async def _done(name: str, do: Callable[[], Awaitable[str]]) -> Step:
    began = monotonic()
    state: StepState = "ok"
    try:
        words = await do()
    except Failed as failed:
        state, words = "failed", str(failed)
    except httpx.HTTPError as error:
        state, words = "failed", f"no answer: {type(error).__name__}"
    milliseconds = round((monotonic() - began) * 1000)
    return Step(name=name, state=state, milliseconds=milliseconds, words=words)


def _body(answer: httpx.Response, *, wanted: int) -> Any:
    if answer.status_code != wanted:
        raise Failed(f"{answer.request.url.path} answers {answer.status_code}: {answer.text[:200]}")
    return answer.json()
