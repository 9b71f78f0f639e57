"""What one visit may consist of."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.availability.visit import MOST_SERVICES, plan_visit
from openchair.booking.catalogue.queries import get_catalogue
from openchair.platform.errors import Invalid
from openchair.platform.ids import new_id
from tests.builders import make_salon


async def test_a_service_and_its_own_first_variant_are_the_same_chosen_twice(
    session: AsyncSession,
) -> None:
    shop = await make_salon(session)
    cut = await shop.service("cut", 30)
    short = await shop.service("a-short", 30, kind="variant", parent=cut)
    long = await shop.service("b-long", 60, kind="variant", parent=cut)
    await shop.person("lena", cut, short, long)
    catalogue = await get_catalogue(session, salon_id=shop.salon_id)
    for pair in ([long, long], [cut, cut], [cut, short], [short, cut]):
        with pytest.raises(Invalid, match="chosen twice"):
            plan_visit(catalogue, pair)
    assert len(plan_visit(catalogue, [short, long])) == 2


async def test_a_visit_has_at_least_one_and_at_most_eight_services(session: AsyncSession) -> None:
    shop = await make_salon(session)
    catalogue = await get_catalogue(session, salon_id=shop.salon_id)
    for number in (0, MOST_SERVICES + 1):
        with pytest.raises(Invalid) as refusal:
            plan_visit(catalogue, [new_id() for _ in range(number)])
        assert refusal.value.field == "service_ids"
