"""Somebody shows a passkey: alone instead of the password, or as the second factor beside it.

Called by the doors that ask for one. A counter that went backwards means that a copy of the key is
about (WebAuthn level 3, 6.1.1): it is refused and written down.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from webauthn import (
    generate_authentication_options,
    options_to_json,
    verify_authentication_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from openchair.identity.audit.record import Actor, record
from openchair.identity.passkeys.challenges import Purpose, make_challenge
from openchair.identity.passkeys.models import PasskeyRow
from openchair.identity.passkeys.queries import KnownKey, find_key, list_passkeys
from openchair.identity.passkeys.site import site
from openchair.platform.errors import Invalid

LONGEST_ANSWER = 20_000
REFUSED = "This passkey does not fit. Please try again, or log in with your password."


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of it: the key that fits, or why nobody gets in. `reason` is for the log."""

    key: KnownKey | None
    reason: str = ""


async def ask(
    session: AsyncSession, *, purpose: Purpose, user_id: UUID | None, now: datetime
) -> dict[str, Any]:
    """What the browser asks the device for. Without a `user_id` the device says who it is, and
    must be opened by finger, face or PIN; beside a password its presence is enough.
    """
    challenge_id, challenge = await make_challenge(
        session, purpose=purpose, user_id=user_id, now=now
    )
    mine = await list_passkeys(session, user_id=user_id) if user_id else []
    options = generate_authentication_options(
        rp_id=site().rp_id,
        challenge=challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=each.credential_id) for each in mine],
        user_verification=UserVerificationRequirement.PREFERRED
        if user_id
        else UserVerificationRequirement.REQUIRED,
    )
    return {"challenge": str(challenge_id), "options": orjson.loads(options_to_json(options))}


async def show_passkey(
    session: AsyncSession,
    *,
    challenge: bytes,
    answer: str,
    user_id: UUID | None,
    by: Actor,
    now: datetime,
) -> Shown:
    """Check the device's answer; of this person's keys only if one is named.

    Answers instead of raising, so that a refusal is kept too: the door commits and then refuses.
    """
    credential = _parsed(answer)
    known = await find_key(session, credential_id=credential.raw_id) if credential else None
    if credential is None or known is None or (user_id is not None and known.user_id != user_id):
        return Shown(None, "unknown passkey")
    sign_count = _verified(credential, known, challenge=challenge, alone=user_id is None)
    if sign_count is None:
        await _note(session, "passkey.refuse", known, by=by, metadata={"reason": "signature"})
        return Shown(None, "passkey signature")
    if sign_count <= known.sign_count and (sign_count or known.sign_count):
        metadata = {"reason": "counter", "before": known.sign_count, "after": sign_count}
        await _note(session, "passkey.refuse", known, by=by, metadata=metadata)
        return Shown(None, "passkey counter")
    await session.execute(
        update(PasskeyRow)
        .where(PasskeyRow.id == known.id)
        .values(sign_count=sign_count, last_used_at=now)
    )
    await _note(session, "passkey.present", known, by=by, metadata={"alone": user_id is None})
    return Shown(known)


def _parsed(answer: str) -> AuthenticationCredential | None:
    if len(answer) > LONGEST_ANSWER:
        return None
    try:
        return parse_authentication_credential_json(answer)
    except (WebAuthnException, ValueError):
        return None


def _verified(
    credential: AuthenticationCredential, known: KnownKey, *, challenge: bytes, alone: bool
) -> int | None:
    """The device's counter, or None when the answer does not fit. The counter is compared by the
    caller, which writes down when it went backwards.
    """
    here = site()
    handle = credential.response.user_handle
    if alone and handle != known.user_id.bytes:
        return None
    try:
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=here.rp_id,
            expected_origin=here.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=0,
            require_user_verification=alone,
        )
    except (WebAuthnException, ValueError):
        return None
    return found.new_sign_count


async def _note(
    session: AsyncSession, action: str, known: KnownKey, *, by: Actor, metadata: dict[str, Any]
) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type="passkey",
        resource_id=known.id,
        salon_id=None,
        metadata=metadata,
    )


def refused() -> Invalid:
    """What somebody hears whose passkey does not fit; the reason stands in the log."""
    return Invalid(REFUSED, code="passkey_refused")
