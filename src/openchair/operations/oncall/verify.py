"""Confirms that a contact's addresses are theirs: a code to each, typed in by whoever got it. For
commands and pages; each step is in the audit log, no code is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.operations.oncall.codes import (
    MOST_TRIES,
    PAUSE,
    fitting,
    hashed,
    is_over,
    new_code,
    pieces,
)
from openchair.operations.oncall.models import ContactRow
from openchair.operations.oncall.queries import row_of, view
from openchair.platform.errors import Conflict, TooMany
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

Kind = Literal["email", "phone"]
KINDS: tuple[Kind, ...] = ("email", "phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code on its way to one address of a contact; `send_code.py` sends it."""

    contact_id: UUID
    name: str
    role: str
    kind: Kind
    address: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What came of a code that was typed in: the kind of address it confirmed, or None and how
    many tries are left.
    """

    kind: Kind | None
    tries_left: int


async def make_codes(
    session: AsyncSession, *, name: str, by: Actor, now: datetime
) -> tuple[Code, ...]:
    """A code for each address that is not confirmed; codes of before are void. To be sent when this
    transaction is over.

    Raises `Conflict` when everything is confirmed, `TooMany` within a minute of the last codes.
    """
    row = await row_of(session, name=name, locked=True)
    kinds = [kind for kind in KINDS if kind in view(row).unverified]
    if not kinds:
        raise Conflict(f"{row.name} has no address that is still to be confirmed.")
    if row.code_hash and row.code_sent_at and now < row.code_sent_at + PAUSE:
        wait = ceil((row.code_sent_at + PAUSE - now).total_seconds())
        raise TooMany(
            f"{row.name} was sent a code just now; another can be sent in {wait} s.",
            retry_after=wait,
        )
    addresses = _addresses(row)
    codes = tuple(
        Code(
            contact_id=row.id,
            name=row.name,
            role=row.role,
            kind=kind,
            address=addresses[kind],
            code=new_code(),
        )
        for kind in kinds
    )
    secret = load(InstallationSettings).secret_key.get_secret_value()
    row.code_hash = b"".join(
        hashed(each.code, contact_id=row.id, kind=each.kind, address=each.address, secret=secret)
        for each in codes
    )
    row.code_sent_at, row.code_tries = now, 0
    await session.flush()
    await _written(session, "send_code", row, by=by, kinds=kinds)
    return codes


async def confirm_code(
    session: AsyncSession, *, name: str, code: str, by: Actor, now: datetime
) -> Confirmed:
    """Confirm the address that `code` was sent to. A wrong one is counted, so the transaction has
    to be committed after it as well.

    Raises `Conflict` when no code is under way, it is older than 30 minutes, or was tried 5 times.
    """
    row = await row_of(session, name=name, locked=True)
    if not pieces(row.code_hash):
        raise Conflict(f"No code is under way to {row.name}. {_again(row)}")
    if is_over(row.code_sent_at, now=now):
        raise Conflict(f"The code for {row.name} is older than 30 minutes. {_again(row)}")
    if row.code_tries >= MOST_TRIES:
        raise Conflict(f"{MOST_TRIES} wrong codes were given for {row.name}. {_again(row)}")
    found, left = fitting(
        code,
        addresses=_addresses(row),
        stored=row.code_hash,
        contact_id=row.id,
        secret=load(InstallationSettings).secret_key.get_secret_value(),
    )
    kind = next((each for each in KINDS if each == found), None)
    if kind is None:
        row.code_tries += 1
        await session.flush()
        await _written(session, "refuse_code", row, by=by, kinds=[])
        return Confirmed(kind=None, tries_left=MOST_TRIES - row.code_tries)
    if kind == "email":
        row.email_verified_at = now
    else:
        row.phone_verified_at = now
    row.code_hash = left
    await session.flush()
    await _written(session, "verify", row, by=by, kinds=[kind])
    return Confirmed(kind=kind, tries_left=MOST_TRIES - row.code_tries)


def _addresses(row: ContactRow) -> Mapping[str, str]:
    given = {"email": row.email, "phone": row.phone}
    return {kind: address for kind, address in given.items() if address}


def _again(row: ContactRow) -> str:
    return f'Send a new one: openchair contacts verify "{row.name}"'


async def _written(
    session: AsyncSession, action: str, row: ContactRow, *, by: Actor, kinds: list[Kind]
) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type="contact",
        resource_id=row.id,
        salon_id=None,
        metadata={"name": row.name, "kinds": kinds},
    )
