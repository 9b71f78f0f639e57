"""The two wizard pages that several doors answer with: the times, and the details. A refused hold
or a hold that lapsed leads back to the times, and the page says why.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from openchair.booking.appointments.queries import Hold, get_hold
from openchair.booking.availability.find import Availability, find_times
from openchair.booking.catalogue.queries import Catalogue
from openchair.platform.errors import Conflict, NotFound, Problem
from openchair.web.public.basket import fill_basket
from openchair.web.public.chosen_time import alternatives_of
from openchair.web.public.details_step import DetailsForm
from openchair.web.public.door import show
from openchair.web.public.held import Held, view_held
from openchair.web.public.journey import Journey
from openchair.web.public.problems import problem_text
from openchair.web.public.site import Site
from openchair.web.public.times_step import first_shown, last_shown, time_choices, view_times


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody in the wizard: on whose site, among which services, how far."""

    site: Site
    catalogue: Catalogue
    journey: Journey


async def times_page(
    session: AsyncSession,
    here: Arrival,
    *,
    former: UUID | None = None,
    problem: Problem | None = None,
) -> Response:
    """Days and times. `former` is a hold this browser may still have; `problem` came before."""
    site, journey = here.site, here.journey
    availability, first = await _two_weeks(session, here)
    free = availability.next_free
    chosen = journey.day or (site.formats.local(free).date() if free else None)

    def day_url(day: date, shown: date) -> str:
        return site.url("/book/time", **journey.state, date=day, **{"from": shown}) + "#times"

    return show(
        "times.html",
        site=site,
        status=problem.status if problem else 200,
        indexed=problem is None,
        step=view_times(
            site=site, availability=availability, chosen=chosen, first=first, day_url=day_url
        ),
        basket=fill_basket(site=site, catalogue=here.catalogue, journey=journey),
        journey=journey,
        held=await _still_held(session, here, former),
        problem=_text(site, problem),
        alternatives_offered=time_choices(site=site, starts=alternatives_of(problem)),
    )


def details_page(
    here: Arrival,
    held: Hold,
    *,
    form: DetailsForm,
    wrong: dict[str, str],
    trouble: Problem | None = None,
) -> Response:
    """Who comes. `wrong` is by field; `trouble` is about the visit as a whole."""
    site, journey = here.site, here.journey
    status = trouble.status if trouble else 422 if wrong else 200
    return show(
        "details.html",
        site=site,
        status=status,
        held=view_held(site=site, hold=held, journey=journey),
        basket=fill_basket(site=site, catalogue=here.catalogue, journey=journey, hold=held),
        journey=journey,
        form=form,
        wrong=wrong,
        problem=_text(site, trouble),
    )


async def _two_weeks(session: AsyncSession, here: Arrival) -> tuple[Availability, date]:
    """The weeks around the wanted day; those of the next free time when none was wanted."""
    site, journey = here.site, here.journey

    async def around(day: date) -> tuple[Availability, date]:
        first = first_shown(site=site, around=day)
        found = await find_times(
            session,
            salon=site.salon,
            service_ids=journey.service_ids,
            staff_ids=journey.staff_ids,
            first=first,
            last=last_shown(first),
            now=site.now,
            catalogue=here.catalogue,
        )
        return found, first

    wanted = journey.first or journey.day
    found, first = await around(wanted or site.formats.local(site.now).date())
    free = site.formats.local(found.next_free).date() if found.next_free else None
    if wanted is None and free and free > last_shown(first):
        return await around(free)
    return found, first


async def _still_held(session: AsyncSession, here: Arrival, former: UUID | None) -> Held | None:
    """The former hold, if it lives: the visitor came back to look again."""
    if former is None:
        return None
    site = here.site
    try:
        hold = await get_hold(session, salon_id=site.salon.id, hold_id=former, now=site.now)
    except (NotFound, Conflict):
        return None
    return view_held(site=site, hold=hold, journey=here.journey)


def _text(site: Site, problem: Problem | None) -> str:
    if problem is None:
        return ""
    return problem_text(words=site.words, problem=problem, phone=site.salon.phone)
