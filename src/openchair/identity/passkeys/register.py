"""Somebody makes a passkey on a device, names it, and gives it up again. Called by their own page.

The browser's part is `frontend/scripts/passkeys.js`; what it answers is checked by `webauthn`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from webauthn import generate_registration_options, options_to_json, verify_registration_response
from webauthn.helpers import parse_registration_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from openchair.identity.audit.record import Actor, record
from openchair.identity.passkeys.challenges import make_challenge
from openchair.identity.passkeys.models import PasskeyRow
from openchair.identity.passkeys.queries import MOST, list_passkeys
from openchair.identity.passkeys.site import NAME, site
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.ids import new_id

NAME_LENGTH = 80
LONGEST_ANSWER = 20_000
MOST_TRANSPORTS = 8


async def begin_registration(
    session: AsyncSession, *, user_id: UUID, email: str, name: str, now: datetime
) -> dict[str, Any]:
    """What the browser asks the device for: a key that stays on it, opened by finger, face or PIN,
    so that it can log in alone. Raises `Conflict` (`too_many_passkeys`).
    """
    mine = await list_passkeys(session, user_id=user_id)
    if len(mine) >= MOST:
        raise Conflict(
            "You have twenty passkeys. Please delete one first.", code="too_many_passkeys"
        )
    challenge_id, challenge = await make_challenge(
        session, purpose="register", user_id=user_id, now=now
    )
    options = generate_registration_options(
        rp_id=site().rp_id,
        rp_name=NAME,
        user_id=user_id.bytes,
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each.credential_id) for each in mine],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return {"challenge": str(challenge_id), "options": orjson.loads(options_to_json(options))}


async def register_passkey(
    session: AsyncSession, *, user_id: UUID, challenge: bytes, answer: str, name: str, by: Actor
) -> UUID:
    """Keep the public key that the device answered with; its id.

    Raises `Invalid` (`passkey_refused`), `Conflict` (`passkey_known`).
    """
    credential_id, public_key, sign_count, transports = _checked(answer, challenge=challenge)
    called = _require_name(name)
    passkey_id: UUID | None = await session.scalar(
        insert(PasskeyRow)
        .values(
            id=new_id(),
            user_id=user_id,
            credential_id=credential_id,
            public_key=public_key,
            sign_count=sign_count,
            transports=transports,
            name=called,
        )
        .on_conflict_do_nothing(index_elements=["credential_id"])
        .returning(PasskeyRow.id)
    )
    if passkey_id is None:
        raise Conflict("This passkey is registered already.", code="passkey_known")
    await _note(session, "passkey.register", passkey_id=passkey_id, by=by, name=called)
    return passkey_id


async def rename_passkey(
    session: AsyncSession, *, user_id: UUID, passkey_id: UUID, name: str, by: Actor
) -> None:
    """Raises `Invalid` (field `name`), `NotFound` (`passkey_not_found`)."""
    called = _require_name(name)
    found = await session.scalar(
        update(PasskeyRow)
        .where(PasskeyRow.id == passkey_id, PasskeyRow.user_id == user_id)
        .values(name=called)
        .returning(PasskeyRow.id)
    )
    _require(found)
    await _note(session, "passkey.rename", passkey_id=passkey_id, by=by, name=called)


async def forget_passkey(
    session: AsyncSession, *, user_id: UUID, passkey_id: UUID, by: Actor
) -> None:
    """It opens nothing any more. Raises `NotFound` (`passkey_not_found`)."""
    name = await session.scalar(
        delete(PasskeyRow)
        .where(PasskeyRow.id == passkey_id, PasskeyRow.user_id == user_id)
        .returning(PasskeyRow.name)
    )
    _require(name)
    await _note(session, "passkey.forget", passkey_id=passkey_id, by=by, name=name or "")


async def forget_all_passkeys(session: AsyncSession, *, user_id: UUID, by: Actor) -> int:
    """For somebody whose devices are lost; how many there were."""
    count = await session.scalar(
        select(func.count()).select_from(PasskeyRow).where(PasskeyRow.user_id == user_id)
    )
    for each in await list_passkeys(session, user_id=user_id):
        await forget_passkey(session, user_id=user_id, passkey_id=each.id, by=by)
    return count or 0


def _checked(answer: str, *, challenge: bytes) -> tuple[bytes, bytes, int, list[str]]:
    if len(answer) > LONGEST_ANSWER:
        raise Invalid(
            "Your device's answer does not fit. Please try again.", code="passkey_refused"
        )
    here = site()
    try:
        credential = parse_registration_credential_json(answer)
        found = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=here.rp_id,
            expected_origin=here.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise Invalid(
            "Your device's answer does not fit. Please try again.", code="passkey_refused"
        ) from error
    transports = [each.value for each in credential.response.transports or []]
    return (
        found.credential_id,
        found.credential_public_key,
        found.sign_count,
        transports[:MOST_TRANSPORTS],
    )


def _require_name(name: str) -> str:
    called = " ".join(name.split())
    if not called or len(called) > NAME_LENGTH:
        raise Invalid(
            f"Please give a name of at most {NAME_LENGTH} characters.",
            field="name",
            code="name_not_valid",
        )
    return called


def _require(found: object) -> None:
    if found is None:
        raise NotFound("You have no such passkey (any more).", code="passkey_not_found")


async def _note(
    session: AsyncSession, action: str, *, passkey_id: UUID, by: Actor, name: str
) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type="passkey",
        resource_id=passkey_id,
        salon_id=None,
        metadata={"name": name},
    )
