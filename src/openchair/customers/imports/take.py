"""Takes rows of a list over: new clients are made, known ones completed, bad rows written down.

Called by the job, a batch a transaction. How far it came is written in the same transaction, so
that a killed worker neither loses a row nor takes one twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.imports.expire import forget_file
from openchair.customers.imports.known import Known, People, find_people
from openchair.customers.imports.models import CustomerImportErrorRow, CustomerImportRow
from openchair.customers.imports.queries import ClientImport, get_import
from openchair.customers.imports.read import Line
from openchair.customers.imports.rules import ImportedClient, Refused, client_of
from openchair.identity.audit.record import Actor, audit_values, audit_write, record
from openchair.platform.db.together import write_together
from openchair.platform.errors import NotFound
from openchair.salons.queries import Salon

SOURCE = "import"


@dataclass(slots=True)
class Batch:
    """What is to be written of some rows."""

    clients: list[tuple[Known, ImportedClient]]
    refused: list[CustomerImportErrorRow]


async def take_rows(
    session: AsyncSession,
    *,
    salon: Salon,
    import_id: UUID,
    position: int,
    lines: Sequence[Line],
    now: datetime,
) -> bool:
    """Take over these rows, which are those behind the first `position`; without any, the list is
    done. False when somebody else has come further, or the list no longer runs: then nothing is
    written.
    """
    try:
        found = await get_import(session, salon_id=salon.id, import_id=import_id, for_update=True)
    except NotFound:
        return False
    if found.status != "running" or found.rows_read != position:
        return False
    if not lines:
        await _end(session, found, now, status="done", action="done")
        return True
    batch = await _sort(session, salon, found, lines)
    created = [known for known, _ in batch.clients if known.is_new]
    await _write_clients(session, found, batch)
    session.add_all(batch.refused)
    await session.execute(
        update(CustomerImportRow)
        .where(CustomerImportRow.salon_id == salon.id, CustomerImportRow.id == import_id)
        .values(
            rows_read=found.rows_read + len(lines),
            rows_created=found.rows_created + len({known.id for known in created}),
            rows_updated=found.rows_updated
            + len(lines)
            - len(batch.refused)
            - len({known.id for known in created}),
            rows_refused=found.rows_refused + len(batch.refused),
        )
    )
    await session.flush()
    return True


async def give_up(session: AsyncSession, *, salon_id: UUID, import_id: UUID, now: datetime) -> None:
    """The file is lost or cannot be read to its end: what was taken over stays, and the next list
    may run. Raises `NotFound`.
    """
    found = await get_import(session, salon_id=salon_id, import_id=import_id, for_update=True)
    if found.status == "running":
        await _end(session, found, now, status="failed", action="fail")


async def _sort(
    session: AsyncSession, salon: Salon, found: ClientImport, lines: Sequence[Line]
) -> Batch:
    good: list[ImportedClient] = []
    refused: list[CustomerImportErrorRow] = []
    for line in lines:
        try:
            good.append(
                client_of(
                    line.cells,
                    fields=found.mapping.fields,
                    country=salon.location.country,
                    language=salon.default_language,
                )
            )
        except Refused as problem:
            refused.append(_bad_row(found, line, problem))
    people = await find_people(session, salon_id=salon.id, wanted=good)
    return Batch([(_recognise(people, each), each) for each in good], refused)


def _recognise(people: People, client: ImportedClient) -> Known:
    known = people.find(client)
    return known if known is not None else people.add(client)


def _bad_row(found: ClientImport, line: Line, problem: Refused) -> CustomerImportErrorRow:
    return CustomerImportErrorRow(
        salon_id=found.salon_id,
        import_id=found.id,
        line=line.number,
        cells=list(line.cells),
        field=problem.field,
        reason=problem.reason,
    )


async def _write_clients(session: AsyncSession, found: ClientImport, batch: Batch) -> None:
    fill = found.mapping.duplicates == "fill"
    made: dict[UUID, Known] = {}
    filled: dict[UUID, Known] = {}
    told: list[tuple[Known, ImportedClient]] = []
    for known, client in batch.clients:
        if known.is_new:
            made[known.id] = known
        elif fill:
            filled[known.id] = known
        if known.is_new or fill:
            known.complete(client)
            told.append((known, client))
    if made:
        await session.execute(INSERT, [_row(found, each) for each in made.values()])
    for known in filled.values():
        if known.completed:
            await session.execute(FILL, _row(found, known))
            await _record_fill(session, found, known)
    notes = [
        {"salon_id": found.salon_id, "id": known.id, "body": client.note, "by": found.started_by}
        for known, client in told
        if client.note
    ]
    if notes:
        await session.execute(NOTE, notes)
    answers = [
        {"salon_id": found.salon_id, "id": known.id, "granted": client.marketing}
        for known, client in told
        if client.marketing is not None
    ]
    if answers:
        await session.execute(ANSWER, answers)


def _row(found: ClientImport, known: Known) -> dict[str, object]:
    return {
        "salon_id": found.salon_id,
        "import_id": found.id,
        "id": known.id,
        "name": known.name,
        "email": known.email,
        "phone": known.phone,
        "language": known.language,
        "allergies": known.allergies,
    }


async def _record_fill(session: AsyncSession, found: ClientImport, known: Known) -> None:
    """The log names the fields, never what stands in them: that would outlive an erasure."""
    values = audit_values(
        actor=Actor("user", found.started_by) if found.started_by else Actor("system"),
        action="import",
        resource_type="customer",
        resource_id=known.id,
        salon_id=found.salon_id,
        metadata={"import_id": str(found.id), "fields": sorted(known.completed)},
    )
    await write_together(session, [audit_write(values)])


async def _end(
    session: AsyncSession, found: ClientImport, now: datetime, *, status: str, action: str
) -> None:
    await session.execute(
        update(CustomerImportRow)
        .where(CustomerImportRow.salon_id == found.salon_id, CustomerImportRow.id == found.id)
        .values(status=status, finished_at=now)
    )
    await forget_file(session, key=found.key)
    await record(
        session,
        actor=Actor("user", found.started_by) if found.started_by else Actor("system"),
        action=action,
        resource_type="client_import",
        resource_id=found.id,
        salon_id=found.salon_id,
        metadata={
            "created": found.rows_created,
            "updated": found.rows_updated,
            "refused": found.rows_refused,
        },
    )


INSERT = text("""
    INSERT INTO customers (salon_id, id, name, email, phone, language, allergies, import_id)
    VALUES (:salon_id, :id, :name, :email, :phone, :language, :allergies, :import_id)
""")
# What stands there already is never overwritten, whoever wrote it meanwhile.
FILL = text("""
    UPDATE customers
    SET email = coalesce(email, :email), phone = coalesce(phone, :phone),
        allergies = CASE WHEN allergies = '' THEN :allergies ELSE allergies END
    WHERE salon_id = :salon_id AND id = :id
""")
NOTE = text("""
    INSERT INTO customer_notes (salon_id, id, customer_id, body, written_by)
    SELECT :salon_id, gen_random_uuid(), :id, :body, CAST(:by AS uuid)
    WHERE NOT EXISTS (
        SELECT FROM customer_notes
        WHERE salon_id = :salon_id AND customer_id = :id AND body = :body)
""")
ANSWER = text(f"""
    INSERT INTO consents (salon_id, id, customer_id, kind, granted, source)
    SELECT :salon_id, gen_random_uuid(), :id, 'marketing', :granted, '{SOURCE}'
    WHERE NOT EXISTS (
        SELECT FROM consents
        WHERE salon_id = :salon_id AND customer_id = :id AND kind = 'marketing')
""")  # noqa: S608 - the source is this module's own
