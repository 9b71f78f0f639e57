"""A list is taken over: who is new, who is known, what is refused, what a kill leaves."""

import asyncio
import os
import signal
import sys
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.clients.take_back_import import take_back_import
from openchair.customers.imports import jobs
from openchair.customers.imports.begin import begin_import, keep_file, map_columns, run_import
from openchair.customers.imports.columns import guess_fields
from openchair.customers.imports.expire import FORGET_JOB
from openchair.customers.imports.jobs import run_import as run_job
from openchair.customers.imports.preview import preview_rows
from openchair.customers.imports.queries import (
    ClientImport,
    Mapping,
    bad_rows,
    get_import,
    list_imports,
)
from openchair.customers.imports.read import count_lines, read_sheet
from openchair.identity.audit.record import Actor
from openchair.platform.db.engine import Database
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.jobs.queue import JobContext
from openchair.platform.storage import store
from openchair.salons.queries import Salon
from tests.booking.clients.scene import make_scene
from tests.builders import at, make_salon
from tests.customers.imports.lists import BAD, client_list

BY = Actor("user")


async def a_salon(database: Database) -> Salon:
    async with database.transaction() as session:
        return await (await make_salon(session)).salon()


async def upload(
    database: Database, salon: Salon, content: bytes, *, duplicates: str = "fill"
) -> UUID:
    sheet = read_sheet(content, country="CH")
    total = count_lines(sheet)
    key = await keep_file(salon_id=salon.id, content=content)
    async with database.transaction() as session:
        import_id = await begin_import(
            session, salon_id=salon.id, filename="x.csv", key=key, sheet=sheet,
            rows_total=total, by=BY,
        )  # fmt: skip
        await map_columns(
            session, salon_id=salon.id, import_id=import_id, fields=guess_fields(sheet.header),
            duplicates=duplicates, sheet=sheet, rows_total=total,
        )  # fmt: skip
        await run_import(session, salon_id=salon.id, import_id=import_id, by=BY)
    return import_id


async def take(database: Database, salon: Salon, import_id: UUID) -> ClientImport:
    payload = {"salon_id": str(salon.id), "import_id": str(import_id)}
    await run_job(JobContext(database=database), payload)
    async with database.transaction() as session:
        return await get_import(session, salon_id=salon.id, import_id=import_id)


async def count(session: AsyncSession, statement: str, **values: object) -> int:
    return int((await session.execute(text(statement), values)).scalar_one())


async def test_a_row_with_more_cells_than_the_heading_is_refused(database: Database) -> None:
    salon = await a_salon(database)
    content = b"name;email;phone\nAnna;a@example.org;;\nBea; Maid;b@example.org;079 123 45 67\n"
    import_id = await upload(database, salon, content)
    done = await take(database, salon, import_id)
    assert (done.rows_created, done.rows_refused) == (1, 1)
    async with database.transaction() as session:
        (bad,) = await bad_rows(session, salon_id=salon.id, import_id=import_id, limit=10)
    assert (bad.line, bad.field, bad.reason) == (3, "", "too_many_cells")


async def test_five_thousand_clients_with_37_bad_rows(database: Database) -> None:
    salon = await a_salon(database)
    content = client_list(5000, bad=37).encode("cp1252")
    done = await take(database, salon, await upload(database, salon, content))
    assert (done.status, done.rows_read, done.rows_created, done.rows_updated) == (
        "done", 5000, 4963, 0,
    )  # fmt: skip
    async with database.transaction() as session:
        refused = await bad_rows(session, salon_id=salon.id, import_id=done.id, limit=1000)
        assert len(refused) == done.rows_refused == 37
        assert [each.line for each in refused[:3]] == [136, 271, 406]
        assert [each.field for each in refused[:3]] == [BAD[1][2], BAD[2][2], BAD[0][2]]
        assert refused[0].cells[0] == "Zoë135"
        values = {"salon_id": salon.id}
        assert await count(session, "SELECT count(*) FROM customers") == 4963
        one = await session.execute(
            text("SELECT name, phone, language FROM customers WHERE email = 'zoe50@example.ch'")
        )
        assert one.one() == ("Zoë50 Müller", "+41790000050", "de")
        assert await count(session, "SELECT count(*) FROM customer_notes") == 97
        granted = "SELECT count(*) FROM consents WHERE kind = 'marketing' AND granted"
        assert await count(session, granted, **values) > 2400


async def test_the_same_list_again_doubles_nobody(database: Database) -> None:
    salon = await a_salon(database)
    content = client_list(300).encode()
    await take(database, salon, await upload(database, salon, content))
    again = await take(database, salon, await upload(database, salon, content))
    assert (again.rows_created, again.rows_updated, again.rows_refused) == (0, 300, 0)
    async with database.transaction() as session:
        assert await count(session, "SELECT count(*) FROM customers") == 300
        assert await count(session, "SELECT count(*) FROM customer_notes") == 6
        assert await count(session, "SELECT count(*) FROM consents") == 300


