"""Somebody is erased: what goes is found nowhere any more, what tax law keeps has a number."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.clients.erase import erase_client, plan_erasure
from openchair.booking.clients.merge import merge_clients
from openchair.booking.clients.retention import keep_until
from openchair.customers.notes.write import remove_note, write_note
from openchair.customers.profiles.edit import edit_client
from openchair.customers.profiles.search import search_clients
from openchair.identity.audit.record import SYSTEM, Actor
from openchair.notifications.suppressions.suppress import suppress
from openchair.platform.errors import Conflict, Invalid
from tests.booking.clients.scene import Scene, make_scene
from tests.builders import NOW, at

WRITTEN = """
    UPDATE customers SET allergies = 'Ammoniak' WHERE id = :id;
    UPDATE audit_logs SET ip_address = '198.51.100.1', actor = 'client',
        metadata = metadata || jsonb_build_object('reason', 'Zoë ist krank')
    WHERE resource_id = CAST(:visit AS text);
    UPDATE notifications SET error_message = 'zoe@example.ch unknown', status = 'failed'
    WHERE reference = 'booking:' || CAST(:visit AS text);
    INSERT INTO notification_attempts (
        salon_id, id, notification_id, number, worker, outcome, error_message)
    SELECT salon_id, gen_random_uuid(), id, 1, 'w', 'permanent', 'zoe@example.ch unknown'
    FROM notifications WHERE reference = 'booking:' || CAST(:visit AS text);
    INSERT INTO dead_letter_queue (salon_id, id, notification_id, channel, kind,
        original_payload, failure_type, error_message)
    SELECT salon_id, gen_random_uuid(), id, channel, kind, jsonb_build_object(
            'recipient', recipient, 'reference', reference, 'data', data),
        'hard_bounce', 'zoe@example.ch unknown'
    FROM notifications WHERE reference = 'booking:' || CAST(:visit AS text)
        AND kind LIKE '%confirmed%';
    INSERT INTO waitlist_entries (salon_id, id, customer_id, service_ids, first_date, last_date,
        weekdays, from_minute, to_minute, contact_name, contact_email, language, source, token_hash)
    VALUES (:salon_id, gen_random_uuid(), :id, ARRAY[CAST(:id AS uuid)], '2026-05-04', '2026-05-05',
        '{0}', 0, 1440, 'Zoë', 'freundin@example.ch', 'de', 'web', 'x');
    INSERT INTO booking_groups (salon_id, id, name)
    VALUES (:salon_id, gen_random_uuid(), 'Brautparty Zoë Müller-Frei');
    UPDATE bookings SET group_id = (SELECT id FROM booking_groups)
    WHERE id = CAST(CAST(:visit AS text) AS uuid)
"""
LATER = NOW + timedelta(days=7)
WORDS = ("zoë", "zoe@", "791234567", "freundin@", "ammoniak", "kundin", "198.51.100", "brautparty")


async def a_client(scene: Scene) -> UUID:
    """Zoë Müller: visits, notes, messages, a dead letter, a place on the waitlist, a telephone."""
    visit = await scene.visit(
        at(9), phone="079 123 45 67", note="Kundin ist allergisch", consents={"marketing": True}
    )
    client = await scene.customer(visit)
    await scene.visit(at(11), name="Zoë M.", note="bringt Freundin mit")
    values: dict[str, Any] = {"salon_id": scene.salon.id, "id": client, "visit": str(visit)}
    actor = Actor("user", ip="203.0.113.7")
    note = await write_note(
        scene.session, salon_id=scene.salon.id, client_id=client, body="Ammoniak!", by=actor
    )
    await remove_note(
        scene.session, salon_id=scene.salon.id, client_id=client, note_id=note, by=actor
    )
    await write_note(
        scene.session, salon_id=scene.salon.id, client_id=client, body="Die Kundin", by=actor
    )
    await edit_client(
        scene.session, salon=scene.salon, client_id=client, name="Zoë Müller-Frei",
        email="zoe@example.ch", phone="079 123 45 67", language="de", by=actor,
    )  # fmt: skip
    for statement in WRITTEN.split(";"):
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        await scene.run(statement, **used)
    return client


async def everything(session: AsyncSession) -> str:
    """Every row of every table but the salon's own pages, as text."""
    tables = await session.scalars(
        text(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT LIKE 'pgqueuer%' AND tablename NOT IN ('salons', 'locations')"
        )
    )
    rows: list[str] = []
    for table in list(tables):
        found = await session.scalars(text(f'SELECT to_jsonb(t)::text FROM "{table}" AS t'))  # noqa: S608
        rows += [f"{table}: {row}" for row in found]
    return "\n".join(rows).lower()


async def erase(scene: Scene, client: UUID, name: str = "Zoë Müller-Frei") -> str:
    return await erase_client(
        scene.session, salon=scene.salon, client_id=client, typed_name=name, by=SYSTEM, now=LATER
    )


async def test_nothing_of_them_is_left_in_any_table(session: AsyncSession) -> None:
    scene = await make_scene(session)
    client = await a_client(scene)
    before = await everything(session)
    assert [word for word in WORDS if word not in before] == []
    number = await erase(scene, client)
    after = await everything(session)
    found = [line for line in after.splitlines() if any(word in line for word in WORDS)]
    assert found == []
    assert number.startswith("#")


