"""The sweep of `rules.py` against the slow model: random rosters, bookings, visits and zones, on
ordinary days and on both days on which the clocks change."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openchair.booking.availability.load import Facts, Shift, lay_out
from openchair.booking.availability.rules import (
    Part,
    Task,
    place,
    possible_starts,
    slots_by_minute,
)
from openchair.booking.availability.wall_clock import WallClock
from openchair.salons.queries import Holiday, Location, OpeningHours, Policies, Salon
from tests.booking.availability.slow_model import Model, Stretch, World

STAFF = [UUID(int=number) for number in range(1, 4)]
CHAIRS = [UUID(int=number) for number in range(11, 14)]
GROUPS = [UUID(int=21), UUID(int=22)]
DAYS_OF_CHANGE = {
    "Europe/Zurich": [date(2026, 3, 29), date(2026, 10, 25)],
    "Europe/Warsaw": [date(2027, 3, 28), date(2027, 10, 31)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    "America/Santiago": [date(2026, 4, 4), date(2026, 9, 6)],
    "Atlantic/Azores": [date(2026, 3, 29), date(2026, 10, 25)],
    "Asia/Kolkata": [date(2026, 5, 4)],
}


@st.composite
def minutes_of_day(draw: st.DrawFn) -> tuple[int, int]:
    """From and to, minutes since midnight, sometimes past the next one but not the one after."""
    begins = draw(st.integers(0, 95)) * 15
    return begins, min(begins + draw(st.integers(1, 100)) * 15, 2 * 24 * 60)


@st.composite
def shift(draw: st.DrawFn, day: date) -> Shift:
    """A pattern of every day, or a dated shift, with at most one break."""
    starts, ends = draw(minutes_of_day())
    pause = draw(st.integers(0, max(0, ends - starts - 5)))
    breaks = draw(st.sampled_from([(), ((starts + pause, starts + pause + 20),)]))
    dated = draw(st.booleans())
    weekday = draw(st.sampled_from([day.weekday(), (day.weekday() - 1) % 7]))
    return Shift(None if dated else weekday, day if dated else None, starts, ends, breaks)


@st.composite
def task(draw: st.DrawFn, staff_id: UUID) -> Task:
    """One service as this person does it."""
    processing = draw(st.sampled_from([0, 0, 15, 45]))
    active = draw(st.sampled_from([5, 20, 30, 50, 75]))
    finish = draw(st.sampled_from([0, 10, 30])) if processing else 0
    return Task(
        staff_id=staff_id,
        parts=(Part(UUID(int=99), active + processing + finish, 1000),),
        active=active,
        processing=processing,
        finish=finish,
        buffer_before=draw(st.sampled_from([0, 0, 5, 15])),
        buffer_after=draw(st.sampled_from([0, 0, 10, 30])),
        group_ids=tuple(draw(st.sets(st.sampled_from(GROUPS), max_size=2))),
    )


@st.composite
def situation(draw: st.DrawFn) -> tuple[World, list[list[Task]], date]:
    """A world around a day, and a visit somebody wants."""
    name = draw(st.sampled_from(sorted(DAYS_OF_CHANGE)))
    day = draw(st.sampled_from(DAYS_OF_CHANGE[name])) + timedelta(days=draw(st.integers(-1, 1)))
    midnight = datetime.combine(day, datetime.min.time(), tzinfo=UTC)

    def stretches() -> list[Stretch]:
        pairs = draw(st.lists(st.tuples(st.integers(-900, 2400), st.integers(1, 300)), max_size=4))
        return [
            (midnight + timedelta(minutes=begin), midnight + timedelta(minutes=begin + length))
            for begin, length in pairs
        ]

    hours = [
        OpeningHours(weekday, *draw(minutes_of_day()))
        for weekday in range(7)
        for _ in range(draw(st.integers(0, 2)))
    ]
    world = World(
        zone=ZoneInfo(name),
        hours=hours,
        holidays=frozenset(draw(st.sets(st.just(day), max_size=1)) if draw(st.booleans()) else ()),
        shifts={who: draw(st.lists(shift(day), max_size=3)) for who in STAFF},
        away={who: stretches()[:1] for who in STAFF},
        taken={each: stretches() for each in [*STAFF, *CHAIRS]},
        groups={GROUPS[0]: CHAIRS[:2], GROUPS[1]: CHAIRS[2:]},
        step=draw(st.sampled_from([5, 15, 20, 30, 45])),
    )
    visit = [
        [draw(task(who)) for who in draw(st.lists(st.sampled_from(STAFF), min_size=1, unique=True))]
        for _ in range(draw(st.integers(1, 3)))
    ]
    return world, visit, day


def salon_of(world: World) -> Salon:
    """The world's rules as the product knows them."""
    return Salon(
        id=UUID(int=1),
        slug="model",
        name="Model",
        tagline={},
        about={},
        time_zone=world.zone.key,
        currency="CHF",
        languages=("en",),
        default_language="en",
        tax_name="VAT",
        tax_basis_points=0,
        tax_included=True,
        cash_rounding_minor=1,
        email="",
        phone="",
        brand={},
        policies=Policies(0, 90, world.step, 10, 0, 0, 3),
        location=Location(
            id=UUID(int=2),
            name="",
            street="",
            postal_code="",
            city="",
            country="CH",
            latitude=0,
            longitude=0,
            directions={},
            opening_hours=tuple(world.hours),
            holidays=tuple(Holiday(day, {}) for day in world.holidays),
        ),
    )


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(situation())
def test_the_sweep_finds_exactly_the_starts_of_the_obvious_model(
    given_situation: tuple[World, list[list[Task]], date],
) -> None:
    """Same starts, same people; and wherever a visit can begin, `place` places it within them."""
    world, visit, day = given_situation
    clock = WallClock(world.zone, day, day)
    facts = Facts(
        shifts={who: list(shifts) for who, shifts in world.shifts.items()},
        time_off={who: list(away) for who, away in world.away.items()},
        busy={
            each: [(clock.minute_of(begins), clock.minute_of(ends)) for begins, ends in taken]
            for each, taken in world.taken.items()
        },
    )
    board = lay_out(
        salon=salon_of(world),
        staff_ids=STAFF,
        groups={group: tuple(things) for group, things in world.groups.items()},
        clock=clock,
        facts=facts,
    )
    swept = {
        clock.instant_of(minute).astimezone(UTC): set(who)
        for minute, who in slots_by_minute(possible_starts(board, visit)).items()
    }
    around = [day + timedelta(days=number) for number in range(-2, 3)]
    model = Model(world, around)

    assert swept == model.starts(visit, day)

    for start in swept:
        placed = place(board, visit, clock.minute_of(start))
        assert placed is not None
        for each in placed:
            assert model.works(each.task, clock.instant_of(each.start).astimezone(UTC))
