"""Lists in and out, and the file about one client, as the browser gets them."""

import csv
import io
import zipfile
from uuid import UUID

import orjson
from bs4 import BeautifulSoup
from httpx import Response
from sqlalchemy import text

from openchair.booking.clients.merge import merge_clients
from openchair.customers.imports.jobs import run_import
from openchair.customers.profiles.add import add_client
from openchair.identity.audit.record import SYSTEM
from openchair.platform.db.engine import Database
from openchair.platform.jobs.queue import JobContext
from openchair.platform.storage import store
from tests.customers.imports.lists import client_list
from tests.web.console.conftest import ORIGIN, House, Seat, Sit, add_visit, on, text_of

CLIENTS = "/console/house/clients"


async def send(seat: Seat, content: bytes, name: str = "list.csv") -> Response:
    """Choose a file and send it."""
    return await seat.client.post(
        f"{CLIENTS}/import",
        data={"csrf": seat.csrf},
        files={"file": (name, content, "text/csv")},
        headers={"Origin": ORIGIN},
    )


async def run(database: Database, house: House, address: str) -> None:
    """What the worker does."""
    payload = {"salon_id": str(house.salon.id), "import_id": address.rsplit("/", 1)[1]}
    await run_import(JobContext(database=database), payload)


async def client_of(database: Database, house: House, **who: str) -> UUID:
    async with database.transaction() as session:
        return await add_client(session, salon=house.salon, by=SYSTEM, **who)


async def test_what_cannot_be_read_is_refused_with_a_sentence(house: House, sit: Sit) -> None:
    seat = await sit(house.people["owner"])
    for content, sentence in (
        (b"", "Please choose a file."),
        (b"name,email\n", "a heading but no clients"),
        (b"name\nA\n" + b"x" * 11_000 + b"\n", "Line 3 cannot be read"),
        (b"name\n" + b"A" * 20_000_001, "larger than 20 MB"),
    ):
        answer = await send(seat, content)
        assert answer.status_code == 422
        assert sentence in answer.text


async def test_a_form_without_our_token_brings_no_file(house: House, sit: Sit) -> None:
    seat = await sit(house.people["owner"])
    seat.csrf = "another"
    assert (await send(seat, b"name\nA\n")).status_code == 403


async def test_columns_that_make_no_sense_are_refused_and_kept_as_chosen(
    house: House, sit: Sit
) -> None:
    seat = await sit(house.people["owner"])
    address = (await send(seat, b"a,b\nAnna,1\n")).headers["location"]
    page = await seat.page(address)
    assert page.select_one("button[formaction]") is None
    refused = await seat.press(
        f"{address}/columns", **{"column-0": "email", "column-1": "email", "duplicates": "skip"}
    )
    assert refused.status_code == 422
    shown = BeautifulSoup(refused.text, "html.parser")
    assert "Two columns are the same." in text_of(shown)
    chosen = [each["value"] for each in shown.select("#column-0 option[selected]")]
    assert chosen == ["email"]
    assert shown.select_one('input[value="skip"][checked]') is not None


