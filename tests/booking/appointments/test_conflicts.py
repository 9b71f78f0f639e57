"""Before the drop: everything that stands in the way is named, and nothing is changed."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range

from openchair.booking.appointments.conflicts import Clash, conflicts_of
from openchair.booking.blocks.models import BlockRow
from openchair.booking.catalogue.models import TimeOffRow
from openchair.booking.occupancy.models import OccupancyRow
from openchair.platform.ids import new_id
from tests.builders import Shop, at, guest
from tests.cases.conftest import DESK, House

FRIDAY = 4


async def clashes(
    house: House, booking_id: UUID, start: datetime, who: list[str] | None = None
) -> tuple[Clash, ...]:
    salon = await house.salon()
    async with house.database.transaction() as session:
        return await conflicts_of(
            session,
            salon=salon,
            booking_id=booking_id,
            start=start,
            staff_ids=house.people(who) if who else None,
            now=house.now,
        )


async def test_a_free_time_clashes_with_nothing(house: House) -> None:
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    assert await clashes(house, made.booking_id, at(9, 15, days=FRIDAY)) == ()
    assert (await house.booking(made.booking_id)).start == at(9, days=FRIDAY)


async def test_a_person_who_is_taken_is_named_with_the_other_client(house: House) -> None:
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    await house.book("cut", start=at(11, days=FRIDAY), who=["max"], customer=guest(2))
    found = await clashes(house, made.booking_id, at(11, days=FRIDAY), ["max"])
    assert [(each.kind, each.name, each.other) for each in found] == [
        ("staff", "Max", guest(2).name)
    ]
    assert (found[0].start, found[0].end) == (at(11, days=FRIDAY), at(11, 30, days=FRIDAY))


async def test_the_clients_own_other_visit_is_named(house: House) -> None:
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    await house.book("cut", start=at(11, days=FRIDAY), who=["max"])
    found = await clashes(house, made.booking_id, at(11, days=FRIDAY))
    assert [each.kind for each in found] == ["customer"]


async def test_shift_house_break_time_off_and_block_are_told_apart(
    open_house: Callable[..., Awaitable[House]],
) -> None:
    async def build(shop: Shop) -> None:
        cut = await shop.service("cut", 30)
        lena = await shop.person("lena", cut)
        await shop.add(
            TimeOffRow(
                salon_id=shop.salon_id,
                id=new_id(),
                staff_id=lena,
                during=Range(at(13, days=FRIDAY), at(14, days=FRIDAY)),
            )
        )
        block = new_id()
        stretch = Range(at(15, days=FRIDAY), at(16, days=FRIDAY))
        await shop.add(
            BlockRow(
                salon_id=shop.salon_id, id=block, staff_id=lena, during=stretch, reason="Training"
            )
        )
        await shop.add(
            OccupancyRow(
                salon_id=shop.salon_id,
                id=new_id(),
                resource_id=lena,
                kind="staff",
                during=stretch,
                state="confirmed",
                block_id=block,
            )
        )

    house = await open_house(build)
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    asked = {
        hour: await clashes(house, made.booking_id, at(hour, days=FRIDAY)) for hour in (13, 15)
    }
    assert [(each.kind, each.name) for each in asked[13]] == [("time_off", "Lena")]
    assert [(each.kind, each.other) for each in asked[15]] == [("block", "Training")]
    late = await clashes(house, made.booking_id, at(16, 45, days=FRIDAY))
    assert {each.kind for each in late} == {"off_shift", "closed"}
    assert {each.start for each in late} == {at(17, days=FRIDAY)}


async def test_a_room_clashes_only_when_no_room_is_left(
    open_house: Callable[..., Awaitable[House]],
) -> None:
    async def build(shop: Shop) -> None:
        cut = await shop.service("cut", 30, needs=(await shop.things("seat", 2),))
        for name in ("lena", "max", "mia"):
            await shop.person(name, cut)

    house = await open_house(build)
    made = await house.book("cut", start=at(9, days=FRIDAY), who=["lena"])
    await house.book("cut", start=at(11, days=FRIDAY), who=["max"], customer=guest(2))
    assert await clashes(house, made.booking_id, at(11, days=FRIDAY)) == ()
    await house.book("cut", start=at(11, days=FRIDAY), who=["mia"], customer=guest(3), by=DESK)
    found = await clashes(house, made.booking_id, at(11, days=FRIDAY))
    assert {each.kind for each in found} == {"resource"}
    assert {each.other for each in found} == {guest(2).name, guest(3).name}
