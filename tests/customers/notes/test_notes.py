"""Notes, allergies, photos and consents of a client: kept, taken off, audited, never shared."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.consents.change import change_consent
from openchair.customers.consents.queries import allows, list_consents
from openchair.customers.notes.photos import get_photo, keep_photo, remove_photo
from openchair.customers.notes.queries import list_notes, list_photos
from openchair.customers.notes.write import remove_note, write_note
from openchair.customers.profiles.add import add_client
from openchair.customers.profiles.edit import edit_client, set_allergies
from openchair.customers.profiles.queries import get_client
from openchair.identity.audit.models import AuditLogRow
from openchair.identity.audit.record import SYSTEM
from openchair.media.queries import get_picture
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.salons.queries import Salon
from tests.builders import make_salon
from tests.media.pictures import photo


@pytest.fixture
async def salon(session: AsyncSession) -> Salon:
    return await (await make_salon(session)).salon()


@pytest.fixture
async def anna(session: AsyncSession, salon: Salon) -> UUID:
    return await add_client(
        session, salon=salon, name="Anna", email="anna@example.ch", phone="079 123 45 67", by=SYSTEM
    )


async def acts(session: AsyncSession, client_id: UUID) -> list[AuditLogRow]:
    rows = await session.scalars(
        select(AuditLogRow).where(AuditLogRow.resource_id == str(client_id)).order_by("id")
    )
    return list(rows)


async def test_a_client_is_added_and_edited(
    session: AsyncSession, salon: Salon, anna: UUID
) -> None:
    changed: dict[str, Any] = {
        "name": "Anna Keller",
        "email": "",
        "phone": "+41791234567",
        "language": "de",
    }
    whose: dict[str, Any] = {"salon": salon, "client_id": anna, "by": SYSTEM}
    assert await edit_client(session, **whose, **changed)
    assert not await edit_client(session, **whose, **changed)
    found = await get_client(session, salon_id=salon.id, client_id=anna)
    assert (found.name, found.email, found.phone) == ("Anna Keller", None, "+41791234567")
    made, edited = await acts(session, anna)
    assert made.action == "create"
    assert edited.details["before"] == {
        "name": "Anna",
        "email": "anna@example.ch",
        "language": "en",
    }
    assert edited.details["after"] == {"name": "Anna Keller", "email": None, "language": "de"}


async def test_who_has_the_address_already_is_named(
    session: AsyncSession, salon: Salon, anna: UUID
) -> None:
    with pytest.raises(Conflict) as refused:
        await add_client(session, salon=salon, name="Eve", email="ANNA@example.ch", by=SYSTEM)
    assert refused.value.details == {"client_id": str(anna), "name": "Anna"}


async def test_nobody_needs_to_be_reachable(session: AsyncSession, salon: Salon) -> None:
    client_id = await add_client(session, salon=salon, name="Nonna Rosa", by=SYSTEM)
    assert (await get_client(session, salon_id=salon.id, client_id=client_id)).phone is None


async def test_a_note_is_kept_and_taken_off(
    session: AsyncSession, salon: Salon, anna: UUID
) -> None:
    whose: dict[str, Any] = {"salon_id": salon.id, "client_id": anna}
    note_id = await write_note(session, **whose, body=" 7.1 + 6 %\r\nEspresso \x07", by=SYSTEM)
    (note,) = await list_notes(session, salon_id=salon.id, client_id=anna)
    assert note.body == "7.1 + 6 %\nEspresso"
    await remove_note(session, **whose, note_id=note_id, by=SYSTEM)
    with pytest.raises(NotFound):
        await remove_note(session, **whose, note_id=note_id, by=SYSTEM)
    assert await list_notes(session, salon_id=salon.id, client_id=anna) == []
    assert (await acts(session, anna))[-1].details["before"] == note.body


@pytest.mark.parametrize("body", ["", " \n ", "x" * 2001])
async def test_a_note_says_something(
    session: AsyncSession, salon: Salon, anna: UUID, body: str
) -> None:
    with pytest.raises(Invalid):
        await write_note(session, salon_id=salon.id, client_id=anna, body=body, by=SYSTEM)


async def test_allergies_stand_with_what_stood_before(
    session: AsyncSession, salon: Salon, anna: UUID
) -> None:
    whose: dict[str, Any] = {"salon_id": salon.id, "client_id": anna, "by": SYSTEM}
    await set_allergies(session, **whose, allergies="PPD")
    await set_allergies(session, **whose, allergies="PPD, latex")
    act = (await acts(session, anna))[-1]
    assert act.details == {"before": {"allergies": "PPD"}, "after": {"allergies": "PPD, latex"}}


async def test_a_photo_is_private_and_its_files_go_with_it(
    session: AsyncSession, salon: Salon, anna: UUID
) -> None:
    whose: dict[str, Any] = {"salon_id": salon.id, "client_id": anna}
    photo_id = await keep_photo(session, **whose, content=photo(), caption="Before", by=SYSTEM)
    (kept,) = await list_photos(session, **whose)
    assert (kept.id, kept.caption) == (photo_id, "Before")
    picture = await get_photo(session, **whose, photo_id=photo_id)
    assert not picture.is_public
    await remove_photo(session, **whose, photo_id=photo_id, by=SYSTEM)
    with pytest.raises(NotFound):
        await get_picture(session, salon_id=salon.id, picture_id=picture.id)


async def test_what_a_client_says_at_the_desk_counts_from_then_on(
    session: AsyncSession, salon: Salon, anna: UUID
) -> None:
    async def may() -> bool:
        return await allows(
            session,
            salon_id=salon.id,
            channel="email",
            recipient="anna@example.ch",
            category="marketing",
        )

    whose: dict[str, Any] = {
        "salon_id": salon.id,
        "client_id": anna,
        "kind": "marketing",
        "by": SYSTEM,
    }
    assert not await may()
    await change_consent(session, **whose, channel="email", granted=True)
    assert await may()
    (given,) = await list_consents(session, salon_id=salon.id, customer_id=anna)
    assert (given.kind, given.channel, given.source) == ("marketing", "email", "console")
    with pytest.raises(Invalid):
        await change_consent(
            session, **{**whose, "kind": "everything"}, channel="email", granted=True
        )


async def test_a_neighbours_client_does_not_exist(session: AsyncSession, anna: UUID) -> None:
    other = await (await make_salon(session, slug="other")).salon()
    with pytest.raises(NotFound):
        await write_note(session, salon_id=other.id, client_id=anna, body="x", by=SYSTEM)
    with pytest.raises(NotFound):
        await keep_photo(session, salon_id=other.id, client_id=anna, content=photo(), by=SYSTEM)
