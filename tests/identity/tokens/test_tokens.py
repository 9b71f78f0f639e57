import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import SYSTEM
from openchair.identity.tokens.issue import issue_token
from openchair.identity.tokens.key import signing_key
from openchair.identity.tokens.verify import verify_token
from openchair.platform.errors import Invalid, Unauthorized
from openchair.platform.ids import new_id

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
SALON = UUID(int=5)
CLAIMS: dict[str, Any] = {
    "iss": "openchair",
    "aud": "openchair-api",
    "jti": str(new_id()),
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 60,
    "role": "operator",
}


async def issued(session: AsyncSession, **changed: Any) -> str:
    wanted = {"role": "manager", "salon_id": SALON, "days": 30, **changed}
    return await issue_token(session, by=SYSTEM, now=NOW, **wanted)


def signed(key: OctKey | None = None, algorithm: str = "HS256", **changed: Any) -> str:
    claims = {name: each for name, each in (CLAIMS | changed).items() if each is not None}
    return jwt.encode({"alg": algorithm}, claims, key or signing_key(), algorithms=[algorithm])


async def test_a_token_says_what_it_was_made_for(session: AsyncSession) -> None:
    claims = verify_token(await issued(session), now=NOW)
    assert (claims.role, claims.salon_id) == ("manager", SALON)
    assert claims.expires_at == NOW + timedelta(days=30)
    whole = verify_token(await issued(session, role="operator", salon_id=None), now=NOW)
    assert (whole.role, whole.salon_id) == ("operator", None)


async def test_making_one_is_audited_without_the_token_itself(session: AsyncSession) -> None:
    token = await issued(session)
    row = (
        await session.execute(
            text("SELECT resource_id, metadata::text FROM audit_logs WHERE action='token.create'")
        )
    ).one()
    assert row[0] == str(verify_token(token, now=NOW).token_id)
    assert token not in row[1]


async def test_it_ends_when_it_says(session: AsyncSession) -> None:
    token = await issued(session, days=1)
    verify_token(token, now=NOW + timedelta(hours=23, minutes=59))
    with pytest.raises(Unauthorized) as caught:
        verify_token(token, now=NOW + timedelta(days=1, minutes=1))
    assert caught.value.code == "token_expired"


def test_one_signed_with_our_key_is_good_so_that_the_others_fail_for_their_own_reason() -> None:
    assert verify_token(signed(), now=NOW).role == "operator"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "somebody"},
        {"aud": "another-api"},
        {"aud": None},
        {"exp": None},
        {"jti": None},
        {"jti": "no id"},
        {"role": "emperor"},
        {"role": None},
        {"salon": "no id"},
        {"iat": "yesterday"},
        {"nbf": int(NOW.timestamp()) + 3600},
    ],
)
def test_a_claim_that_is_not_ours_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Unauthorized):
        verify_token(signed(**changed), now=NOW)


def test_another_key_another_algorithm_or_none_is_refused() -> None:
    strange = [
        signed(OctKey.import_key("x" * 64)),
        signed(OctKey.import_key("x" * 64), algorithm="HS512"),
        signed(algorithm="HS512"),
        f"{_part({'alg': 'none'})}.{_part(CLAIMS)}.",
    ]
    for token in strange:
        with pytest.raises(Unauthorized):
            verify_token(token, now=NOW)


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "ü" * 9, "\x00", "." * 40, "e" * 5000])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(Unauthorized):
        verify_token(token, now=NOW)


@pytest.mark.parametrize(
    "wanted, field",
    [
        ({"role": "emperor"}, "role"),
        ({"salon_id": None}, "salon"),
        ({"role": "monitor"}, "salon"),
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
    ],
)
async def test_wrong_wishes_name_their_field(
    session: AsyncSession, wanted: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        await issued(session, **wanted)
    assert caught.value.field == field


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