async def test_a_list_goes_its_whole_way(house: House, sit: Sit, database: Database) -> None:
    seat = await sit(house.people["owner"])
    sent = await send(seat, client_list(600, bad=3).encode(), "clients <b>.csv")
    address = sent.headers["location"]
    page = await seat.page(address)
    assert "clients <b>.csv" in text_of(page)
    assert len(page.select(".import-rows li")) == 20
    fields = {
        str(each["name"]): str(chosen["value"])
        for each in page.select("select")
        if (chosen := each.select_one("option[selected]")) is not None
    }
    done = await seat.press(f"{address}/run", duplicates="fill", **fields)
    assert done.status_code == 303
    running = await seat.client.get(address)
    assert running.headers["refresh"] == "2"
    assert "0 of 600 rows" in running.text
    await run(database, house, address)
    page = await seat.page(address)
    assert [each.text for each in page.select(".figures dd")] == ["597", "0", "3"]
    errors = await seat.client.get(f"{address}/errors.csv")
    assert errors.headers["content-disposition"].startswith("attachment;")
    async with database.transaction() as session:
        taken = await session.scalar(
            text("SELECT user_id FROM audit_logs WHERE action = 'export_bad_rows'")
        )
    assert taken == house.people["owner"]
    rows = list(csv.reader(io.StringIO(errors.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0][-1] == "What is wrong"
    assert [row[0] for row in rows[1:]] == ["Zoë200", "", "Zoë600"]
    again = await seat.press(f"{address}/run")
    assert again.status_code == 409
    assert "taken over already" in again.text
    assert (await seat.press(f"{address}/undo")).status_code == 303
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM customers")) == 0


async def test_every_list_is_found_again(house: House, sit: Sit, database: Database) -> None:
    seat = await sit(house.people["owner"])
    for number in range(21):
        await send(seat, client_list(1).encode(), f"list-{number}.csv")
    newest = await seat.page(f"{CLIENTS}/import")
    assert len(newest.select(".listed li")) == 20
    rest = await seat.page(str(newest.select("a[href*='after=']")[0]["href"]))
    assert [text_of(each) for each in rest.select(".listed a")] == ["list-0.csv"]
    assert not rest.select("a[href*='after=']")
    assert (await seat.client.get(f"{CLIENTS}/import?after=nonsense")).status_code == 422


async def test_a_list_whose_file_is_lost_says_what_to_do(
    house: House, sit: Sit, database: Database
) -> None:
    seat = await sit(house.people["owner"])
    address = (await send(seat, client_list(3).encode())).headers["location"]
    await seat.press(f"{address}/run", duplicates="")
    async with database.transaction() as session:
        key = await session.scalar(text("SELECT key FROM customer_imports"))
    await store.delete(str(key))
    await run(database, house, address)
    shown = text_of(await seat.page(address))
    assert "could not be read to its end" in shown


async def test_the_list_that_goes_out_comes_back(
    house: House, sit: Sit, database: Database
) -> None:
    await add_visit(database, house, on(9, days=-1))
    await client_of(database, house, name='Ωmega, "Zoë"', phone="079 123 45 67")
    seat = await sit(house.people["manager"])
    answer = await seat.press(f"{CLIENTS}/export")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(each["name"], each["phone"]) for each in rows] == [
        ("Client 1", ""),
        ('Ωmega, "Zoë"', "+41791234567"),
    ]
    address = (await send(seat, answer.content)).headers["location"]
    await seat.press(f"{address}/run")
    await run(database, house, address)
    page = await seat.page(address)
    assert [each.text for each in page.select(".figures dd")] == ["0", "2", "0"]
    async with database.transaction() as session:
        noted = "SELECT count(*) FROM audit_logs WHERE resource_type = 'client_list'"
        assert await session.scalar(text(noted)) == 1


async def test_the_file_about_a_client_opens(house: House, sit: Sit, database: Database) -> None:
    visit = await add_visit(database, house, on(9, days=-1), note="<script>alert(1)</script>")
    async with database.transaction() as session:
        client = await session.scalar(
            text("SELECT customer_id FROM bookings WHERE id = :id"), {"id": visit}
        )
    seat = await sit(house.people["owner"])
    answer = await seat.press(f"{CLIENTS}/{client}/export")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == ["data.json", "index.html"]
        data = orjson.loads(packed.read("data.json"))
        page = packed.read("index.html").decode()
    assert data["client"][0]["email"] == "client1@example.com"
    assert data["visits"][0]["services"][0]["stylist"] == "Anna"
    assert "Client 1" in page
    assert "<script>" not in page


async def test_who_was_merged_is_undone_only_at_their_own_client(
    house: House, sit: Sit, database: Database
) -> None:
    kept, gone, other = [
        await client_of(database, house, name=f"Client {name}") for name in ("A", "B", "C")
    ]
    async with database.transaction() as session:
        merge = await merge_clients(
            session, salon_id=house.salon.id, kept_id=kept, gone_id=gone, choices={}, by=SYSTEM
        )
    seat = await sit(house.people["receptionist"])
    assert (await seat.press(f"{CLIENTS}/{other}/merges/{merge}/undo")).status_code == 404
    refused = await seat.client.get(f"{CLIENTS}/{other}/merge/{gone}")
    assert refused.status_code == 409
    assert (await seat.press(f"{CLIENTS}/{kept}/merges/{merge}/undo")).status_code == 303
