"""Who sees how a client is reached: the office and the desk always, a stylist for clients who have,
had or will have a visit with them (`clients.contact` in the table of permissions).
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.clients.profile import has_visited
from openchair.identity.accounts.permissions import Reach, reach
from openchair.web.console.door import Desk
from openchair.web.console.phones import readable_phone

ACTION = "clients.contact"


@dataclass(frozen=True, slots=True)
class Way:
    """A way to reach somebody: what is shown and where it leads."""

    icon: str
    shown: str
    address: str


async def sees_contact(session: AsyncSession, desk: Desk, client_id: UUID) -> bool:
    """Whether this person sees mail and phone of this client."""
    if sees_all_contacts(desk):
        return True
    staff_id = desk.membership.staff_id
    if reach(role=desk.membership.role, action=ACTION) is None or staff_id is None:
        return False
    return await has_visited(
        session, salon_id=desk.salon.id, client_id=client_id, staff_id=staff_id
    )


def sees_all_contacts(desk: Desk) -> bool:
    """Whether lists show mail and phone to this person."""
    return reach(role=desk.membership.role, action=ACTION) is Reach.SALON


def ways_to(*, email: str | None, phone: str | None) -> tuple[Way, ...]:
    """The phone first: it is nearer."""
    found = []
    if phone:
        found.append(Way("phone", readable_phone(phone), f"tel:{phone}"))
    if email:
        found.append(Way("mail", email, f"mailto:{email}"))
    return tuple(found)


def initials(name: str) -> str:
    """`Anna-Lena von Känel` → `AK`."""
    words = [word for word in name.split() if word[0].isalnum()]
    ends = words[:1] + words[-1:] if len(words) > 1 else words
    return "".join(word[0].upper() for word in ends)
