"""Who wants news of the status page by mail: asks for it, confirms it, ends it. Doors call it.

The token in a mail's links is made of the subscription's id and our key, so that it can stand in
every mail while the table keeps only its hash.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.outbox import NewMessage, put_all
from openchair.notifications.recipients import check_recipient
from openchair.platform.errors import NotFound, Unavailable
from openchair.platform.ids import new_id
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.salons.queries import list_salons

CONFIRM = "status.confirm"
PURPOSE = b"openchair status subscription 1"
SIGNATURE_BYTES = 15
LONGEST_TOKEN = 80
UNCONFIRMED_DAYS = 7
AGAIN_AFTER = timedelta(minutes=10)
UNKNOWN = "This link is not complete, or the subscription has ended."


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """One subscription; it counts once it is confirmed."""

    id: UUID
    email: str
    language: str
    confirmed_at: datetime | None
    created_at: datetime


async def subscribe(session: AsyncSession, *, email: str, language: str, now: datetime) -> None:
    """Send the link that confirms an address, within reason; who is subscribed already gets none.
    The caller learns the same either way, so nobody can find out who is. Raises `Invalid` for what
    is no address, `Unavailable` as long as there is no salon whose post office could send.
    """
    address = check_recipient(channel="email", recipient=email.strip()).lower()
    identifier = new_id()
    row = (
        await session.execute(
            PUT,
            {
                "id": identifier,
                "email": address,
                "language": language,
                "token_hash": hash_of(make_token(identifier)),
            },
        )
    ).one()
    if row.confirmed_at is not None:
        return
    slot = int(now.timestamp() // AGAIN_AFTER.total_seconds())
    message = NewMessage(
        salon_id=await house_salon(session),
        kind=CONFIRM,
        channel="email",
        recipient=address,
        language=language,
        data={"subscriber_id": str(row.id)},
        reference=f"status-subscriber:{row.id}",
        dedupe_key=f"{CONFIRM}:{row.id}:{slot}",
        expires_at=now + timedelta(days=UNCONFIRMED_DAYS),
        priority=2,
    )
    await put_all(session, messages=[message])


async def find_subscriber(session: AsyncSession, *, token: str) -> Subscriber:
    """Whose link it is. Raises `NotFound`."""
    found = await session.execute(FIND, {"token_hash": hash_of(checked(token))})
    row = found.mappings().first()
    if row is None:
        raise NotFound(UNKNOWN, code="status_link_unknown")
    return Subscriber(**row)


async def confirm(session: AsyncSession, *, token: str, now: datetime) -> Subscriber:
    """From now on they are told. Doing it again changes nothing. Raises `NotFound`."""
    values = {"token_hash": hash_of(checked(token)), "now": now}
    await session.execute(MARK_CONFIRMED, values)
    return await find_subscriber(session, token=token)


async def unsubscribe(session: AsyncSession, *, token: str) -> None:
    """Forget the address; one that is forgotten already stays so. Raises `NotFound` for a link that
    is none of ours.
    """
    await session.execute(DELETE, {"token_hash": hash_of(checked(token))})


async def list_subscribers(
    session: AsyncSession, *, after: UUID | None = None, limit: int = 100
) -> list[Subscriber]:
    """In the order in which they came."""
    found = await session.execute(LIST, {"after": after, "limit": max(1, min(limit, 1000))})
    return [Subscriber(**row) for row in found.mappings()]


async def count_subscribers(session: AsyncSession) -> tuple[int, int]:
    """How many are confirmed, and how many are not yet."""
    row = (await session.execute(COUNT)).one()
    return int(row.confirmed), int(row.waiting)


async def prune_subscribers(session: AsyncSession, *, limit: int = 1000) -> int:
    """Forget addresses that nobody confirmed within a week; answers how many."""
    found = await session.execute(PRUNE, {"days": UNCONFIRMED_DAYS, "limit": limit})
    return len(found.all())


async def house_salon(session: AsyncSession) -> UUID:
    """The salon whose post office carries the installation's own mails: the first one. Raises
    `Unavailable` when there is none.
    """
    salons = await list_salons(session, limit=1)
    if not salons:
        raise Unavailable("There is no salon here yet, so nothing can be told of.")
    return salons[0].id


def make_token(identifier: UUID) -> str:
    """What stands in the links of this subscription's mails. A new secret key makes it unknown."""
    secret = load(InstallationSettings).secret_key.get_secret_value().encode()
    key = hmac.digest(secret, PURPOSE, hashlib.sha256)
    signature = hmac.digest(key, identifier.bytes, hashlib.sha256)[:SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(signature + identifier.bytes).decode().rstrip("=")


def link(verb: str, identifier: UUID) -> str:
    """`confirm` or `unsubscribe` as an address."""
    return f"{load(InstallationSettings).address}/status/{verb}/{make_token(identifier)}"


def checked(token: str) -> str:
    """The token, if it can be one. Raises `NotFound`."""
    if not 0 < len(token) <= LONGEST_TOKEN or not token.isascii():
        raise NotFound(UNKNOWN, code="status_link_unknown")
    return token


def hash_of(token: str) -> bytes:
    """What the table keeps of it."""
    return hashlib.sha256(token.encode()).digest()


COLUMNS = "id, email, language, confirmed_at, created_at"
PUT = text("""
    INSERT INTO status_subscribers AS mine (id, email, language, token_hash)
    VALUES (:id, :email, :language, :token_hash)
    ON CONFLICT (email) DO UPDATE
        SET language = CASE WHEN mine.confirmed_at IS NULL THEN excluded.language
            ELSE mine.language END
    RETURNING id, confirmed_at
""")
FIND = text(f"SELECT {COLUMNS} FROM status_subscribers WHERE token_hash = :token_hash")  # noqa: S608 -- our own names
MARK_CONFIRMED = text("""
    UPDATE status_subscribers SET confirmed_at = :now
    WHERE token_hash = :token_hash AND confirmed_at IS NULL
""")
DELETE = text("DELETE FROM status_subscribers WHERE token_hash = :token_hash")
LIST = text(f"""
    SELECT {COLUMNS} FROM status_subscribers
    WHERE CAST(:after AS uuid) IS NULL OR id > :after ORDER BY id LIMIT :limit
""")  # noqa: S608 -- our own names
COUNT = text("""
    SELECT count(confirmed_at) AS confirmed, count(*) - count(confirmed_at) AS waiting
    FROM status_subscribers
""")
PRUNE = text("""
    DELETE FROM status_subscribers WHERE id IN (
        SELECT id FROM status_subscribers
        WHERE confirmed_at IS NULL AND created_at < now() - make_interval(days => :days)
        LIMIT :limit
    ) RETURNING id
""")
