"""Messages are found by their recipients without reading a salon's whole post."""

from typing import Any

from sqlalchemy import event as on_event
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.queries import list_messages
from tests.builders import make_salon
from tests.notifications.dead_letters.letters import wait

MANY = """
    INSERT INTO notifications (salon_id, id, kind, channel, recipient, language, data, reference,
        dedupe_key, message_id, status, sent_at, finished_at, send_after, next_attempt_at)
    SELECT :salon, gen_random_uuid(), 'test.greeting', 'email',
        'client' || number || '@example.org', 'en', '{}', 'test:' || number, 'many:' || number,
        '<' || number || '@example.org>', 'sent', now(), now(), now(), now()
    FROM generate_series(1, 20000) AS number
"""


async def test_the_beginning_of_an_address_is_found_in_any_case(session: AsyncSession) -> None:
    salon_id = (await make_salon(session)).salon_id
    mail = await wait(session, salon_id)
    sms = await wait(session, salon_id, channel="sms")

    async def found(recipient: str, *addresses: str) -> set[Any]:
        rows = await list_messages(
            session, salon_id=salon_id, recipient=recipient, addresses=addresses
        )
        return {row.id for row in rows}

    assert await found("ANNA@Ex") == {mail}
    assert await found("+4144") == {sms}
    assert await found("example.org") == set()
    for pattern in ("%", "_nna", "anna\\\\"):
        assert await found(pattern) == set()
    assert await found("nobody", "Anna@example.org", "+41446681800") == {mail, sms}
    everywhere = await list_messages(session, recipient="anna@")
    assert mail in {row.id for row in everywhere}


async def test_a_search_reads_the_index_and_no_more(session: AsyncSession) -> None:
    salon_id = (await make_salon(session)).salon_id
    await session.execute(text(MANY), {"salon": salon_id})
    await session.execute(text("ANALYZE notifications"))
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, parameters: Any, *_rest: object) -> None:
        asked.append((statement, parameters))

    bind = session.get_bind()
    on_event.listen(bind, "before_cursor_execute", note)
    rows = await list_messages(
        session,
        salon_id=salon_id,
        recipient="client1234",
        addresses=["client77@example.org"],
    )
    on_event.remove(bind, "before_cursor_execute", note)
    assert len(rows) == 1 + 10 + 1
    [(statement, parameters)] = asked
    connection = await session.connection()
    plan = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
    told = "\n".join(plan.scalars())
    assert "ix_notifications_recipient" in told
    assert "Seq Scan on notifications" not in told
