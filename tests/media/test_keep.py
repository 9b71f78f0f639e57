"""Pictures in the database and in the storage: kept, read, forgotten, swept."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.media.forget import DELETE_JOB, forget_picture
from openchair.media.jobs import delete_forgotten_files
from openchair.media.keep import keep_picture
from openchair.media.queries import get_picture, read_file
from openchair.media.sweep import sweep_files
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.errors import Invalid, NotFound
from openchair.platform.jobs.queue import JobContext
from openchair.platform.settings.base import forget
from openchair.platform.storage.store import list_keys, put
from tests.builders import make_salon
from tests.media.pictures import photo


@pytest.fixture(autouse=True)
def _own_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The sweep looks at all there is: here only at what this test has put there."""
    monkeypatch.setenv("OPENCHAIR_STORAGE_URL", f"file://{tmp_path}")
    forget()
    yield
    forget()


async def queued_payloads(session: AsyncSession, name: str) -> list[dict[str, Any]]:
    rows = await session.execute(
        text("SELECT payload FROM pgqueuer WHERE entrypoint = :name"), {"name": name}
    )
    return [orjson.loads(row.payload) for row in rows]


async def kept_files(salon_id: UUID) -> list[str]:
    return sorted(each.key for each in await list_keys(f"pictures/{salon_id}"))


async def test_it_is_kept_with_its_files(session: AsyncSession) -> None:
    shop = await make_salon(session)
    kept = await keep_picture(session, salon_id=shop.salon_id, purpose="client", content=photo())
    found = await get_picture(session, salon_id=shop.salon_id, picture_id=kept.id)
    assert found == kept
    assert not found.is_public
    assert found.shape.width_for(200) == 320
    assert found.shape.width_for(5000) == 1280
    sizes = [len(await read_file(found, width=width)) for width in found.widths]
    assert sum(sizes) == found.size
    with pytest.raises(NotFound):
        await read_file(found, width=161)


async def test_a_neighbours_picture_is_not_there(session: AsyncSession) -> None:
    mine, theirs = await make_salon(session), await make_salon(session)
    kept = await keep_picture(session, salon_id=mine.salon_id, purpose="staff", content=photo())
    with pytest.raises(NotFound):
        await get_picture(session, salon_id=theirs.salon_id, picture_id=kept.id)
    assert not await forget_picture(session, salon_id=theirs.salon_id, picture_id=kept.id)


async def test_what_is_refused_leaves_nothing(session: AsyncSession) -> None:
    shop = await make_salon(session)
    with pytest.raises(Invalid):
        await keep_picture(session, salon_id=shop.salon_id, purpose="staff", content=b"no")
    assert await kept_files(shop.salon_id) == []


async def test_files_go_only_when_the_row_is_really_gone(database: Database) -> None:
    async with database.transaction() as session:
        shop = await make_salon(session)
        kept = await keep_picture(
            session, salon_id=shop.salon_id, purpose="staff", content=photo(100, 100)
        )
    async with database.transaction() as session:
        assert await forget_picture(session, salon_id=shop.salon_id, picture_id=kept.id)
        await session.rollback()  # what came after it failed
    async with database.transaction() as session:
        await get_picture(session, salon_id=shop.salon_id, picture_id=kept.id)
        assert await queued_payloads(session, DELETE_JOB) == []
        assert await forget_picture(session, salon_id=shop.salon_id, picture_id=kept.id)
    assert await kept_files(shop.salon_id) != []
    async with database.transaction() as session:
        (payload,) = await queued_payloads(session, DELETE_JOB)
    await delete_forgotten_files(JobContext(database=database), payload)
    assert await kept_files(shop.salon_id) == []


async def test_the_sweep_finds_what_a_failed_transaction_left(session: AsyncSession) -> None:
    shop = await make_salon(session)
    kept = await keep_picture(
        session, salon_id=shop.salon_id, purpose="service", content=photo(100, 100)
    )
    left = f"pictures/{shop.salon_id}/{uuid4()}/100.webp"
    await put(left, b"left behind")
    await sweep_files(session, now=utc_now())
    assert left in await kept_files(shop.salon_id)  # its transaction may still be open
    await sweep_files(session, now=utc_now() + timedelta(days=2))
    assert await kept_files(shop.salon_id) == [f"{kept.key}/100.webp"]