async def test_known_clients_are_completed_and_never_overwritten(database: Database) -> None:
    salon = await a_salon(database)
    first = b"name,email,phone,allergies\nAnna Meier,anna@example.ch,,\nBen Frei,,0791234567,nuts\n"
    await take(database, salon, await upload(database, salon, first))
    more = (
        b"name,email,phone,allergies\n"
        b"Anna M.,ANNA@example.ch,079 111 22 33,ammonia\n"
        b"Ben Frei,ben@example.ch,+41 79 123 45 67,latex\n"
        b"Lea Frei,,079 123 45 67,\n"  # the family's telephone
        b"Ben Frei,ben@example.ch,,\n"
    )
    done = await take(database, salon, await upload(database, salon, more))
    assert (done.rows_created, done.rows_updated) == (1, 3)
    async with database.transaction() as session:
        rows = await session.execute(
            text("SELECT name, email, phone, allergies FROM customers ORDER BY name")
        )
        assert [tuple(row) for row in rows] == [
            ("Anna Meier", "anna@example.ch", "+41791112233", "ammonia"),
            ("Ben Frei", "ben@example.ch", "+41791234567", "nuts"),
            ("Lea Frei", None, "+41791234567", ""),
        ]
        told = await session.execute(
            text("SELECT metadata->'fields' FROM audit_logs WHERE resource_type = 'customer'")
        )
        assert sorted(row[0] for row in told) == [["allergies", "phone"], ["email"]]


async def test_known_clients_can_be_left_alone(database: Database) -> None:
    salon = await a_salon(database)
    await take(database, salon, await upload(database, salon, b"name,email\nAnna,a@example.ch\n"))
    list_ = b"name,email,phone,note\nAnna,a@example.ch,0791234567,hello\nBea,,,\nBea,,,\n"
    done = await take(database, salon, await upload(database, salon, list_, duplicates="skip"))
    assert (done.rows_created, done.rows_updated) == (1, 2)
    async with database.transaction() as session:
        phones = await session.scalars(text("SELECT phone FROM customers WHERE email IS NOT NULL"))
        assert list(phones) == [None]
        assert await count(session, "SELECT count(*) FROM customer_notes") == 0


async def test_the_preview_says_what_then_happens(database: Database) -> None:
    salon = await a_salon(database)
    await take(database, salon, await upload(database, salon, b"name,email\nAnna,a@example.ch\n"))
    sheet = read_sheet(
        b"name,email,phone\nAnna,a@example.ch,0791234567\nBea,b@example.ch,\nC,@,\nBea,b@example.ch,\n",
        country="CH",
    )
    mapping = Mapping("utf-8", sheet.header, ("name", "email", "phone"), "fill")
    async with database.transaction() as session:
        shown = await preview_rows(session, salon=salon, sheet=sheet, mapping=mapping)
    assert [each.outcome for each in shown] == ["filled", "new", "refused", "known"]
    assert (shown[0].known_as, shown[2].field, shown[2].reason) == (
        "Anna",
        "email",
        "email_invalid",
    )


WORKER = """
import asyncio, os, signal, sys
from openchair import reactions
from openchair.customers.imports import jobs
from openchair.platform.db.engine import Database
from openchair.platform.jobs.queue import JobContext
reactions.start()
taken, left = jobs.take_rows, int(sys.argv[4])
async def take_rows(session, **values):
    global left
    done = await taken(session, **values)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)  # written, not committed
    return done
jobs.take_rows = take_rows
async def main():
    context = JobContext(database=Database(sys.argv[1], pool_size=2))
    await jobs.run_import(context, {"salon_id": sys.argv[2], "import_id": sys.argv[3]})
asyncio.run(main())
"""


async def test_a_worker_killed_in_the_middle_doubles_nobody(
    database: Database, database_url: str
) -> None:
    salon = await a_salon(database)
    content = client_list(2000, bad=20).encode("utf-16")
    import_id = await upload(database, salon, content)
    for batches in (3, 1, 2):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WORKER, database_url, str(salon.id), str(import_id), str(batches),
            env={**os.environ, "DATABASE_URL": database_url},
        )  # fmt: skip
        assert await process.wait() == -signal.SIGKILL
    async with database.transaction() as session:
        halfway = await get_import(session, salon_id=salon.id, import_id=import_id)
        assert halfway.rows_read == 3 * jobs.BATCH
        written = halfway.rows_created + halfway.rows_refused
        assert written == halfway.rows_read
    done = await take(database, salon, import_id)
    assert (done.status, done.rows_created, done.rows_refused) == ("done", 1980, 20)
    async with database.transaction() as session:
        assert await count(session, "SELECT count(*) FROM customers") == 1980
        assert await count(session, "SELECT count(*) FROM customer_import_errors") == 20


