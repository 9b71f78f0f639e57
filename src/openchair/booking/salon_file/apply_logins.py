"""Writes who may log in to the console, through the verbs of accounts. Called by `apply.py`."""

import secrets
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.salon_file.apply_prices import Ids
from openchair.booking.salon_file.schema import LogIn, SalonFile
from openchair.identity.accounts.create import create_account
from openchair.identity.accounts.describe import describe_account
from openchair.identity.accounts.roles import grant_role, remove_role
from openchair.identity.accounts.team import find_account, list_team
from openchair.identity.audit.record import Actor
from openchair.salons.queries import Salon

PASSWORD_BYTES = 15


async def apply_logins(
    session: AsyncSession,
    *,
    salon: Salon,
    file: SalonFile,
    people: Ids,
    passwords: Mapping[str, str],
    by: Actor,
) -> dict[str, str]:
    """Open accounts, give and take roles; answers the passwords made here, by e-mail.

    Somebody who is in another salon too keeps their password.
    """
    present = {each.email: each for each in await list_team(session, salon_id=salon.id)}
    made: dict[str, str] = {}
    for login in file.logins:
        staff_id = people[login.staff] if login.staff is not None else None
        user_id = await find_account(session, email=login.email)
        if user_id is None:
            password = passwords.get(login.email) or secrets.token_urlsafe(PASSWORD_BYTES)
            user_id = await create_account(session, password=password, by=by, **_person(login))
            if login.email not in passwords:
                made[login.email] = password
        else:
            await describe_account(
                session, user_id=user_id, name=login.name, language=login.language, by=by
            )
        now = present.get(login.email)
        if now is None or (now.role, now.staff_id) != (login.role, staff_id):
            await grant_role(
                session,
                salon_id=salon.id,
                user_id=user_id,
                role=login.role,
                staff_id=staff_id,
                by=by,
            )
    wanted = {login.email for login in file.logins}
    for email, member in present.items():
        if email not in wanted:
            await remove_role(session, salon_id=salon.id, user_id=member.user_id, by=by)
    return made


def _person(login: LogIn) -> dict[str, str]:
    return {"email": login.email, "name": login.name, "language": login.language}
