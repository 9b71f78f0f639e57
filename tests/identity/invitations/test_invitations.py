from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.queries import list_memberships
from openchair.identity.audit.models import AuditLogRow
from openchair.identity.audit.record import SYSTEM, Actor
from openchair.identity.invitations.accept import join_with_account, join_with_new_account
from openchair.identity.invitations.invite import KIND, invite, resend, revoke
from openchair.identity.invitations.models import InvitationRow
from openchair.identity.invitations.queries import find_by_token, get_invitation, list_open
from openchair.identity.invitations.render import render_invitation
from openchair.identity.invitations.rules import VALID, token_of
from openchair.notifications.errors import Outdated
from openchair.notifications.models import QueuedMessage
from openchair.notifications.rendering import Message, Rendered
from openchair.platform.errors import Conflict, Forbidden, Invalid, NotFound
from openchair.platform.languages.catalogues import NAMES
from tests.builders import Shop, make_salon
from tests.identity.people import add_account, add_role

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EMAIL = "ruth@new.example"


@pytest.fixture
async def shop(session: AsyncSession) -> Shop:
    return await make_salon(session)


async def ask(
    session: AsyncSession,
    shop: Shop,
    *,
    email: str = EMAIL,
    role: str = "receptionist",
    language: str = "de",
) -> UUID:
    return await invite(
        session,
        salon_id=shop.salon_id,
        email=email,
        role=role,
        staff_id=None,
        language=language,
        by=SYSTEM,
        now=NOW,
    )


async def link_of(session: AsyncSession, shop: Shop, invitation_id: UUID) -> str:
    found = await get_invitation(session, salon_id=shop.salon_id, invitation_id=invitation_id)
    return token_of(found.id, found.expires_at)


async def mail_of(session: AsyncSession, invitation_id: UUID, language: str) -> Rendered:
    row = (
        await session.scalars(
            select(QueuedMessage)
            .where(QueuedMessage.reference == f"invitation:{invitation_id}")
            .order_by(QueuedMessage.created_at)
        )
    ).first()
    assert row is not None
    message = Message(
        id=row.id,
        salon_id=row.salon_id,
        kind=row.kind,
        channel=row.channel,
        language=language,
        recipient=row.recipient,
        reference=row.reference,
        data=row.data,
    )
    assert message.kind == KIND
    return await render_invitation(session, message, NOW)


async def test_only_the_hash_of_the_link_is_kept(session: AsyncSession, shop: Shop) -> None:
    invitation_id = await ask(session, shop)
    token = await link_of(session, shop, invitation_id)
    rows = (await session.scalars(select(InvitationRow))).all()
    notes = (await session.scalars(select(QueuedMessage))).all()
    kept = repr([vars(row) for row in [*rows, *notes]])
    assert token not in kept
    assert (await find_by_token(session, token=token)).id == invitation_id


async def test_a_new_account_joins_in_the_language_of_the_mail(
    session: AsyncSession, shop: Shop
) -> None:
    token = await link_of(session, shop, await ask(session, shop, language="uk"))
    _, user_id = await join_with_new_account(
        session, token=token, name="Ruth", password="a short sentence", by=Actor("client"), now=NOW
    )
    (membership,) = await list_memberships(session, user_id=user_id)
    assert (membership.salon_id, membership.role) == (shop.salon_id, "receptionist")
    acts = list(await session.scalars(select(AuditLogRow.action)))
    assert {"invitation.send", "account.create", "role.change", "invitation.accept"} <= {*acts}
    with pytest.raises(Conflict) as again:
        await join_with_new_account(
            session, token=token, name="R", password="a short sentence", by=SYSTEM, now=NOW
        )
    assert "accepted already" in again.value.message


async def test_an_account_joins_if_the_mail_went_to_its_address(
    session: AsyncSession, shop: Shop
) -> None:
    token = await link_of(session, shop, await ask(session, shop, email=" Ruth@New.example"))
    ruth = await add_account(session, email=EMAIL)
    lena = await add_account(session)
    with pytest.raises(Forbidden):
        async with session.begin_nested():
            await join_with_account(
                session,
                token=token,
                user_id=lena,
                email="lena@salon.example",
                by=SYSTEM,
                now=NOW,
            )
    await join_with_account(session, token=token, user_id=ruth, email=EMAIL, by=SYSTEM, now=NOW)
    assert len(await list_memberships(session, user_id=ruth)) == 1
    assert await list_memberships(session, user_id=lena) == ()


