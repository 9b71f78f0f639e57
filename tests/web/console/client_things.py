"""What belongs to the client that was made last: a note, a photo, an answer; and a form."""

from uuid import UUID

from sqlalchemy import text

from openchair.customers.forms.answer import record_answer
from openchair.customers.forms.define import Definition, define_form
from openchair.customers.notes.photos import keep_photo
from openchair.customers.notes.write import write_note
from openchair.identity.audit.record import SYSTEM
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from tests.media.pictures import photo
from tests.web.console.conftest import House

NEWEST = text("""
    SELECT id FROM customers WHERE salon_id = :salon_id ORDER BY created_at DESC, id DESC LIMIT 1
""")


async def make_form(database: Database, house: House) -> UUID:
    """A patch test that no service asks for."""
    wanted = Definition({"en": "Patch test"}, {}, lead_hours=48, valid_days=180)
    async with database.transaction() as session:
        return await define_form(session, salon=house.salon, wanted=wanted, by=SYSTEM)


async def make_note(database: Database, house: House) -> UUID:
    """A note about them."""
    client_id = await newest_client(database, house)
    async with database.transaction() as session:
        return await write_note(
            session, salon_id=house.salon.id, client_id=client_id, body="Espresso", by=SYSTEM
        )


async def make_photo(database: Database, house: House) -> UUID:
    """A photo of them."""
    client_id = await newest_client(database, house)
    async with database.transaction() as session:
        return await keep_photo(
            session, salon_id=house.salon.id, client_id=client_id, content=photo(), by=SYSTEM
        )


async def make_answer(database: Database, house: House) -> UUID:
    """A patch test that they passed."""
    client_id, form_id = await newest_client(database, house), await make_form(database, house)
    async with database.transaction() as session:
        return await record_answer(
            session,
            salon_id=house.salon.id,
            client_id=client_id,
            form_id=form_id,
            outcome="passed",
            answered_at=utc_now(),
            by=SYSTEM,
            now=utc_now(),
        )


async def newest_client(database: Database, house: House) -> UUID:
    """Who was made last."""
    async with database.transaction() as session:
        found = await session.execute(NEWEST, {"salon_id": house.salon.id})
        return UUID(str(found.scalar_one()))


CLIENT_MAKERS = {
    "form": make_form,
    "note": make_note,
    "photo": make_photo,
    "answer": make_answer,
}
