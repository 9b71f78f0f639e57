"""Finding the client of a new visit without scripts: the form is sent with what was typed into the
search field and comes back with the matches; choosing one fills the form.
"""

from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request

from openchair.customers.profiles.queries import get_client
from openchair.customers.profiles.search import search_clients
from openchair.platform.errors import NotFound
from openchair.web.console.clients.contact import sees_all_contacts, sees_contact
from openchair.web.console.door import Desk, database_of
from openchair.web.console.forms import Typed
from openchair.web.console.phones import readable_phone

MOST_MATCHES = 8
TEXT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Match:
    """One client who fits what was typed."""

    id: UUID
    name: str
    contact: str


async def find_matches(request: Request, desk: Desk, typed: Typed) -> tuple[Match, ...]:
    """The clients who fit `find`, the best first; mail and phone for those who may see them."""
    asked = typed.trimmed("find")[:TEXT_LENGTH]
    if not asked:
        return ()
    shown = sees_all_contacts(desk)
    async with database_of(request).transaction() as session:
        page = await search_clients(
            session,
            salon_id=desk.salon.id,
            text=asked,
            limit=MOST_MATCHES,
            names_only=not shown,
        )
    return tuple(
        Match(
            each.id,
            each.name,
            (readable_phone(each.phone) if each.phone else each.email or "") if shown else "",
        )
        for each in page.clients
    )


async def choose_client(request: Request, desk: Desk, typed: Typed) -> Typed:
    """The form filled in for the client named by `choose`; unchanged for nobody of ours."""
    try:
        client_id = UUID(typed["choose"])
        async with database_of(request).transaction() as session:
            client = await get_client(session, salon_id=desk.salon.id, client_id=client_id)
            shown = await sees_contact(session, desk, client_id)
    except (ValueError, NotFound):
        return typed
    found = {"client": str(client.id), "name": client.name, "language": client.language}
    contact = {
        "phone": readable_phone(client.phone or "") if shown else "",
        "email": (client.email or "") if shown else "",
    }
    return Typed({**typed.values, **found, **contact, "find": ""})
