"""Opens an account for somebody who will log in. Called by the command line and the demo."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.accounts.emails import require_email
from openchair.identity.accounts.models import ProfileRow
from openchair.identity.accounts.passwords import hash_password, require_strong
from openchair.identity.audit.record import Actor, record
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.ids import new_id

NAME_LENGTH = 200


async def create_account(
    session: AsyncSession, *, email: str, name: str, password: str, language: str, by: Actor
) -> UUID:
    """The id of a new account without any role.

    Raises `Invalid` (field `email`, `name` or `password`), `Conflict` (`email_taken`).
    """
    spelling = require_email(email)
    called = require_name(name)
    require_strong(password)
    values = {
        "id": new_id(),
        "email": spelling,
        "name": called,
        "password_hash": await hash_password(password),
        "language": language,
    }
    statement = insert(ProfileRow).values(values).on_conflict_do_nothing(index_elements=["email"])
    created: UUID | None = await session.scalar(statement.returning(ProfileRow.id))
    if created is None:
        raise Conflict(
            f"There is already an account for {spelling}.", code="email_taken", field="email"
        )
    await record(
        session,
        actor=by,
        action="account.create",
        resource_type="profile",
        resource_id=created,
        salon_id=None,
        metadata={"after": {"email": spelling, "name": called, "language": language}},
    )
    return created


def require_name(name: str) -> str:
    """The name without needless blanks. Raises `Invalid` (field `name`)."""
    trimmed = " ".join(name.split())
    if not trimmed or len(trimmed) > NAME_LENGTH or "\x00" in trimmed:
        raise Invalid(
            f"Please give a name of at most {NAME_LENGTH} characters.",
            field="name",
            code="name_not_valid",
        )
    return trimmed
