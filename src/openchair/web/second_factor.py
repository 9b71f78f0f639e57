"""The second factor at every door that asks for one: its code, setting it up, the picture.

The pages around it are each door's own (`ops/second_factor.py`, `console/second_factor.py`).
"""

from dataclasses import dataclass
from datetime import datetime

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.audit.record import Actor
from openchair.identity.sessions.queries import CurrentSession
from openchair.identity.sessions.second_factor import note_second_factor
from openchair.identity.two_factor.enrol import Enrolment, begin, confirm, has_second_factor
from openchair.identity.two_factor.present import count_try, present
from openchair.platform.errors import Invalid, TooMany, Unauthorized
from openchair.web.caller import database_of

LETTERS_TOGETHER = 4


class SecondFactorNeeded(Unauthorized):
    """Logged in, but the second factor was not shown in this session, or too long ago."""

    code = "second_factor_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shower:
    """Who shows it, in which session, and when."""

    current: CurrentSession
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why a code was refused; `wait` is in seconds, 0 when another try may follow at once."""

    status: int
    wrong: str = ""
    wait: int = 0

    @property
    def wait_minutes(self) -> int:
        """The same, rounded up."""
        return -(-self.wait // 60)


NOT_REFUSED = Refused(status=200)


async def count(request: Request, shower: Shower) -> None:
    """Count one try of this person. Raises `TooMany`."""
    async with database_of(request).transaction() as session:
        await count_try(session, user_id=shower.current.user_id)


async def show_code(request: Request, shower: Shower, *, code: str) -> Refused | None:
    """Check a code and mark the session. Each works once; so many tries in a quarter of an hour."""
    try:
        await count(request, shower)
        async with database_of(request).transaction() as session:
            await present(
                session,
                user_id=shower.current.user_id,
                session_id=shower.current.id,
                code=code,
                by=shower.actor,
                now=shower.now,
            )
    except (TooMany, Invalid) as problem:
        return refusal_of(problem)
    return None


async def confirm_code(request: Request, shower: Shower, *, code: str) -> list[str] | Refused:
    """Make what was set up count; the recovery codes, this once. Raises `Conflict` when there is
    nothing to confirm.
    """
    try:
        await count(request, shower)
        async with database_of(request).transaction() as session:
            codes = await confirm(
                session,
                user_id=shower.current.user_id,
                code=code,
                by=shower.actor,
                now=shower.now,
            )
            await note_second_factor(session, session_id=shower.current.id, now=shower.now)
    except (TooMany, Invalid) as problem:
        return refusal_of(problem)
    return codes


async def has_one(request: Request, shower: Shower) -> bool:
    """Whether they have a confirmed authenticator."""
    async with database_of(request).transaction() as session:
        return await has_second_factor(session, user_id=shower.current.user_id)


async def begin_set_up(request: Request, shower: Shower) -> Enrolment:
    """The secret that waits to be confirmed. Raises `Conflict` when there is one already."""
    async with database_of(request).transaction() as session:
        return await begin(session, user_id=shower.current.user_id, account=shower.current.email)


def refusal_of(problem: TooMany | Invalid) -> Refused:
    """How a page says it."""
    if isinstance(problem, TooMany):
        return Refused(status=429, wait=problem.retry_after)
    return Refused(status=422, wrong=problem.message)


def picture_of(address: str) -> Markup:
    """The QR code as SVG, dark on light whatever the page's look, so that every camera reads it."""
    drawn = segno.make(address, error="m", micro=False)
    return Markup(  # noqa: S704 -- drawn here from an address of ours
        drawn.svg_inline(scale=5, border=3, light="#fff", dark="#000", omitsize=True, svgclass="qr")
    )


def spaced(secret: str) -> str:
    """The secret in groups, as people type it."""
    places = range(0, len(secret), LETTERS_TOGETHER)
    return " ".join(secret[place : place + LETTERS_TOGETHER] for place in places)


def with_wait(page: Response, refused: Refused) -> Response:
    """The page, with how long to wait (RFC 9110, 10.2.3)."""
    if refused.wait:
        page.headers["Retry-After"] = str(refused.wait)
    return page
