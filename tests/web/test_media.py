"""Who may see a picture, and how long a browser keeps it."""

from uuid import UUID

import pytest
from httpx import AsyncClient

from openchair.media.keep import keep_picture
from openchair.platform.db.engine import Database
from tests.builders import make_salon
from tests.media.pictures import photo


async def keep(database: Database, *, slug: str, purpose: str) -> UUID:
    async with database.transaction() as session:
        shop = await make_salon(session, slug=slug)
        kept = await keep_picture(
            session, salon_id=shop.salon_id, purpose=purpose, content=photo(400, 300)
        )
    return kept.id


@pytest.mark.parametrize("purpose", ["service", "staff"])
async def test_anybody_sees_it_and_keeps_it(
    purpose: str, client: AsyncClient, database: Database
) -> None:
    picture = await keep(database, slug="mine", purpose=purpose)
    answer = await client.get(f"/mine/pictures/{picture}/320.webp")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-encoding" not in answer.headers
    assert answer.content[8:12] == b"WEBP"
    known = {"If-None-Match": answer.headers["etag"]}
    again = await client.get(f"/mine/pictures/{picture}/320.webp", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    other = await client.get(f"/mine/pictures/{picture}/160.webp", headers=known)
    assert other.status_code == 200


@pytest.mark.parametrize("width", ["321", "0", "1280", "99999999999999999999"])
async def test_only_its_own_widths_are_there(
    width: str, client: AsyncClient, database: Database
) -> None:
    picture = await keep(database, slug="mine", purpose="staff")
    assert (await client.get(f"/mine/pictures/{picture}/{width}.webp")).status_code == 404


async def test_a_clients_photo_is_on_no_public_address(
    client: AsyncClient, database: Database
) -> None:
    picture = await keep(database, slug="mine", purpose="client")
    assert (await client.get(f"/mine/pictures/{picture}/320.webp")).status_code == 404


async def test_a_picture_is_at_its_own_salons_address_only(
    client: AsyncClient, database: Database
) -> None:
    picture = await keep(database, slug="mine", purpose="staff")
    await keep(database, slug="other", purpose="staff")
    assert (await client.get(f"/other/pictures/{picture}/320.webp")).status_code == 404