async def test_two_workers_at_one_list_do_it_once(database: Database) -> None:
    salon = await a_salon(database)
    import_id = await upload(database, salon, client_list(1000).encode())
    payload = {"salon_id": str(salon.id), "import_id": str(import_id)}
    context = JobContext(database=database)
    await asyncio.gather(run_job(context, payload), run_job(context, payload))
    done = await take(database, salon, import_id)
    assert (done.status, done.rows_created, done.rows_updated) == ("done", 1000, 0)


async def test_a_list_is_taken_back_but_for_those_who_came(database: Database) -> None:
    async with database.transaction() as session:
        scene = await make_scene(session)
    salon = scene.salon
    import_id = await upload(database, salon, client_list(20).encode())
    await take(database, salon, import_id)
    async with database.transaction() as session:
        scene.session = session
        await scene.visit(at(10), name="Zoe", email="zoe7@example.ch")
        with pytest.raises(Conflict):
            await map_columns(
                session, salon_id=salon.id, import_id=import_id, fields=["name"],
                duplicates="fill", sheet=read_sheet(b"name\nA\n", country="CH"), rows_total=1,
            )  # fmt: skip
    async with database.transaction() as session:
        gone = await take_back_import(session, salon_id=salon.id, import_id=import_id, by=BY)
        assert gone == 19
        assert [each.status for each in await list_imports(session, salon_id=salon.id)] == [
            "undone"
        ]
        left = await session.scalars(text("SELECT email FROM customers"))
        assert list(left) == ["zoe7@example.ch"]
    async with database.transaction() as session:
        with pytest.raises(Conflict):
            await take_back_import(session, salon_id=salon.id, import_id=import_id, by=BY)


async def test_what_is_offered_is_checked(session: AsyncSession) -> None:
    salon = await (await make_salon(session)).salon()
    sheet = read_sheet(b"a,b\n1,2\n", country="CH")
    import_id = await begin_import(
        session, salon_id=salon.id, filename="../../x", key="imports/x.csv", sheet=sheet,
        rows_total=1, by=BY,
    )  # fmt: skip
    with pytest.raises(Conflict, match="what the columns are"):
        await run_import(session, salon_id=salon.id, import_id=import_id, by=BY)
    with pytest.raises(Invalid, match="holds the name"):
        await map_columns(
            session, salon_id=salon.id, import_id=import_id, fields=["email"], duplicates="fill",
            sheet=sheet, rows_total=1,
        )  # fmt: skip


async def forget_file_of(database: Database, key: str) -> None:
    """What the worker does with the job that the end of a list queued."""
    async with database.transaction() as session:
        waiting = await session.execute(
            text("SELECT payload FROM pgqueuer WHERE entrypoint = :name"), {"name": FORGET_JOB}
        )
        payloads = [orjson.loads(row.payload) for row in waiting]
    assert payloads == [{"key": key}]
    await jobs.forget_import_file(JobContext(database=database), payloads[0])


async def test_the_file_of_a_list_that_is_done_is_kept_no_longer(database: Database) -> None:
    salon = await a_salon(database)
    done = await take(database, salon, await upload(database, salon, client_list(5).encode()))
    assert await store.get(done.key)
    await forget_file_of(database, done.key)
    with pytest.raises(NotFound):
        await store.get(done.key)
    async with database.transaction() as session:
        assert await take_back_import(session, salon_id=salon.id, import_id=done.id, by=BY) == 5


async def test_a_list_whose_file_is_lost_is_given_up_and_keeps_nobody_waiting(
    database: Database,
) -> None:
    salon = await a_salon(database)
    import_id = await upload(database, salon, client_list(5).encode())
    async with database.transaction() as session:
        found = await get_import(session, salon_id=salon.id, import_id=import_id)
    await store.delete(found.key)
    assert (await take(database, salon, import_id)).status == "failed"
    done = await take(database, salon, await upload(database, salon, client_list(5).encode()))
    assert done.status == "done"


async def test_a_list_that_cannot_be_read_to_its_end_can_be_taken_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    salon = await a_salon(database)
    import_id = await upload(database, salon, client_list(5).encode())
    async with database.transaction() as session:
        found = await get_import(session, salon_id=salon.id, import_id=import_id)
    broken = client_list(4) + '"' + "x" * 20_000
    await store.put(found.key, broken.encode())
    failed = await take(database, salon, import_id)
    assert (failed.status, failed.rows_created) == ("failed", 4)
    async with database.transaction() as session:
        assert await take_back_import(session, salon_id=salon.id, import_id=import_id, by=BY) == 4
