"""Every route of the whole app states for whom it is; a new one without a word fails here.

Routes of the two consoles say it by their guard (`console/test_rights.py`, `ops/test_rights.py`
walk them). All others stand below: a new one has to be put there by somebody who thought of it.
"""

import re
from uuid import uuid4

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from openchair.main import create_app
from openchair.platform.db.engine import Database
from tests.builders import make_salon
from tests.web.routes import Door, doors

EVERYBODY = {
    # the programs of clients
    "GET /api/v1/salons",
    "GET /api/v1/salons/{slug}",
    "GET /api/v1/salons/{slug}/services",
    "GET /api/v1/salons/{slug}/staff",
    "GET /api/v1/salons/{slug}/availability",
    "POST /api/v1/salons/{slug}/holds",
    "DELETE /api/v1/salons/{slug}/holds/{hold_id}",
    "POST /api/v1/salons/{slug}/bookings",
    "GET /api/openapi.json",
    "GET /api/docs",
    "GET /api/docs.css",
    # whether the house works
    "GET /api/health",
    "GET /api/health-check",
    "GET /.netlify/functions/health",
    "POST /api/vitals",
    "GET /status",
    "GET /status/subscribe",
    "POST /status/subscribe",
    "POST /status/unsubscribe/{token}",  # who is on no list hears that no more mails will come
    # a salon's own pages
    "GET /static/{name}",
    "GET /widget.js",
    "GET /{slug:salon}/widget",
    "GET /robots.txt",
    "GET /sitemap.xml",
    "GET /icon.svg",
    "GET /favicon.ico",
    "GET /",
    "GET /{slug:salon}",
    "GET /{slug:salon}/",
    "GET /{slug:salon}/{language}",
    "GET /{slug:salon}/{language}/",
    "GET /{slug:salon}/manifest.webmanifest",
    "GET /{slug:salon}/icon.svg",
    "GET /{slug:salon}/icon-{size}.png",
    "GET /{slug:salon}/pictures/{picture:uuid}/{width:int}.webp",
    "GET /{slug:salon}/{language}/book",
    "GET /{slug:salon}/{language}/book/staff",
    "GET /{slug:salon}/{language}/book/time",
    "GET /{slug:salon}/{language}/book/hold",
    "POST /{slug:salon}/{language}/book/hold",
    "GET /{slug:salon}/{language}/book/details",
    "POST /{slug:salon}/{language}/book/details",
    "GET /{slug:salon}/{language}/waitlist",
    "POST /{slug:salon}/{language}/waitlist",
}
WHO_HAS_THE_LINK = {
    "GET /api/v1/bookings/{token}",
    "POST /api/v1/bookings/{token}/cancel",
    "POST /api/v1/bookings/{token}/reschedule",
    "GET /status/confirm/{token}",
    "POST /status/confirm/{token}",
    "GET /status/unsubscribe/{token}",
    "GET /unsubscribe/{token}",
    "POST /unsubscribe/{token}",
    "GET /{slug:salon}/{language}/unsubscribe/{token}",
    "POST /{slug:salon}/{language}/unsubscribe/{token}",
    "GET /feeds/{token}.ics",
    "GET /{slug:salon}/{language}/booking/{token}",
    "GET /{slug:salon}/{language}/booking/{token}/calendar.ics",
    "GET /{slug:salon}/{language}/booking/{token}/cancel",
    "POST /{slug:salon}/{language}/booking/{token}/cancel",
    "GET /{slug:salon}/{language}/booking/{token}/move",
    "POST /{slug:salon}/{language}/booking/{token}/move",
    "GET /{slug:salon}/{language}/waitlist/{token}",
    "POST /{slug:salon}/{language}/waitlist/{token}/accept",
    "POST /{slug:salon}/{language}/waitlist/{token}/decline",
    "POST /{slug:salon}/{language}/waitlist/{token}/withdraw",
    "POST /{slug:salon}/{language}/waitlist/{token}/restore",
}
OPERATORS_TOKEN = {
    # these four are open to callers on the machine itself
    "GET /api/ready",
    "GET /.netlify/functions/ready",
    "GET /api/metrics",
    "GET /.netlify/functions/metrics",
    "POST /api/webhooks/retry",
    "POST /.netlify/functions/webhooks/retry",
    "POST /api/admin/dlq/retry-all",
    "POST /api/admin/dlq/process",
    "GET /api/admin/dlq/redrives/{redrive_id}",
    "POST /.netlify/functions/admin/dlq/retry-all",
    "POST /.netlify/functions/admin/dlq/process",
    "GET /.netlify/functions/admin/dlq/redrives/{redrive_id}",
    "POST /api/admin/security/block-ip",
    "POST /.netlify/functions/admin/security/block-ip",
    "GET /api/alerts",
    "POST /api/heartbeat/{name}",
    "POST /api/test-alert",
    "POST /.netlify/functions/test-alert",
}
STATED = EVERYBODY | WHO_HAS_THE_LINK | OPERATORS_TOKEN
PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")


def unguarded(app: FastAPI) -> list[Door]:
    return [door for door in doors(app.routes) if not door.guards]


def address(door: Door, *, salon: str) -> str:
    values = {"slug": salon, "language": "en"}
    return PLACE.sub(lambda found: values.get(found[1]) or str(uuid4()), door.path)


def test_every_route_is_stated_and_none_is_left_over(app: FastAPI) -> None:
    served = {door.name for door in unguarded(app)}
    assert sorted(served - STATED) == [], "say in this file, or by a guard, for whom it is"
    assert sorted(STATED - served) == [], "it is gone: take it out here"
    assert len(STATED) == len(EVERYBODY) + len(WHO_HAS_THE_LINK) + len(OPERATORS_TOKEN)


async def test_a_guessed_link_opens_nothing(
    app: FastAPI, client: AsyncClient, database: Database
) -> None:
    opened = []
    async with database.transaction() as session:
        await make_salon(session, slug="house")
    for door in unguarded(app):
        if door.name in WHO_HAS_THE_LINK:
            where = address(door, salon="house")
            body = {"start": "2030-01-01T10:00:00Z"} if "/api/" in where else None
            answer = await client.request(
                door.method, where, json=body, headers={"Origin": "http://testserver"}
            )
            if answer.status_code not in {404, 410, 422}:
                opened.append(f"{door.name}: {answer.status_code} {answer.text[-200:]}")
    assert opened == []


async def test_without_a_token_operators_routes_are_closed(app: FastAPI) -> None:
    elsewhere = ASGITransport(app, client=("203.0.113.9", 50_000))
    async with AsyncClient(transport=elsewhere, base_url="http://testserver") as client:
        for door in unguarded(app):
            if door.name in OPERATORS_TOKEN:
                for offered in ({}, {"Authorization": "Bearer guessed"}):
                    answer = await client.request(
                        door.method, address(door, salon="house"), headers=offered
                    )
                    assert answer.status_code == 401, f"{door.name}: {answer.text[-500:]}"


def test_the_walk_finds_the_routes_of_every_face(database: Database) -> None:
    names = {door.name for door in doors(create_app(database=database).routes)}
    for face in ("GET /console/log-in", "GET /ops", "GET /api/v1/salons", "GET /{slug:salon}"):
        assert face in names
