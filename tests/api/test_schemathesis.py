"""The OpenAPI document against the running web process: no 5xx, no undocumented answer."""

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from httpx import AsyncClient

from openchair.identity.audit.record import SYSTEM
from openchair.identity.tokens.issue import issue_token
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from tests.api.conftest import House, booking, day_in, on, stored
from tests.api.web_process import web_process

SEED = 20261122
EXAMPLES = 25
SECONDS = 240
REPORT = "report.json"
# A start in the past, an unknown service, a time that is taken: fine by the schema, refused by
# the salon. So a well-formed request may also be answered with 404, 409 or 422.
CONFIG = """
seed = {seed}
headers = {{ Authorization = "Bearer {token}" }}

[dictionaries]
slugs = {{ values = ["{slug}"] }}
services = {{ values = {services} }}
people = {{ values = {people} }}
starts = {{ values = {starts} }}
dates = {{ values = {dates} }}
tokens = {{ values = {tokens} }}
holds = {{ values = {holds} }}
names = {{ values = ["Anna Muster", "Оксана", "محمد"] }}
emails = {{ values = ["anna@example.com", "ben@example.com"] }}
languages = {{ values = ["de", "uk"] }}

[parameters]
"query.service_id" = {services}
"path.slug" = {{ dictionary = "slugs", probability = 0.9 }}
"path.token" = {{ dictionary = "tokens", probability = 0.8 }}
"query.from" = {{ dictionary = "dates", probability = 0.8 }}
"query.to" = {{ dictionary = "dates", probability = 0.8 }}
"body.service_ids[*]" = {{ dictionary = "services", probability = 0.9 }}
"body.staff_id" = {{ dictionary = "people", probability = 0.9 }}
"body.start" = {{ dictionary = "starts", probability = 0.9 }}
"body.hold_id" = {{ dictionary = "holds", probability = 0.8 }}
"body.customer.name" = {{ dictionary = "names", probability = 0.9 }}
"body.customer.email" = {{ dictionary = "emails", probability = 0.9 }}
"body.customer.language" = {{ dictionary = "languages", probability = 0.9 }}

[checks.positive_data_acceptance]
expected-statuses = ["2xx", 404, 409, 422]
"""


async def settings(call: AsyncClient, house: House, *, token: str) -> str:
    """Names that exist, so that well-formed requests get beyond "not found"."""
    tokens, holds = [], []
    for hour in range(9, 13):
        booked = await call.post(
            f"{house.path}/bookings", json=booking(house, start=on(hour, days=9))
        )
        tokens.append(booked.headers["location"].rsplit("/", 1)[1])
        body = {"service_ids": [str(house.cut)], "start": on(hour, days=11)}
        holds.append((await call.post(f"{house.path}/holds", json=body)).json()["hold_id"])
    lists = {
        "services": [str(house.cut)],
        "people": [str(house.anna), str(house.ben)],
        "starts": [on(hour, minute, days=10) for hour in range(9, 17) for minute in (0, 30)],
        "dates": [str(day_in(number)) for number in (7, 8, 10)],
        "tokens": tokens,
        "holds": holds,
    }
    written = {name: orjson.dumps(values).decode() for name, values in lists.items()}
    return CONFIG.format(seed=SEED, slug=house.slug, token=token, **written)


@pytest.mark.timeout(SECONDS + 60)
async def test_the_document_keeps_its_word(  # noqa: PLR0917 - six fixtures
    database_url: str,
    database: Database,
    house: House,
    call: AsyncClient,
    run_folder: Path,
    tmp_path: Path,
) -> None:
    async with database.transaction() as session:
        token = await issue_token(
            session, role="operator", salon_id=None, days=1, by=SYSTEM, now=utc_now()
        )
    (tmp_path / "schemathesis.toml").write_text(await settings(call, house, token=token))
    booked = await stored(database, "bookings")
    with web_process(database_url=database_url, folder=run_folder) as web:
        done = subprocess.run(  # noqa: ASYNC221 - nothing else happens in this loop meanwhile
            [
                *(sys.executable, "-m", "schemathesis.cli"),
                *("--config-file", "schemathesis.toml", "--no-color"),
                *("run", f"{web.url}/api/openapi.json"),
                *("--checks", "all", "--mode", "all"),
                *("--phases", "examples,coverage,fuzzing,stateful"),
                *("--max-examples", str(EXAMPLES)),
            ],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "120"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert await stored(database, "bookings") > booked
    assert await stored(database, "appointments") == await stored(database, "bookings")
