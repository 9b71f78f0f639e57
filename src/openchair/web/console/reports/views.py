"""The five reports as tables. Each reads what it needs in the page's transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.queries import Catalogue
from openchair.booking.reports.figures import Totals, Utilisation
from openchair.booking.reports.queries import (
    MONTHS_AFTER,
    by_day,
    by_service,
    by_stylist,
    cohorts,
    totals,
)
from openchair.booking.reports.utilisation import utilisation
from openchair.web.console.door import Desk
from openchair.web.console.reports.figures import tiles
from openchair.web.console.reports.tables import (
    Cell,
    Table,
    Tile,
    hours_cell,
    money_cell,
    number_cell,
    percent_cell,
    words_cell,
)
from openchair.web.console.reports.wish import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a report's page shows below the choice of the period."""

    tables: tuple[Table, ...]
    tiles: tuple[Tile, ...] = ()
    notes: tuple[str, ...] = ()
    heat: Table | None = None


Reader = Callable[[AsyncSession, Desk, Wish, Catalogue], Awaitable[Report]]


async def overview(session: AsyncSession, desk: Desk, wish: Wish, _: Catalogue) -> Report:
    """The figures, and the revenue of every day beside the days before."""
    before_period = wish.period.before()
    now = await totals(session, salon=desk.salon, period=wish.period, staff_id=wish.staff_id)
    before = await totals(session, salon=desk.salon, period=before_period, staff_id=wish.staff_id)
    days = await by_day(session, salon=desk.salon, period=wish.period, staff_id=wish.staff_id)
    former = await by_day(session, salon=desk.salon, period=before_period, staff_id=wish.staff_id)
    say = desk.words.text
    rows = tuple(
        (
            Cell(desk.formats.weekday_day_month(each.day), each.day.isoformat()),
            money_cell(desk, each.revenue_minor),
            money_cell(desk, former[number].revenue_minor) if number < len(former) else Cell("–"),
            number_cell(each.visits),
            number_cell(each.no_shows),
            number_cell(each.cancelled),
        )
        for number, each in enumerate(days)
    )
    return Report(
        tiles=tiles(desk, now, before),
        tables=(
            Table(
                key="days",
                title=say("Revenue by day"),
                columns=(
                    say("Day"),
                    say("Revenue"),
                    say("The period before"),
                    say("Visits"),
                    say("No-shows"),
                    say("Cancellations"),
                ),
                rows=rows,
                total=_sum_of_days(desk, now, before),
                plot=2,
            ),
        ),
        notes=_notes(desk, now),
    )


async def team(session: AsyncSession, desk: Desk, wish: Wish, catalogue: Catalogue) -> Report:
    """By stylist: services, revenue, commission, how full their time was, and who did not come."""
    found = await by_stylist(session, salon=desk.salon, period=wish.period, staff_id=wish.staff_id)
    full = {each.staff_id: each for each in await _utilisation(session, desk, wish, catalogue)}
    most = max((each.revenue_minor for each in found), default=0)
    say = desk.words.text
    rows = tuple(
        (
            words_cell(each.name),
            number_cell(each.services),
            money_cell(desk, each.revenue_minor, most=most),
            Cell(
                f"{each.commission_basis_points / 100:g} %",
                f"{each.commission_basis_points / 100:g}",
            ),
            money_cell(desk, each.commission_minor),
            *_full(desk, full.get(each.staff_id)),
            number_cell(each.no_shows),
            number_cell(each.cancelled),
        )
        for each in found
    )
    return Report(
        tables=(
            Table(
                key="team",
                title=say("Team"),
                columns=(
                    say("Stylist"),
                    say("Services"),
                    say("Revenue"),
                    say("Share"),
                    say("Commission"),
                    say("Working time"),
                    say("Booked"),
                    say("No-shows"),
                    say("Cancellations"),
                ),
                rows=rows,
                empty=say("Nobody is in the team yet."),
            ),
        ),
        notes=(say("Commission is reckoned by the shares as they are today."),),
    )


async def hours(session: AsyncSession, desk: Desk, wish: Wish, catalogue: Catalogue) -> Report:
    """How full each hour of the week was: a heat map, and the same as a table for the CSV."""
    found = await _utilisation(session, desk, wish, catalogue)
    working: dict[tuple[int, int], int] = {}
    booked: dict[tuple[int, int], int] = {}
    for each in found:
        for key, minutes in each.working_by_hour.items():
            working[key] = working.get(key, 0) + minutes
            booked[key] = booked.get(key, 0) + each.booked_by_hour.get(key, 0)
    open_hours = sorted({hour for _, hour in working})
    say = desk.words.text
    table = Table(
        key="hours",
        title=say("Booked part of the working time"),
        columns=(
            say("Hour"),
            *(desk.formats.weekday(day, "abbreviated") for day in range(7)),
        ),
        rows=tuple(
            (
                Cell(desk.formats.clock(hour * 60), f"{hour:02}:00"),
                *(
                    percent_cell(booked.get((day, hour), 0), working.get((day, hour), 0))
                    for day in range(7)
                ),
            )
            for hour in range(open_hours[0], open_hours[-1] + 1)
        )
        if open_hours
        else (),
        empty=say("Nobody worked in this period."),
    )
    return Report(tables=(), heat=table)


