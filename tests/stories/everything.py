"""A salon of the demo in which there is one of each thing that a page may be about: what the demo
lacks is added by the verbs of the product. Used by who looks at every page.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.booking.waitlist.join import Wanted, join_waitlist
from openchair.booking.waitlist.rules import Wish
from openchair.customers.forms.define import Definition, define_form
from openchair.customers.forms.queries import list_forms
from openchair.identity.accounts.create import create_account
from openchair.identity.accounts.roles import grant_role
from openchair.identity.audit.record import SYSTEM
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from openchair.salons.queries import Salon, get_salon
from tests.builders import guest
from tests.served import Served

PASSWORD = "a sentence for pictures"
THINGS = {
    "visit": "SELECT id FROM bookings WHERE salon_id = :salon AND status = 'confirmed'"
    " ORDER BY appointment_date DESC LIMIT 1",
    "client": "SELECT id FROM customers WHERE salon_id = :salon AND kind = 'person'"
    " ORDER BY created_at, id LIMIT 1",
    "other": "SELECT id FROM customers WHERE salon_id = :salon AND kind = 'person'"
    " ORDER BY created_at, id OFFSET 1 LIMIT 1",
    "form": "SELECT id FROM consultation_forms WHERE salon_id = :salon LIMIT 1",
    "message": "SELECT id FROM notifications WHERE salon_id = :salon ORDER BY id LIMIT 1",
    "person": "SELECT user_id FROM memberships WHERE salon_id = :salon AND role = 'staff' LIMIT 1",
    "category": "SELECT id FROM service_categories WHERE salon_id = :salon LIMIT 1",
    "service": "SELECT id FROM services WHERE salon_id = :salon AND kind = 'service' AND active"
    " ORDER BY position, slug LIMIT 1",
    "stylist": "SELECT id FROM staff WHERE salon_id = :salon AND active LIMIT 1",
}
PASSKEY = text("""
    INSERT INTO passkeys (id, user_id, credential_id, public_key, sign_count, transports, name)
    VALUES (:id, :user_id, decode(:key, 'hex'), decode(:key, 'hex'), 0, '{internal}', 'Phone')
""")


@dataclass(frozen=True, slots=True)
class Furnished:
    """An owner's log-in, one of each thing by the name it has in addresses, and the secret links
    that two clients have.
    """

    email: str
    things: dict[str, UUID]
    visit_token: str
    waitlist_token: str


async def furnish(served: Served, slug: str, *, language: str) -> Furnished:
    """Add what is missing, and an owner whose account nobody else uses."""
    database = Database(served.database_url, pool_size=1)
    try:
        async with database.transaction() as session:
            return await _furnish(session, await get_salon(session, slug=slug), language)
    finally:
        await database.close()


async def _furnish(session: AsyncSession, salon: Salon, language: str) -> Furnished:
    mark = uuid4().hex
    email = f"owner-{mark}@{salon.slug}.example"
    user_id = await create_account(
        session, email=email, name="Olena Owner", password=PASSWORD, language=language, by=SYSTEM
    )
    await grant_role(session, salon_id=salon.id, user_id=user_id, role="owner", by=SYSTEM)
    passkey = new_id()
    await session.execute(PASSKEY, {"id": passkey, "user_id": user_id, "key": mark})
    if not await list_forms(session, salon_id=salon.id):
        form = Definition({salon.default_language: "Patch test"}, {}, lead_hours=48, valid_days=180)
        await define_form(session, salon=salon, wanted=form, by=SYSTEM)
    catalogue = await get_catalogue(session, salon_id=salon.id)
    entry, waitlist_token = await _wait(session, salon, catalogue)
    here = {"salon": salon.id}
    things = {
        name: UUID(str(await session.scalar(text(statement), here)))
        for name, statement in THINGS.items()
    }
    visit_token = await session.scalar(
        text("SELECT manage_token FROM bookings WHERE salon_id = :salon AND id = :visit"),
        {**here, "visit": things["visit"]},
    )
    return Furnished(
        email=email,
        things={**things, "entry": entry, "passkey": passkey},
        visit_token=str(visit_token),
        waitlist_token=waitlist_token,
    )


async def _wait(session: AsyncSession, salon: Salon, catalogue: Catalogue) -> tuple[UUID, str]:
    """Somebody waits for one late hour of the last day there is, which no other story frees."""
    now = utc_now()
    days = timedelta(days=salon.policies.horizon_days - 1)
    day = (now.astimezone(ZoneInfo(salon.time_zone)) + days).date()
    joined = await join_waitlist(
        session,
        salon=salon,
        wanted=Wanted(
            (catalogue.services[0].id,), None, Wish(day, day, frozenset(range(7)), 1020, 1080)
        ),
        customer=guest(int(uuid4()) % 1_000_000),
        source="console",
        actor=SYSTEM,
        now=now,
    )
    return joined.entry_id, joined.token
