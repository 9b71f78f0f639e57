"""Reads of the lists of clients that were brought along. Called by the console's pages and by the
job.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.imports.models import CustomerImportErrorRow, CustomerImportRow
from openchair.platform.errors import NotFound

PAGE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the columns are: a field or nothing for each heading. `duplicates` is what happens to
    clients that are known: `fill` their empty fields or `skip` them.
    """

    encoding: str
    header: tuple[str, ...]
    fields: tuple[str, ...]
    duplicates: str


@dataclass(frozen=True, slots=True)
class ClientImport:
    """One list as it stands; counts are of rows."""

    id: UUID
    salon_id: UUID
    filename: str
    key: str
    mapping: Mapping
    status: str
    rows_total: int
    rows_read: int
    rows_created: int
    rows_updated: int
    rows_refused: int
    started_by: UUID | None
    finished_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken over; `reason` is a code of `rules.py`."""

    line: int
    cells: tuple[str, ...]
    field: str
    reason: str


async def get_import(
    session: AsyncSession, *, salon_id: UUID, import_id: UUID, for_update: bool = False
) -> ClientImport:
    """One list. Raises `NotFound`, also for a neighbour's."""
    wanted = select(CustomerImportRow).where(
        CustomerImportRow.salon_id == salon_id, CustomerImportRow.id == import_id
    )
    row = await session.scalar(wanted.with_for_update() if for_update else wanted)
    if row is None:
        raise NotFound("There is no such list.", code="import_not_found")
    return _import(row)


async def list_imports(
    session: AsyncSession,
    *,
    salon_id: UUID,
    limit: int = 20,
    after: tuple[datetime, UUID] | None = None,
) -> list[ClientImport]:
    """The lists of a salon behind `after`, the newest first, at most a hundred."""
    wanted = select(CustomerImportRow).where(CustomerImportRow.salon_id == salon_id)
    if after is not None:
        wanted = wanted.where(tuple_(CustomerImportRow.created_at, CustomerImportRow.id) < after)
    rows = await session.scalars(
        wanted.order_by(CustomerImportRow.created_at.desc(), CustomerImportRow.id.desc()).limit(
            min(limit, PAGE_LIMIT)
        )
    )
    return [_import(row) for row in rows]


async def bad_rows(
    session: AsyncSession, *, salon_id: UUID, import_id: UUID, after: int = 0, limit: int = 50
) -> list[BadRow]:
    """The rows that were not taken over, by line, those behind line `after`; at most a thousand."""
    rows = await session.scalars(
        select(CustomerImportErrorRow)
        .where(
            CustomerImportErrorRow.salon_id == salon_id,
            CustomerImportErrorRow.import_id == import_id,
            CustomerImportErrorRow.line > after,
        )
        .order_by(CustomerImportErrorRow.line)
        .limit(min(limit, 1000))
    )
    return [
        BadRow(row.line, tuple(str(cell) for cell in row.cells), row.field, row.reason)
        for row in rows
    ]


async def count_bad_rows(session: AsyncSession, *, salon_id: UUID, import_id: UUID) -> int:
    """How many are kept; after thirty days none."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(CustomerImportErrorRow)
            .where(
                CustomerImportErrorRow.salon_id == salon_id,
                CustomerImportErrorRow.import_id == import_id,
            )
        )
        or 0
    )


def _import(row: CustomerImportRow) -> ClientImport:
    return ClientImport(
        id=row.id,
        salon_id=row.salon_id,
        filename=row.filename,
        key=row.key,
        mapping=_mapping(row.mapping),
        status=row.status,
        rows_total=row.rows_total,
        rows_read=row.rows_read,
        rows_created=row.rows_created,
        rows_updated=row.rows_updated,
        rows_refused=row.rows_refused,
        started_by=row.started_by,
        finished_at=row.finished_at,
        created_at=row.created_at,
    )


def _mapping(stored: dict[str, Any]) -> Mapping:
    return Mapping(
        encoding=stored["encoding"],
        header=tuple(stored["header"]),
        fields=tuple(stored["fields"]),
        duplicates=stored["duplicates"],
    )
