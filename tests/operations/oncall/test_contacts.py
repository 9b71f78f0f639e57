"""Contacts are added, changed and removed; all of it is in the audit log, addresses in part."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import SYSTEM
from openchair.operations.oncall.contact import Contact
from openchair.operations.oncall.contacts import Changes, change_contact, remove_contact
from openchair.operations.oncall.queries import (
    MOST_CONTACTS,
    get_contact,
    list_contacts,
    missing_roles,
)
from openchair.operations.oncall.roles import ROLES, check_role
from openchair.platform.errors import Conflict, Invalid, NotFound
from tests.operations.oncall.conftest import ANNA, acts, add


async def test_a_role_of_the_runbooks_has_its_place(session: AsyncSession, anna: Contact) -> None:
    assert (anna.role, anna.tier, anna.rank) == ("Technical Lead", "technical", 2)
    assert anna.unverified == ("email", "phone")
    assert anna.reachable_email is None
    assert anna.reachable_phone is None
    [(action, told)] = await acts(session)
    assert action == "create"
    assert told["email"] == "a…@example.org"
    assert "15112345" not in str(told)


async def test_they_are_called_in_order(session: AsyncSession) -> None:
    await add(session, "Owner", role="business owner")
    await add(session, "Stripe", role="stripe-support", email=None, phone=None)
    await add(session, "Second", role="DevOps Engineer")
    await add(session, "First", role="Incident Commander")
    await add(session, "Last", role="Night watch", tier="technical", rank=99)
    found = await list_contacts(session)
    assert [each.name for each in found] == ["First", "Second", "Last", "Owner", "Stripe"]
    assert found[-1].url == "https://support.stripe.com"
    assert found[-1].unverified == (), "a vendor confirms nothing"


async def test_which_roles_nobody_has(session: AsyncSession, anna: Contact) -> None:
    names = {role.name for role in missing_roles([anna])}
    assert names == {role.name for role in ROLES} - {"Technical Lead"}
    away = await change_contact(session, name=ANNA, changes={"is_active": False}, by=SYSTEM)
    assert "Technical Lead" in {role.name for role in missing_roles([away])}
    assert await list_contacts(session, only_active=True) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": "anna"}, "email"),
        ({"phone": "0151 12345678"}, "phone"),
        ({"email": None, "phone": None}, "email"),
        ({"email": None, "phone": " ", "url": "https://example.org"}, "email"),
        ({"url": "example.org"}, "url"),
        ({"url": "https://x.example/" + "a" * 500}, "url"),
        ({"role": ""}, "role"),
        ({"role": "x" * 61, "tier": "technical"}, "role"),
        ({"role": "Technical Leed"}, "role"),
        ({"role": "Night watch"}, "tier"),
        ({"rank": 101}, "rank"),
        ({"tier": "friends"}, "tier"),
    ],
)
async def test_what_cannot_be_called_is_refused(
    session: AsyncSession, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as raised:
        await add(session, **given)
    assert raised.value.field == field


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\x07b"])
async def test_a_name_is_a_line(session: AsyncSession, name: str) -> None:
    with pytest.raises(Invalid, match="name"):
        await add(session, name)


async def test_a_name_is_taken_once(session: AsyncSession, anna: Contact) -> None:
    with pytest.raises(Conflict, match="already"):
        await add(session, anna.name.upper())
    await add(session, "Ben")
    with pytest.raises(Conflict, match="already"):
        await change_contact(session, name="ben", changes={"name": ANNA}, by=SYSTEM)
    renamed = await change_contact(session, name="Ben", changes={"name": "BEN"}, by=SYSTEM)
    assert (await get_contact(session, name="ben")).id == renamed.id


async def test_there_is_an_end(session: AsyncSession) -> None:
    await session.execute(
        text(
            "INSERT INTO contacts (id, name, role, tier, rank, email)"
            " SELECT gen_random_uuid(), 'c' || n, 'r', 'technical', 1, 'a@b.example'"
            " FROM generate_series(1, :most) AS n"
        ),
        {"most": MOST_CONTACTS},
    )
    with pytest.raises(Conflict, match="200"):
        await add(session)
    assert len(await list_contacts(session)) == MOST_CONTACTS


async def test_only_the_address_that_changed_is_confirmed_anew(
    session: AsyncSession, anna: Contact
) -> None:
    await session.execute(
        text("UPDATE contacts SET email_verified_at = now(), phone_verified_at = now()")
    )
    session.expire_all()
    changes: Changes = {"email": "anna@other.example", "phone": "+49 151 12345678"}
    found = await change_contact(session, name="anna nowak", changes=changes, by=SYSTEM)
    assert found.id == anna.id
    assert found.unverified == ("email",), "the number is the same, written otherwise"
    assert found.reachable_phone == "+4915112345678"
    told = (await acts(session))[-1]
    assert told == (
        "change",
        {"before": {"email": "a…@example.org"}, "after": {"email": "a…@other.example"}},
    )


async def test_another_role_has_another_place(session: AsyncSession, anna: Contact) -> None:
    found = await change_contact(session, name=ANNA, changes={"role": "ceo"}, by=SYSTEM)
    assert (found.role, found.tier, found.rank) == ("CEO", "business", 4)
    changes: Changes = {"role": "CTO", "tier": "technical", "rank": 7}
    found = await change_contact(session, name=ANNA, changes=changes, by=SYSTEM)
    assert (found.role, found.tier, found.rank) == ("CTO", "technical", 7)
    with pytest.raises(Invalid, match="mail address or a phone"):
        await change_contact(session, name=ANNA, changes={"email": "", "phone": ""}, by=SYSTEM)


async def test_who_is_removed_is_gone(session: AsyncSession, anna: Contact) -> None:
    await remove_contact(session, name=ANNA, by=SYSTEM)
    assert await list_contacts(session) == []
    assert [action for action, _ in await acts(session)] == ["create", "delete"]
    for verb in (
        remove_contact(session, name=ANNA, by=SYSTEM),
        change_contact(session, name=ANNA, changes={"rank": 1}, by=SYSTEM),
    ):
        with pytest.raises(NotFound, match="contacts list"):
            await verb


async def test_nothing_changed_is_nothing_told(session: AsyncSession, anna: Contact) -> None:
    assert await change_contact(session, name=ANNA, changes={"rank": 2}, by=SYSTEM) == anna
    assert len(await acts(session)) == 1


def test_roles_as_people_write_them() -> None:
    assert check_role("technical-lead") == "Technical Lead"
    assert check_role("pr comms") == "PR/Comms"
    assert check_role("  Night   watch ") == "Night watch"
