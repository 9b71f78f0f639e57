"""Who may come into the operations console. Every route names one of these as a dependency, and a
test fails for a route that does not: `Operates("alerts.manage")`, `KNOWN` or `ANYBODY`.

Each opens and closes a transaction of its own; what a page then does has another.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from openchair.identity.audit.record import Actor
from openchair.identity.operators.permissions import may
from openchair.identity.operators.queries import find_role
from openchair.identity.sessions.end import note_use
from openchair.identity.sessions.queries import CurrentSession, find_session
from openchair.identity.sessions.rules import is_due
from openchair.platform.clock import utc_now
from openchair.platform.edge.failures import nothing_here
from openchair.platform.errors import Forbidden, Unauthorized
from openchair.web.caller import database_of, visitor_of
from openchair.web.cookies import read_token
from openchair.web.own_page import require_own_form
from openchair.web.second_factor import SecondFactorNeeded

SECOND_FACTOR_LASTS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who runs the installation and is logged in: `role` is `operator` or `owner`."""

    session: CurrentSession
    role: str
    actor: Actor
    now: datetime

    def may(self, action: str) -> bool:
        """Whether their role allows it."""
        return may(role=self.role, action=action)

    @property
    def author(self) -> str:
        """How alerts and incidents name them."""
        return self.session.name or self.session.email

    @property
    def has_shown_second_factor(self) -> bool:
        """Whether they did in this session, within twelve hours."""
        shown = self.session.second_factor_at
        return shown is not None and self.now - shown < SECOND_FACTOR_LASTS


class Known:
    """The route is for operators who are logged in, also before the second factor: it is where
    they show it, or log out.
    """

    action = "known"

    async def __call__(self, request: Request) -> Operator:
        """The operator. Raises `Unauthorized`, `NotFound` for somebody who is none, and
        `Forbidden` for a form that is not theirs.
        """
        async with database_of(request).transaction() as session:
            operator = await recognise(session, request)
        await require_own_form(request, operator.session.csrf_token)
        return operator


class Operates:
    """The route is for those whose role allows `action`, and who showed their second factor."""

    def __init__(self, action: str) -> None:
        self.action = action

    async def __call__(self, request: Request) -> Operator:
        """The operator. Raises what `Known` does, and `Forbidden` for the wrong role."""
        operator = await KNOWN(request)
        if not operator.has_shown_second_factor:
            raise SecondFactorNeeded("Please show your second factor.")
        if not operator.may(self.action):
            raise Forbidden("Your role does not allow this.", code="role_not_allowed")
        return operator


KNOWN = Known()


async def recognise(session: AsyncSession, request: Request) -> Operator:
    """Who the cookie belongs to. For somebody who runs nothing here, nothing is here."""
    token, now = read_token(request), utc_now()
    found = await find_session(session, token=token, now=now) if token else None
    if found is None:
        raise Unauthorized("Please log in.")
    role = await find_role(session, user_id=found.user_id)
    if role is None:
        raise nothing_here()
    if is_due(last_seen_at=found.last_seen_at, now=now):
        await note_use(session, session_id=found.id, now=now)
    visitor = visitor_of(request)
    operator = Operator(
        found, role, Actor("user", found.user_id, visitor.ip, visitor.user_agent), now
    )
    request.state.operator = operator  # a page about a failure keeps its frame
    return operator
