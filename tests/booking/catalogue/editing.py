"""What the tests of editing share: a service as it is asked for, and the verbs in short."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.add import add_item
from openchair.booking.catalogue.change import (
    change_item,
)
from openchair.booking.catalogue.item import read_item, revision_of
from openchair.booking.catalogue.note import Done
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.booking.catalogue.rules import Wanted
from openchair.booking.catalogue.undo import undo_act
from openchair.identity.audit.record import SYSTEM
from tests.builders import Shop


def wanted(shop: Shop, name: str = "Gloss", **other: Any) -> Wanted:
    base = Wanted(
        name={"en": name},
        description={},
        category_id=shop.category_id,
        price_minor=8900,
        active_minutes=30,
    )
    return replace(base, **other)


async def add(
    session: AsyncSession,
    shop: Shop,
    asked: Wanted,
    *,
    kind: str = "service",
    under: UUID | None = None,
) -> UUID:
    done = await add_item(
        session, salon=await shop.salon(), kind=kind, parent_id=under, wanted=asked, by=SYSTEM
    )
    return done.id


async def change(session: AsyncSession, shop: Shop, service_id: UUID, **other: Any) -> Done:
    item = await read_item(session, salon_id=shop.salon_id, service_id=service_id)
    names = Wanted.__dataclass_fields__
    asked = Wanted(**{**{name: getattr(item, name) for name in names}, **other})
    return await change_item(
        session,
        salon=await shop.salon(),
        service_id=service_id,
        wanted=asked,
        seen=revision_of(item),
        by=SYSTEM,
    )


async def undo(session: AsyncSession, shop: Shop, done: Done) -> Done:
    assert done.act_id is not None
    return await undo_act(session, salon_id=shop.salon_id, act_id=done.act_id, by=SYSTEM)


async def offered(session: AsyncSession, shop: Shop) -> Catalogue:
    return await get_catalogue(session, salon_id=shop.salon_id)


async def names(session: AsyncSession, shop: Shop) -> list[str]:
    return [each.name["en"] for each in (await offered(session, shop)).services]
