"""Two clients become one, and are parted again exactly as they were."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.clients.merge import merge_clients, part_clients, plan_merge
from openchair.customers.profiles.merge import FIELDS
from openchair.customers.profiles.part import merges_of
from openchair.customers.profiles.twins import likely_twins
from openchair.identity.audit.record import SYSTEM
from openchair.platform.errors import Conflict, Invalid
from tests.booking.clients.scene import Scene, make_scene
from tests.builders import NOW, at

TABLES = (
    "customers", "bookings", "occupancy", "consents", "customer_notes", "form_answers",
    "waitlist_entries",
)  # fmt: skip


async def snapshot(session: AsyncSession) -> dict[str, list[str]]:
    """Every row of what a merge touches."""
    return {
        table: sorted(
            await session.scalars(text(f"SELECT to_jsonb(t)::text FROM {table} AS t"))  # noqa: S608
        )
        for table in TABLES
    }


async def two(scene: Scene) -> tuple[UUID, UUID]:
    """Zoë with an e-mail, and Zoe with a telephone: each with a visit, at one time both."""
    one = await scene.customer(await scene.visit(at(9), consents={"marketing": True}))
    other = await scene.customer(
        await scene.visit(at(12), name="Zoe Muller", email=None, phone="079 123 45 67")
    )
    await scene.visit(at(10))
    await scene.visit(
        at(10, 15), name="Zoe Muller", email=None, phone="079 123 45 67", staff_id=scene.ben
    )
    for client in (one, other):
        await scene.run(
            "INSERT INTO customer_notes (salon_id, id, customer_id, body)"
            " VALUES (:salon_id, gen_random_uuid(), :id, 'likes tea')",
            salon_id=scene.salon.id,
            id=client,
        )
    return one, other


async def merge(scene: Scene, kept: UUID, gone: UUID, **choices: str) -> UUID:
    return await merge_clients(
        scene.session, salon_id=scene.salon.id, kept_id=kept, gone_id=gone, choices=choices,
        by=SYSTEM,
    )  # fmt: skip


async def part(scene: Scene, merge_id: UUID) -> None:
    await part_clients(
        scene.session, salon_id=scene.salon.id, merge_id=merge_id, by=SYSTEM, now=NOW
    )


async def test_everything_moves_and_both_addresses_are_recognised(session: AsyncSession) -> None:
    scene = await make_scene(session)
    kept, gone = await two(scene)
    plan = await plan_merge(session, salon_id=scene.salon.id, kept_id=kept, gone_id=gone)
    assert (plan.kept_has.visits, plan.gone_has.visits, plan.gone_has.notes) == (2, 2, 1)
    assert plan.clashes == ((at(10, 15), at(10, 45)),)
    await merge(scene, kept, gone, name="gone")
    row = (
        await session.execute(
            text("SELECT name, email, phone FROM customers WHERE id = :id"), {"id": kept}
        )
    ).one()
    assert tuple(row) == ("Zoe Muller", "zoe@example.ch", "+41791234567")
    assert await scene.one("SELECT count(*) FROM bookings WHERE customer_id = :id", id=kept) == 4
    assert await scene.customer(await scene.visit(at(15))) == kept
    again = await scene.visit(at(16), name="Zoe", email=None, phone="079 123 45 67")
    assert await scene.customer(again) == kept
    acts = await session.scalars(
        text("SELECT resource_id FROM audit_logs WHERE action = 'merge' ORDER BY 1")
    )
    assert list(acts) == sorted([str(kept), str(gone)])


async def test_the_second_mail_address_is_recognised(session: AsyncSession) -> None:
    scene = await make_scene(session)
    kept = await scene.customer(await scene.visit(at(9), email="a@example.ch"))
    gone = await scene.customer(await scene.visit(at(10), email="b@example.ch"))
    await merge(scene, kept, gone, email="gone")
    assert await scene.one("SELECT email FROM customers WHERE id = :id", id=kept) == "b@example.ch"
    for hour, email in ((11, "a@example.ch"), (12, "b@example.ch")):
        assert await scene.customer(await scene.visit(at(hour), email=email)) == kept


async def test_one_client_may_not_be_booked_twice_after_it(session: AsyncSession) -> None:
    scene = await make_scene(session)
    kept, gone = await two(scene)
    await merge(scene, kept, gone)
    with pytest.raises(Conflict, match="already have an appointment"):
        await scene.visit(at(12), staff_id=scene.ben)


async def test_a_later_merge_has_to_be_undone_first(session: AsyncSession) -> None:
    scene = await make_scene(session)
    kept, gone = await two(scene)
    third = await scene.client("Third", email="third@example.ch")
    before = await snapshot(session)
    first = await merge(scene, kept, gone)
    second = await merge(scene, third, kept)
    with pytest.raises(Conflict, match="undo that one first"):
        await part(scene, first)
    assert [each.id for each in await merges_of(session, salon_id=scene.salon.id, client_id=third)]
    assert await scene.one("SELECT merged_into FROM customers WHERE id = :id", id=gone) == third
    await part(scene, second)
    await part(scene, first)
    assert await snapshot(session) == before
    with pytest.raises(Conflict, match="parted already"):
        await part(scene, first)


async def test_what_came_since_stays_with_who_was_kept(session: AsyncSession) -> None:
    scene = await make_scene(session)
    kept, gone = await two(scene)
    done = await merge(scene, kept, gone)
    since = await scene.visit(at(16), name="Zoe", email=None, phone="079 123 45 67")
    await scene.run("UPDATE customers SET name = 'Zoë M.' WHERE id = :id", id=kept)
    await part(scene, done)
    assert await scene.customer(since) == kept
    assert await scene.one("SELECT name FROM customers WHERE id = :id", id=kept) == "Zoë M."
    assert await scene.one("SELECT phone FROM customers WHERE id = :id", id=kept) is None


async def test_nobody_is_merged_into_themselves_or_twice(session: AsyncSession) -> None:
    scene = await make_scene(session)
    kept, gone = await two(scene)
    with pytest.raises(Invalid):
        await merge(scene, kept, kept)
    await merge(scene, kept, gone)
    with pytest.raises(Conflict, match="merged or erased"):
        await merge(scene, gone, kept)


async def test_the_same_telephone_or_nearly_the_same_name_is_suggested(
    session: AsyncSession,
) -> None:
    scene = await make_scene(session)
    client = await scene.client("Grażyna Wiśniewska", phone="+48501234567")
    await scene.client("Grazyna Wisniewska", email="g@example.pl")
    await scene.client("Paweł", phone="+48501234567")
    await scene.client("Anna Nowak")
    found = await likely_twins(
        session, salon_id=scene.salon.id, client_id=client, name="Grażyna Wiśniewska",
        phone="+48501234567",
    )  # fmt: skip
    assert [(each.name, each.same_phone) for each in found] == [
        ("Paweł", True),
        ("Grazyna Wisniewska", False),
    ]


CONTACTS = st.sampled_from([None, "one", "two"])
STEPS = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 3),
        st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["kept", "gone"])),
    ),
    max_size=5,
)  # fmt: skip


@given(
    people=st.lists(st.tuples(CONTACTS, CONTACTS, st.integers(0, 4)), min_size=4, max_size=4),
    steps=STEPS,
)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
async def test_merging_and_undoing_changes_nothing(
    session: AsyncSession, people: list[tuple[str | None, str | None, int]], steps: list[Any]
) -> None:
    async with session.begin_nested() as undone:
        scene = await make_scene(session)
        ids = [await _person(scene, number, *each) for number, each in enumerate(people)]
        before = await snapshot(session)
        merges = []
        for kept, gone, choices in steps:
            try:
                merges.append(await merge(scene, ids[kept], ids[gone], **choices))
            except (Conflict, Invalid):
                continue
        for each in reversed(merges):
            await part(scene, each)
        assert await snapshot(session) == before
        await undone.rollback()


async def _person(
    scene: Scene,
    number: int,
    mail: str | None,
    phone: str | None,
    hour: int,
) -> UUID:
    numbers = {"one": "+41791234567", "two": "+41791234568", None: None}
    client = await scene.client(
        f"Client {number}",
        email=f"client{number}@example.ch" if mail else None,
        phone=numbers[phone],
    )
    values = {"salon_id": scene.salon.id, "id": client}
    if mail:
        staff = scene.anna if number % 2 else scene.ben
        try:
            await scene.visit(at(9 + hour), email=f"client{number}@example.ch", staff_id=staff)
        except Conflict:
            await scene.run(
                "INSERT INTO consents (salon_id, id, customer_id, kind, granted, source)"
                " VALUES (:salon_id, gen_random_uuid(), :id, 'marketing', true, 'desk')",
                **values,
            )
    return client