async def services(session: AsyncSession, desk: Desk, wish: Wish, _: Catalogue) -> Report:
    """The service mix: how often, how much, which part of it all."""
    found = await by_service(session, salon=desk.salon, period=wish.period, staff_id=wish.staff_id)
    whole = sum(each.revenue_minor for each in found)
    most = max((each.services for each in found), default=0)
    say = desk.words.text
    return Report(
        tables=(
            Table(
                key="services",
                title=say("Services"),
                columns=(
                    say("Service"),
                    say("Category"),
                    say("Times"),
                    say("Revenue"),
                    say("Part of the revenue"),
                ),
                rows=tuple(
                    (
                        words_cell(desk.say(each.name)),
                        words_cell(desk.say(each.category)),
                        number_cell(each.services, most=most),
                        money_cell(desk, each.revenue_minor),
                        percent_cell(each.revenue_minor, whole),
                    )
                    for each in found
                ),
                empty=say("No service was done in this period."),
            ),
        )
    )


async def clients(session: AsyncSession, desk: Desk, wish: Wish, _: Catalogue) -> Report:
    """New and returning, and of those who came for the first time, who came again."""
    now = await totals(session, salon=desk.salon, period=wish.period, staff_id=wish.staff_id)
    before = await totals(
        session, salon=desk.salon, period=wish.period.before(), staff_id=wish.staff_id
    )
    found = await cohorts(session, salon=desk.salon, now=desk.now)
    say = desk.words.text
    kinds = (
        (say("New clients"), now.new_clients, before.new_clients),
        (
            say("Returning clients"),
            now.clients - now.new_clients,
            before.clients - before.new_clients,
        ),
    )
    return Report(
        tables=(
            Table(
                key="clients",
                title=say("New and returning"),
                columns=(say("Clients"), say("This period"), say("Part"), say("The period before")),
                rows=tuple(
                    (
                        words_cell(name),
                        number_cell(this),
                        percent_cell(this, now.clients),
                        number_cell(that),
                    )
                    for name, this, that in kinds
                ),
            ),
            Table(
                key="retention",
                title=say("Who came again"),
                columns=(
                    say("First visit"),
                    say("Clients"),
                    *(
                        desk.words.plural("within {number} month", "within {number} months", months)
                        for months in MONTHS_AFTER
                    ),
                ),
                rows=tuple(
                    (
                        Cell(
                            f"{desk.formats.month(each.month)} {each.month.year}",
                            f"{each.month:%Y-%m}",
                        ),
                        number_cell(each.clients),
                        *(
                            Cell("–") if again is None else percent_cell(again, each.clients)
                            for again in each.came_again
                        ),
                    )
                    for each in found
                ),
                empty=say("Nobody came for the first time in the last twelve months."),
            ),
        ),
        notes=(say("A dash stands where the time to come again is not over yet."),),
    )


READERS: dict[str, Reader] = {
    "": overview,
    "team": team,
    "hours": hours,
    "services": services,
    "clients": clients,
}


async def _utilisation(
    session: AsyncSession, desk: Desk, wish: Wish, catalogue: Catalogue
) -> list[Utilisation]:
    staff = [
        member for member in catalogue.staff if wish.staff_id is None or member.id == wish.staff_id
    ]
    return await utilisation(session, salon=desk.salon, staff=staff, period=wish.period)


def _rate(basis_points: int) -> Cell:
    return Cell(f"{basis_points / 100:g} %", f"{basis_points / 100:g}")


def _full(desk: Desk, found: Utilisation | None) -> tuple[Cell, Cell]:
    if found is None:
        return Cell("–"), Cell("–")
    return hours_cell(desk, found.working), percent_cell(found.booked, found.working)


def _sum_of_days(desk: Desk, now: Totals, before: Totals) -> tuple[Cell, ...]:
    return (
        words_cell(desk.words.text("Together")),
        money_cell(desk, now.revenue_minor),
        money_cell(desk, before.revenue_minor),
        number_cell(now.visits),
        number_cell(now.no_shows),
        number_cell(now.cancelled),
    )


def _notes(desk: Desk, now: Totals) -> tuple[str, ...]:
    say, money = desk.words.text, desk.formats.money
    told = [say("Revenue is the price of visits that happened: arrived, in the chair, done, paid.")]
    if now.expected_minor:
        told.append(
            say("Visits worth {amount} are still expected.", amount=money(now.expected_minor))
        )
    if now.no_shows:
        told.append(say("No-shows cost {amount}.", amount=money(now.no_show_minor)))
    if now.cancelled_late:
        told.append(
            desk.words.plural(
                "{number} cancellation came after the deadline.",
                "{number} cancellations came after the deadline.",
                now.cancelled_late,
            )
        )
    return tuple(told)