async def test_a_link_runs_out_after_seven_days_and_is_renewed(
    session: AsyncSession, shop: Shop
) -> None:
    invitation_id = await ask(session, shop)
    old = await link_of(session, shop, invitation_id)
    late = NOW + VALID
    with pytest.raises(Conflict) as refused:
        await join_with_new_account(
            session, token=old, name="R", password="a short sentence", by=SYSTEM, now=late
        )
    assert "seven days" in refused.value.message
    await resend(session, salon_id=shop.salon_id, invitation_id=invitation_id, by=SYSTEM, now=late)
    with pytest.raises(NotFound):
        await find_by_token(session, token=old)
    new = await link_of(session, shop, invitation_id)
    await join_with_new_account(
        session, token=new, name="R", password="a short sentence", by=SYSTEM, now=late
    )


async def test_what_was_taken_back_opens_nothing(session: AsyncSession, shop: Shop) -> None:
    invitation_id = await ask(session, shop)
    token = await link_of(session, shop, invitation_id)
    await revoke(session, salon_id=shop.salon_id, invitation_id=invitation_id, by=SYSTEM, now=NOW)
    assert await list_open(session, salon_id=shop.salon_id) == []
    with pytest.raises(Conflict) as refused:
        await join_with_new_account(
            session, token=token, name="R", password="a short sentence", by=SYSTEM, now=NOW
        )
    assert "took this invitation back" in refused.value.message
    for verb in (resend, revoke):
        with pytest.raises(Conflict):
            await verb(
                session, salon_id=shop.salon_id, invitation_id=invitation_id, by=SYSTEM, now=NOW
            )
    await ask(session, shop)


async def test_nobody_is_asked_twice_or_asked_in_who_is_in(
    session: AsyncSession, shop: Shop
) -> None:
    await ask(session, shop)
    with pytest.raises(Conflict) as twice:
        await ask(session, shop, email="RUTH@new.example ")
    assert twice.value.code == "already_invited"
    lena = await add_account(session)
    await add_role(session, salon_id=shop.salon_id, user_id=lena, role="owner")
    with pytest.raises(Conflict) as here:
        await ask(session, shop, email="lena@salon.example")
    assert here.value.code == "already_here"


@pytest.mark.parametrize("email,role", [("", "staff"), ("no address", "staff"), (EMAIL, "king")])
async def test_nonsense_is_not_sent(
    email: str, role: str, session: AsyncSession, shop: Shop
) -> None:
    with pytest.raises(Invalid):
        await ask(session, shop, email=email, role=role)


async def test_a_neighbours_invitation_does_not_exist(session: AsyncSession, shop: Shop) -> None:
    other = await make_salon(session, slug="other")
    invitation_id = await ask(session, shop)
    for verb in (resend, revoke):
        with pytest.raises(NotFound):
            await verb(
                session, salon_id=other.salon_id, invitation_id=invitation_id, by=SYSTEM, now=NOW
            )


@pytest.mark.parametrize("language", NAMES)
async def test_the_mail_names_salon_role_and_link(
    language: str, session: AsyncSession, shop: Shop
) -> None:
    invitation_id = await ask(session, shop, language=language)
    token = await link_of(session, shop, invitation_id)
    mail = await mail_of(session, invitation_id, language)
    salon = await shop.salon()
    assert salon.name in mail.subject
    for part in (mail.text, mail.html):
        assert f"/console/invitation/{token}" in part
    if language != "en":
        assert "Join the team" not in mail.text + mail.html


async def test_a_mail_that_no_longer_counts_is_not_sent(session: AsyncSession, shop: Shop) -> None:
    invitation_id = await ask(session, shop)
    await revoke(session, salon_id=shop.salon_id, invitation_id=invitation_id, by=SYSTEM, now=NOW)
    with pytest.raises(Outdated):
        await mail_of(session, invitation_id, "de")
    assert timedelta(days=7) == VALID
