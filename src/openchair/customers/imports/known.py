"""Who of a list's people the salon knows already: by e-mail, else by telephone and name, else by
name alone where neither is given. Called by `take.py` and by the preview; changes nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.imports.rules import ImportedClient, same_person
from openchair.platform.ids import new_id


@dataclass(slots=True)
class Known:
    """A client on file, or one of an earlier row; `completed` are the fields that a row filled."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    language: str
    allergies: str
    is_new: bool = False
    completed: set[str] = field(default_factory=set)

    def complete(self, client: ImportedClient) -> None:
        """Fill what is empty; nothing is overwritten."""
        for name in ("email", "phone", "allergies"):
            if (given := getattr(client, name)) and not getattr(self, name):
                setattr(self, name, given)
                self.completed.add(name)


class People:
    """The people of some rows as far as they are known; rows that were read are known as well."""

    def __init__(self) -> None:
        self._by_email: dict[str, Known] = {}
        self._by_phone: defaultdict[str, list[Known]] = defaultdict(list)
        self._by_name: dict[str, Known] = {}
        self._by_id: dict[UUID, Known] = {}

    def learn(self, known: Known, *, email: str | None, phone: str | None, name: str) -> None:
        """Somebody on file, found under this address, telephone or name."""
        known = self._by_id.setdefault(known.id, known)
        if email:
            self._by_email[email] = known
        if phone and known not in self._by_phone[phone]:
            self._by_phone[phone].append(known)
        if not email and not phone:
            self._by_name.setdefault(name.casefold(), known)

    def find(self, client: ImportedClient) -> Known | None:
        """Whom this row means."""
        if client.email and (known := self._by_email.get(client.email)):
            return known
        if client.phone:
            for known in self._by_phone[client.phone]:
                if not (known.email and client.email) and same_person(known.name, client.name):
                    self._remember(known, client)
                    return known
        if not client.email and not client.phone:
            return self._by_name.get(client.name.casefold())
        return None

    def add(self, client: ImportedClient) -> Known:
        """Somebody new."""
        known = Known(
            id=new_id(),
            name=client.name,
            email=client.email,
            phone=client.phone,
            language=client.language,
            allergies=client.allergies,
            is_new=True,
        )
        self.learn(known, email=client.email, phone=client.phone, name=client.name)
        return known

    def _remember(self, known: Known, client: ImportedClient) -> None:
        if client.email:
            self._by_email[client.email] = known


async def find_people(
    session: AsyncSession, *, salon_id: UUID, wanted: Sequence[ImportedClient]
) -> People:
    """Those of the salon's clients that these rows may mean, by one statement. Who was merged is
    known by the client they became.
    """
    rows = await session.execute(
        FIND,
        {
            "salon_id": salon_id,
            "emails": list({each.email for each in wanted if each.email}),
            "phones": list({each.phone for each in wanted if each.phone}),
            "names": list(
                {each.name.lower() for each in wanted if not each.email and not each.phone}
            ),
        },
    )
    people = People()
    for row in rows:
        known = Known(
            id=row.id,
            name=row.name,
            email=row.email,
            phone=row.phone,
            language=row.language,
            allergies=row.allergies,
        )
        people.learn(known, email=row.by_email, phone=row.by_phone, name=row.by_name)
    return people


FIND = text("""
    SELECT kept.id, kept.name, kept.email, kept.phone, kept.language, kept.allergies,
        found.email AS by_email, found.phone AS by_phone, found.name AS by_name
    FROM customers AS found
    JOIN customers AS kept ON kept.salon_id = found.salon_id
        AND kept.id = coalesce(found.merged_into, found.id)
    WHERE found.salon_id = :salon_id AND found.kind = 'person' AND kept.erased_at IS NULL
        AND (found.email = ANY(CAST(:emails AS text[]))
            OR found.phone = ANY(CAST(:phones AS text[]))
            OR (found.email IS NULL AND found.phone IS NULL
                AND lower(found.name) = ANY(CAST(:names AS text[]))))
    ORDER BY kept.created_at, kept.id
""")
