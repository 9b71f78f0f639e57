"""Clients are found while somebody types, whatever the spelling, and by the index alone."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.profiles.models import CustomerRow
from openchair.customers.profiles.search import Place, search_clients, words_of
from openchair.platform.errors import Invalid
from openchair.platform.ids import new_id
from tests.builders import make_salon
from tests.customers.profiles.many import write_clients

PEOPLE = (
    ("Bärbel Müller", "baerbel@example.ch", "+41791234567"),
    ("Sibylle Meier", None, "+41446681800"),
    ("Małgorzata Żółtowska", "gosia@example.pl", "+48501234567"),
    ("Юлія Шевченко", None, "+380671234567"),
    ("Klaus Großmann", "klaus.g@example.de", "+4915112345678"),
    ("Hans-Peter von Känel", None, None),
    ("Anna Keller", "anna@example.ch", None),
    ("Hanna Berger", None, None),
)


@pytest.fixture
async def salon_id(session: AsyncSession) -> UUID:
    shop = await make_salon(session)
    for name, email, phone in PEOPLE:
        session.add(
            CustomerRow(
                salon_id=shop.salon_id,
                id=new_id(),
                name=name,
                email=email,
                phone=phone,
                language="en",
            )
        )
    await session.flush()
    return shop.salon_id


async def names(session: AsyncSession, salon_id: UUID, asked: str) -> list[str]:
    found = await search_clients(session, salon_id=salon_id, text=asked)
    return [client.name for client in found.clients]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("bärb", "Bärbel Müller"),
        ("BARB", "Bärbel Müller"),
        ("müller", "Bärbel Müller"),
        ("Mueller", "Bärbel Müller"),
        ("mulller", "Bärbel Müller"),
        ("mülelr", "Bärbel Müller"),
        ("müller bärbel", "Bärbel Müller"),
        ("baerbel@exam", "Bärbel Müller"),
        ("079 123", "Bärbel Müller"),
        ("+41 79 123 45 67", "Bärbel Müller"),
        ("0041 (0)79 123 45 67", "Bärbel Müller"),
        ("4567", "Bärbel Müller"),
        ("044 668 18", "Sibylle Meier"),
        ("Sibile Meyer", "Sibylle Meier"),
        ("zoltowska", "Małgorzata Żółtowska"),
        ("Malgorzta", "Małgorzata Żółtowska"),
        ("501 234 567", "Małgorzata Żółtowska"),
        ("шевч", "Юлія Шевченко"),
        ("Shevchenko", "Юлія Шевченко"),
        ("yuliia", "Юлія Шевченко"),
        ("Schewtschenko", "Юлія Шевченко"),
        ("067 123 45", "Юлія Шевченко"),
        ("grossm", "Klaus Großmann"),
        ("Grosmann", "Klaus Großmann"),
        ("hans peter", "Hans-Peter von Känel"),
        ("känel", "Hans-Peter von Känel"),
        ("be", "Hanna Berger"),
    ],
)
async def test_every_spelling_finds_them(
    session: AsyncSession, salon_id: UUID, asked: str, name: str
) -> None:
    assert (await names(session, salon_id, asked))[:1] == [name]


@pytest.mark.parametrize(
    "asked", ["zzzz", "%", "_", "\\", "100%", "x'); --", "0", "😀", "müller xx"]
)
async def test_what_fits_nobody_finds_nobody(
    session: AsyncSession, salon_id: UUID, asked: str
) -> None:
    assert await names(session, salon_id, asked) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("bärb", ["Bärbel Müller"]),
        ("muelelr", ["Bärbel Müller"]),
        ("079 123 45 67", []),
        ("bärbel 4179", []),
        ("@example", []),
        ("baerbel@", []),
        ("gosia", []),
        ("kl", ["Klaus Großmann"]),
    ],
)
async def test_by_names_alone_nobody_is_found_by_how_they_are_reached(
    session: AsyncSession, salon_id: UUID, asked: str, found: list[str]
) -> None:
    page = await search_clients(session, salon_id=salon_id, text=asked, names_only=True)
    assert [client.name for client in page.clients] == found


async def test_what_begins_so_comes_first(session: AsyncSession, salon_id: UUID) -> None:
    assert await names(session, salon_id, "anna") == ["Anna Keller", "Hanna Berger"]


async def test_nobody_of_another_salon_merged_erased_or_walked_in(
    session: AsyncSession, salon_id: UUID
) -> None:
    other = await make_salon(session, slug="other")
    assert await names(session, other.salon_id, "anna") == []
    change = "UPDATE customers SET {} WHERE salon_id = :salon_id AND name = :name"
    for what, name in (
        ("erased_at = now()", "Anna Keller"),
        ("kind = 'walk_in'", "Hanna Berger"),
        ("merged_into = (SELECT id FROM customers WHERE name = 'Klaus Großmann')", "Sibylle Meier"),
    ):
        await session.execute(text(change.format(what)), {"salon_id": salon_id, "name": name})
    assert await names(session, salon_id, "anna") == []
    assert await names(session, salon_id, "meier") == []
    assert len(await names(session, salon_id, "")) == len(PEOPLE) - 3


@pytest.mark.parametrize("asked", ["", "e", "an", "anna", "anan", "0"])
async def test_pages_go_on_where_the_last_one_ended(
    session: AsyncSession, salon_id: UUID, asked: str
) -> None:
    whole = await search_clients(session, salon_id=salon_id, text=asked)
    seen: list[str] = []
    after: Place | None = None
    for _ in range(len(PEOPLE) + 1):
        page = await search_clients(session, salon_id=salon_id, text=asked, limit=1, after=after)
        seen += [client.name for client in page.clients]
        if (after := page.after) is None:
            break
    assert seen == [client.name for client in whole.clients]


async def test_a_novel_is_not_looked_for(session: AsyncSession, salon_id: UUID) -> None:
    with pytest.raises(Invalid):
        await search_clients(session, salon_id=salon_id, text="x" * 81)


def test_a_number_is_the_end_that_every_spelling_shares() -> None:
    assert words_of("+41 (0)79 123") == ("4179123",)
    assert words_of("079/123.45-67") == ("791234567",)
    assert words_of(" anna   keller ") == ("anna", "keller")


async def test_a_hundred_thousand_clients_are_searched_by_the_index(session: AsyncSession) -> None:
    shop = await make_salon(session)
    await write_clients(session, salon_id=shop.salon_id)
    count = await session.scalar(text("SELECT count(*) FROM customers"))
    assert count == 100_000
    for asked in (
        "mü",
        "anna",
        "anna mül",
        "Mueller",
        "kowalczik",
        "Zurcher ceilne",
        "шевченко",
        "szymanksa",
        "079 000",
        "client77@",
    ):
        with statements(session) as made:
            began = time.perf_counter()
            found = await search_clients(session, salon_id=shop.salon_id, text=asked, limit=10)
            taken = time.perf_counter() - began
        assert found.clients, asked
        assert taken < 2, asked  # ten times what a busy machine needs; reading the table takes more
        assert len(made) == 2
        plan = await explained(session, *made[-1])
        scans = set(nodes(plan))
        assert ("Bitmap Index Scan", "ix_customers_search") in scans, asked
        assert not {kind for kind, _ in scans if kind == "Seq Scan"}, asked


async def test_the_whole_list_is_read_by_the_index_of_names(session: AsyncSession) -> None:
    shop = await make_salon(session)
    await write_clients(session, salon_id=shop.salon_id, count=20_000)
    with statements(session) as made:
        await search_clients(session, salon_id=shop.salon_id)
    plan = await explained(session, *made[-1])
    assert ("Index Scan", "ix_customers_name") in set(nodes(plan))


@contextmanager
def statements(session: AsyncSession) -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database meanwhile."""
    made: list[tuple[str, Any]] = []
    engine = session.get_bind().engine

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        made.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    yield made
    event.remove(engine, "before_cursor_execute", note)


async def explained(session: AsyncSession, statement: str, values: Any) -> dict[str, Any]:
    connection = await session.connection()
    plan = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values)
    found = plan.scalar_one()
    whole: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return whole


def nodes(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield plan["Node Type"], plan.get("Index Name", "")
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)
