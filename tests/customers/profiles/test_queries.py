from uuid import UUID

from sqlalchemy import event as on_event
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.profiles.queries import names_at
from tests.builders import make_salon


async def put(session: AsyncSession, salon_id: UUID, name: str, *reached: str | None) -> None:
    email, phone = reached
    await session.execute(
        text(
            "INSERT INTO customers (salon_id, id, name, email, phone, language, created_at)"
            " VALUES (:salon, gen_random_uuid(), :name, :email, :phone, 'de', clock_timestamp())"
        ),
        {"salon": salon_id, "name": name, "email": email, "phone": phone},
    )


async def test_people_are_named_by_their_addresses(session: AsyncSession) -> None:
    ours, theirs = (await make_salon(session)).salon_id, (await make_salon(session)).salon_id
    await put(session, ours, "Anna Muster", "anna@example.org", "+41446681800")
    await put(session, ours, "Ben Muster", "ben@example.org", "+41446681800")
    for number in range(5):
        await put(session, ours, f"Kid {number}", None, "+41446681800")
    await put(session, theirs, "Somebody else", "anna@example.org", None)
    found = await names_at(
        session,
        salon_id=ours,
        addresses=["Anna@Example.org", "+41446681800", "nobody@example.org", "Anna@Example.org"],
    )
    assert found == {
        "Anna@Example.org": ("Anna Muster",),
        "+41446681800": ("Anna Muster", "Ben Muster", "Kid 0"),
    }
    assert await names_at(session, salon_id=ours, addresses=[]) == {}


async def test_a_page_of_addresses_is_one_statement(session: AsyncSession) -> None:
    salon_id = (await make_salon(session)).salon_id
    statements: list[str] = []

    def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    bind = session.get_bind()
    on_event.listen(bind, "before_cursor_execute", note)
    many = [f"client{number}@example.org" for number in range(200)]
    assert await names_at(session, salon_id=salon_id, addresses=many) == {}
    on_event.remove(bind, "before_cursor_execute", note)
    assert len(statements) == 1
