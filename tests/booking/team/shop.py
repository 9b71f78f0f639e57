"""A salon with Anna, who cuts hair every day from nine to five."""

from sqlalchemy.ext.asyncio import AsyncSession

from tests.builders import Shop, make_salon


async def make_shop(session: AsyncSession) -> Shop:
    shop = await make_salon(session)
    await shop.person("anna", await shop.service("cut"))
    return shop
