import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.create import create_account
from openchair.identity.accounts.models import ProfileRow
from openchair.identity.accounts.queries import find_credentials
from openchair.identity.audit.models import AuditLogRow
from openchair.identity.audit.record import SYSTEM
from openchair.identity.sessions.change_password import change_password
from openchair.identity.sessions.queries import list_sessions
from openchair.platform.clock import utc_now
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.ids import new_id
from tests.identity.people import PASSWORD, add_account, open_for


async def create(session: AsyncSession, **changes: str) -> None:
    values = {
        "email": "Lena@Salon.Example",
        "name": "  Lena   Brunner ",
        "password": PASSWORD,
        "language": "de",
        **changes,
    }
    await create_account(session, by=SYSTEM, **values)


async def test_an_account_is_kept_under_one_spelling_and_leaves_a_trace(
    session: AsyncSession,
) -> None:
    await create(session)
    row = (await session.scalars(select(ProfileRow))).one()
    assert (row.email, row.name) == ("lena@salon.example", "Lena Brunner")
    assert PASSWORD not in row.password_hash
    found = await find_credentials(session, email=" LENA@salon.example\x00")
    assert found is not None
    assert found.user_id == row.id
    act = (await session.scalars(select(AuditLogRow))).one()
    assert (act.action, act.resource_id) == ("account.create", str(row.id))
    assert PASSWORD not in str(act.details)


async def test_an_address_is_taken_however_it_is_written(session: AsyncSession) -> None:
    await create(session)
    with pytest.raises(Conflict) as refusal:
        await create(session, email="LENA@SALON.example")
    assert refusal.value.code == "email_taken"


@pytest.mark.parametrize(
    "field,value",
    [
        ("email", "lena"),
        ("email", "lena@"),
        ("email", ""),
        ("name", "   "),
        ("name", "x" * 201),
        ("password", "short"),
    ],
)
async def test_what_cannot_be_right_is_refused_by_field(
    session: AsyncSession, field: str, value: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        await create(session, **{field: value})
    assert refusal.value.field == field


async def test_a_closed_account_has_no_credentials(session: AsyncSession) -> None:
    await create(session)
    (await session.scalars(select(ProfileRow))).one().is_active = False
    await session.flush()
    assert await find_credentials(session, email="lena@salon.example") is None


async def test_a_new_password_ends_every_other_session(session: AsyncSession) -> None:
    user_id = await add_account(session)
    here, _elsewhere = await open_for(session, user_id), await open_for(session, user_id)
    before = await find_credentials(session, email="lena@salon.example")
    await change_password(
        session,
        user_id=user_id,
        password="another short sentence",
        by=SYSTEM,
        keep_session_id=here.id,
    )
    after = await find_credentials(session, email="lena@salon.example")
    assert before is not None
    assert after is not None
    assert before.password_hash != after.password_hash
    left = await list_sessions(session, user_id=user_id, now=utc_now())
    assert [each.id for each in left] == [here.id]


async def test_nobody_has_no_password_to_change(session: AsyncSession) -> None:
    with pytest.raises(NotFound):
        await change_password(session, user_id=new_id(), password=PASSWORD, by=SYSTEM)
