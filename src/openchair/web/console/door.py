"""Who may come in. Every console route names one of these as a dependency, and a test fails for
a route that does not: `May("visit.cancel")`, `LOGGED_IN`, `HALF_WAY` or `ANYBODY`. Who has a second
factor and has not shown it in this session gets no further than `HALF_WAY`.

Each opens and closes a transaction of its own; what a page then does has another.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from openchair.booking.appointments.queries import Booking
from openchair.identity.accounts.permissions import Reach, reach
from openchair.identity.accounts.queries import Membership, list_memberships
from openchair.identity.audit.record import Actor
from openchair.identity.sessions.end import note_use
from openchair.identity.sessions.queries import CurrentSession, find_session
from openchair.identity.sessions.rules import is_due
from openchair.platform.clock import utc_now
from openchair.platform.errors import Forbidden, NotFound, Unauthorized
from openchair.platform.languages.catalogues import Words
from openchair.platform.languages.formats import Formats, formats_for
from openchair.salons.queries import Salon, get_salon
from openchair.salons.words import pick
from openchair.web.caller import database_of, visitor_of
from openchair.web.console.language import console_words
from openchair.web.cookies import read_token
from openchair.web.own_page import ANYBODY, require_own_form
from openchair.web.second_factor import SecondFactorNeeded

__all__ = [
    "ANYBODY",
    "HALF_WAY",
    "LOGGED_IN",
    "Desk",
    "LoggedIn",
    "May",
    "Person",
    "database_of",
    "is_theirs",
]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is logged in, and every salon they work in."""

    session: CurrentSession
    memberships: tuple[Membership, ...]
    words: Words
    actor: Actor
    now: datetime

    def membership(self, salon_id: UUID) -> Membership:
        """Their role in this salon. A stranger's salon does not exist for them."""
        for membership in self.memberships:
            if membership.salon_id == salon_id:
                return membership
        raise NotFound(
            "There is no salon at this address. Please check the link.", code="salon_not_found"
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody at work in one salon, allowed to do what the route is for."""

    person: Person
    salon: Salon
    membership: Membership
    reach: Reach
    formats: Formats

    @property
    def words(self) -> Words:
        """The language they read."""
        return self.person.words

    @property
    def now(self) -> datetime:
        """The request's instant."""
        return self.person.now

    def say(self, texts: dict[str, str]) -> str:
        """What the salon wrote, in their language or the salon's own."""
        return pick(texts, self.words.language, self.salon.default_language)

    def url(self, rest: str = "", **query: Any) -> str:
        """A path of this salon's console; empty values are left out of the query."""
        kept = {name: value for name, value in query.items() if value}
        path = f"/console/{quote(self.salon.slug)}{rest}"
        return f"{path}?{urlencode(kept)}" if kept else path

    def may(self, action: str, booking: Booking | None = None) -> bool:
        """Whether they may do this, and if only with their own visits, whether it is theirs."""
        found = reach(role=self.membership.role, action=action)
        if found is None or found is Reach.SALON or booking is None:
            return found is not None
        return is_theirs(self.membership, booking)

    def sees_takings_of(self, staff_id: UUID) -> bool:
        """Whether they may know what this stylist takes: the office of everybody, a stylist their
        own, the desk nobody's.
        """
        found = reach(role=self.membership.role, action="reports.read")
        return found is Reach.SALON or (found is Reach.OWN and self.membership.staff_id == staff_id)

    def require_reach(self, booking: Booking) -> None:
        """Raises `Forbidden` when the route's permission ends at their own visits."""
        if self.reach is Reach.OWN and not is_theirs(self.membership, booking):
            raise Forbidden(
                "You can change your own visits only. Please ask the desk for this one.",
                code="not_your_visit",
            )


class LoggedIn:
    """The route is for whoever is logged in, whatever their role; `half_way` also for those who
    have not shown their second factor yet: it is where they show it, or log out.
    """

    def __init__(self, *, half_way: bool = False) -> None:
        self.action = "half way" if half_way else "logged in"
        self.half_way = half_way

    async def __call__(self, request: Request) -> Person:
        """The person. Raises `Unauthorized`, or `Forbidden` for a form that is not theirs."""
        async with database_of(request).transaction() as session:
            person = await recognise(session, request, half_way=self.half_way)
        await require_own_form(request, person.session.csrf_token)
        return person


class May:
    """The route is for those whose role in this salon allows `action`; its form may bring `files`
    with it (the path then has to be one of `routes.FILES`).
    """

    def __init__(self, action: str, *, files: int = 0) -> None:
        self.action = action
        self.files = files

    async def __call__(self, request: Request, salon: str) -> Desk:
        """The desk. Raises `Unauthorized`, `NotFound` for a salon they do not work in, and
        `Forbidden`.
        """
        async with database_of(request).transaction() as session:
            person = await recognise(session, request)
            found = await get_salon(session, slug=salon)
        membership = person.membership(found.id)
        allowed = reach(role=membership.role, action=self.action)
        if allowed is None:
            raise Forbidden("Your role does not allow this.", code="role_not_allowed")
        await require_own_form(request, person.session.csrf_token, files=self.files)
        return Desk(
            person=person,
            salon=found,
            membership=membership,
            reach=allowed,
            formats=formats_for(
                language=person.words.language,
                country=found.location.country,
                time_zone=found.time_zone,
                currency=found.currency,
            ),
        )


LOGGED_IN = LoggedIn()
HALF_WAY = LoggedIn(half_way=True)


async def recognise(session: AsyncSession, request: Request, *, half_way: bool = False) -> Person:
    """Who the cookie belongs to. Raises `Unauthorized`, and unless they may be `half_way`
    `SecondFactorNeeded` for those who have one and have not shown it.
    """
    token, now = read_token(request), utc_now()
    found = await find_session(session, token=token, now=now) if token else None
    if found is None:
        raise Unauthorized("Please log in.")
    if found.waits_for_second_factor and not half_way:
        raise SecondFactorNeeded("Please show your second factor.")
    if is_due(last_seen_at=found.last_seen_at, now=now):
        await note_use(session, session_id=found.id, now=now)
    visitor = visitor_of(request)
    words = console_words(found.language)
    request.state.words = words  # a page about a failure speaks the same language
    return Person(
        session=found,
        memberships=await list_memberships(session, user_id=found.user_id),
        words=words,
        actor=Actor("user", found.user_id, visitor.ip, visitor.user_agent),
        now=now,
    )


def is_theirs(membership: Membership, booking: Booking) -> bool:
    """Whether this person has a part in the visit."""
    return membership.staff_id in {part.staff_id for part in booking.appointments}
