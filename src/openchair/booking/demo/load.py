"""Loads the two demo salons with some weeks of visits, by the verbs that clients and team use.

Called by `openchair demo load` and through it by `openchair up`. A second call adds only what is
missing: it never books a day twice, and tells nobody anything.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.mark import mark_arrived, mark_no_show
from openchair.booking.appointments.models import BookingRow
from openchair.booking.appointments.request import CustomerDetails
from openchair.booking.availability.load import load_board
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.booking.demo.diary import Invented, invent_day
from openchair.booking.demo.operator import DemoLogIn, add_demo_operator
from openchair.booking.demo.patch_test import ask_for_test, without_tests
from openchair.booking.demo.people import clients
from openchair.booking.salon_file.apply import apply_plan
from openchair.booking.salon_file.plan import plan_import
from openchair.booking.salon_file.read import read_salon_file
from openchair.booking.salon_file.schema import SalonFile
from openchair.identity.audit.record import SYSTEM
from openchair.platform.db.engine import Database
from openchair.salons.queries import Salon, get_salon

SALONS = ("schnittwerk", "mariia-hub")
SOURCE = "demo"
DAYS_BEFORE, DAYS_AHEAD = 14, 21
CLIENTS = 160

Progress = Callable[[int, int], None]
"""Told how many days are done, of how many."""


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What a load did: the log-ins there are, and how many visits it added."""

    logins: tuple[DemoLogIn, ...]
    visits: int


async def load_demo(database: Database, *, now: datetime, progress: Progress) -> DemoReport:
    """Both salons, and a transaction for each day from two weeks ago to three weeks ahead."""
    salons = [demo_file(slug) for slug in SALONS]
    days = [await _open_salon(database, file=file, now=now) for file in salons]
    done, total = 0, sum(len(each) for each in days)

    async def fill(slug: str, day: date) -> int:
        nonlocal done
        async with database.transaction() as session:
            made = await _fill_day(session, slug=slug, day=day, now=now)
        done += 1
        progress(done, total)
        return made

    async def fill_all(slug: str, empty: list[date]) -> int:
        return sum([await fill(slug, day) for day in empty])

    progress(0, total)
    visits = await asyncio.gather(*map(fill_all, SALONS, days))
    async with database.transaction() as session:
        operator = await add_demo_operator(session)
    logins = tuple(login for file in salons for login in demo_logins(file))
    return DemoReport((*logins, operator), sum(visits))


async def _open_salon(database: Database, *, file: SalonFile, now: datetime) -> list[date]:
    """Import the salon's file; answers the days that have no visits yet."""
    async with database.transaction() as session:
        plan = await plan_import(session, file=file)
        passwords = {login.email: login.password for login in demo_logins(file)}
        await apply_plan(session, plan=plan, by=SYSTEM, passwords=passwords)
        salon = await get_salon(session, slug=file.slug)
        offered = await get_catalogue(session, salon_id=salon.id)
        await ask_for_test(session, salon=salon, catalogue=offered)
        return await _empty_days(session, file=file, now=now)


def demo_file(slug: str) -> SalonFile:
    """A demo salon as its file describes it."""
    return read_salon_file(files(__package__).joinpath(f"{slug}.yaml").read_bytes())


def demo_logins(file: SalonFile) -> tuple[DemoLogIn, ...]:
    """The log-ins of a demo salon; the passwords are the same in every installation."""
    return tuple(
        DemoLogIn(file.name, login.role, login.email, f"demo-{login.role}-{file.slug}")
        for login in file.logins
    )


async def _empty_days(session: AsyncSession, *, file: SalonFile, now: datetime) -> list[date]:
    """The local dates of the demo's weeks for which no visit was invented yet."""
    zone = ZoneInfo(file.time_zone)
    today = now.astimezone(zone).date()
    salon = await get_salon(session, slug=file.slug)
    starts = await session.scalars(
        select(BookingRow.appointment_date).where(
            BookingRow.salon_id == salon.id, BookingRow.source == SOURCE
        )
    )
    booked = {start.astimezone(zone).date() for start in starts}
    span = range(-DAYS_BEFORE, DAYS_AHEAD + 1)
    return [day for offset in span if (day := today + timedelta(days=offset)) not in booked]


async def _fill_day(session: AsyncSession, *, slug: str, day: date, now: datetime) -> int:
    salon = await get_salon(session, slug=slug)
    catalogue = await get_catalogue(session, salon_id=salon.id)
    clock, board = await load_board(
        session, salon=salon, catalogue=catalogue, first=day, last=day, now=now
    )
    today = now.astimezone(ZoneInfo(salon.time_zone)).date()
    chance = Random(f"{slug} {day}")  # noqa: S311 -- a demo, the same on every machine
    visits = invent_day(
        catalogue=without_tests(catalogue),
        board=board,
        fullness=_fullness((day - today).days),
        chance=chance,
    )
    guests = chance.sample(clients(slug=slug, count=CLIENTS), min(len(visits), CLIENTS))
    for visit, guest in zip(_cancelled_first(visits), guests, strict=False):
        await _make(
            session,
            salon=salon,
            visit=visit,
            guest=guest,
            start=clock.instant_of(visit.minute),
            catalogue=catalogue,
            now=now,
        )
    return min(len(visits), CLIENTS)


def _cancelled_first(visits: list[Invented]) -> list[Invented]:
    """A time that was given back may have been taken by somebody else."""
    return sorted(visits, key=lambda visit: visit.fate != "cancelled")


def _fullness(days_ahead: int) -> float:
    """How much of a day is taken: most of the near ones, little of what is further off."""
    if days_ahead < 0:
        return 0.45
    if days_ahead <= 4:
        return 0.62
    return 0.35 if days_ahead <= 9 else 0.14


async def _make(
    session: AsyncSession,
    *,
    salon: Salon,
    visit: Invented,
    guest: CustomerDetails,
    start: datetime,
    catalogue: Catalogue,
    now: datetime,
) -> None:
    """Book the visit and let happen what happened to it, telling nobody."""
    booked = await book(
        session,
        salon=salon,
        service_ids=visit.service_ids,
        staff_ids=[visit.staff_id],
        start=start,
        customer=guest,
        consents={"terms": True, "reminders": True},
        source=SOURCE,
        actor=SYSTEM,
        tell=False,
        catalogue=catalogue,
        now=now,
    )
    if visit.fate == "cancelled":
        await cancel_booking(
            session,
            salon=salon,
            booking_id=booked.booking_id,
            by=SYSTEM,
            tell=False,
            now=min(now, start - timedelta(days=1)),
        )
    elif start < now:
        mark = mark_no_show if visit.fate == "no_show" else mark_arrived
        await mark(session, salon_id=salon.id, booking_id=booked.booking_id, by=SYSTEM, now=start)