async def test_visits_stay_with_date_service_and_price(session: AsyncSession) -> None:
    scene = await make_scene(session)
    client = await a_client(scene)
    number = await erase(scene, client)
    rows = await session.execute(
        text(
            "SELECT contact_name, bookings.price_minor, service_name->>'en' FROM bookings"
            " JOIN appointments ON booking_id = bookings.id ORDER BY appointment_date"
        )
    )
    assert [tuple(row) for row in rows] == [(number, 5000, "Cut"), (number, 5000, "Cut")]
    assert await scene.one("SELECT count(*) FROM notifications WHERE recipient = 'erased'") > 0
    assert await scene.one("SELECT count(*) FROM audit_logs WHERE action = 'erase'") == 1
    assert await scene.one("SELECT status FROM dead_letter_queue") == "closed"


async def test_no_search_finds_them_and_who_comes_again_is_new(session: AsyncSession) -> None:
    scene = await make_scene(session)
    client = await a_client(scene)
    number = await erase(scene, client)
    for words in ("Zoë", "079 123 45 67", number, ""):
        page = await search_clients(session, salon_id=scene.salon.id, text=words)
        assert page.clients == ()
    again = await scene.visit(at(9, days=14), now=LATER)
    assert await scene.customer(again) != client


async def test_visits_to_come_have_to_be_called_off_first(session: AsyncSession) -> None:
    scene = await make_scene(session)
    client = await a_client(scene)
    plan = await plan_erasure(session, salon=scene.salon, client_id=client, now=NOW)
    assert [each.start for each in plan.coming] == [at(9), at(11)]
    with pytest.raises(Conflict, match="call them off first"):
        await erase_client(
            session, salon=scene.salon, client_id=client, typed_name="Zoë Müller-Frei", by=SYSTEM,
            now=NOW,
        )  # fmt: skip


async def test_the_plan_counts_what_goes_and_says_until_when_visits_stay(
    session: AsyncSession,
) -> None:
    scene = await make_scene(session)
    client = await a_client(scene)
    plan = await plan_erasure(session, salon=scene.salon, client_id=client, now=LATER)
    assert (plan.visits, plan.notes, plan.consents, plan.waiting) == (2, 1, 1, 1)
    assert plan.messages >= 2
    assert (plan.keep_until, plan.years) == (date(2036, 12, 31), 10)
    assert "OR Art. 958f" in plan.law


async def test_only_who_is_named_is_erased_and_only_once(session: AsyncSession) -> None:
    scene = await make_scene(session)
    client = await a_client(scene)
    with pytest.raises(Invalid):
        await erase(scene, client, "Zoe Mueller")
    await erase(scene, client, "  zoë  müller-frei ")
    with pytest.raises(Conflict, match="merged or erased"):
        await erase(scene, client)


async def test_who_was_merged_into_them_goes_as_well(session: AsyncSession) -> None:
    scene = await make_scene(session)
    client = await a_client(scene)
    other = await scene.customer(await scene.visit(at(14), name="Z", email="z.alt@example.ch"))
    await merge_clients(
        session, salon_id=scene.salon.id, kept_id=client, gone_id=other, choices={}, by=SYSTEM
    )
    await erase(scene, client)
    assert "z.alt@" not in await everything(session)
    assert await scene.one("SELECT count(*) FROM customers") == 1


async def test_a_familys_telephone_keeps_the_others_messages(session: AsyncSession) -> None:
    scene = await make_scene(session)
    client = await a_client(scene)
    await scene.client("Ben Müller", phone="+41791234567")
    await scene.run(
        "INSERT INTO notifications (salon_id, id, channel, kind, recipient, language, data,"
        " reference, dedupe_key, message_id) VALUES (:salon_id, gen_random_uuid(), 'sms', 'x',"
        " '+41791234567', 'de', '{}', 'booking:of-ben', 'x', 'x')",
        salon_id=scene.salon.id,
    )
    await erase(scene, client)
    kept = await scene.one("SELECT recipient FROM notifications WHERE reference = 'booking:of-ben'")
    assert kept == "+41791234567"


async def test_who_asked_for_quiet_is_left_in_quiet(session: AsyncSession) -> None:
    scene = await make_scene(session)
    client = await a_client(scene)
    for channel, recipient, reason in (
        ("sms", "+41791234567", "stop"),
        ("email", "zoe@example.ch", "hard_bounce"),
    ):
        await suppress(
            session, salon_id=scene.salon.id, channel=channel, recipient=recipient, reason=reason,
            now=NOW,
        )  # fmt: skip
    await erase(scene, client)
    left = await session.scalars(text("SELECT recipient FROM notification_suppressions"))
    assert list(left) == ["+41791234567"]


@pytest.mark.parametrize(
    ("country", "until"),
    [("CH", date(2036, 12, 31)), ("PL", date(2032, 12, 31)), ("DE", date(2036, 12, 31)),
     ("FR", date(2036, 12, 31))],
)  # fmt: skip
def test_how_long_tax_law_keeps_a_visit(country: str, until: date) -> None:
    assert keep_until(country, date(2026, 5, 4)) == until
