"""Reads of what a salon offers: one statement for the whole catalogue, frozen results.

Called by the pages, the API and availability. Prices are minor units of the salon's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.media.queries import PICTURE_OF, Shape, shape_of
from openchair.platform.db.base import Words
from openchair.platform.db.driver import driver
from openchair.salons.queries import SALON, Salon, address, no_salon, salon_of


@dataclass(frozen=True, slots=True)
class Category:
    """A heading of the price list."""

    id: UUID
    slug: str
    name: Words
    colour: str
    position: int


@dataclass(frozen=True, slots=True)
class StaffTerms:
    """How one person does one service: own price and minutes where they differ."""

    price_minor: int
    active_minutes: int
    finish_minutes: int


@dataclass(frozen=True, slots=True)
class Service:
    """Something bookable: a service, a variant of one, or an add-on. Minutes and minor units."""

    id: UUID
    category_id: UUID
    kind: str
    parent_id: UUID | None
    slug: str
    name: Words
    description: Words
    active_minutes: int
    processing_minutes: int
    finish_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    price_minor: int
    position: int
    group_ids: tuple[UUID, ...]
    terms: Mapping[UUID, StaffTerms]
    picture: Shape | None = None
    required_form_id: UUID | None = None
    variants: tuple["Service", ...] = ()
    addons: tuple["Service", ...] = ()

    @property
    def duration_minutes(self) -> int:
        """What the client spends: hands-on, processing and finish together."""
        return self.active_minutes + self.processing_minutes + self.finish_minutes

    @property
    def staff_ids(self) -> tuple[UUID, ...]:
        """Who can do it."""
        return tuple(self.terms)

    @property
    def price_from_minor(self) -> int:
        """The lowest price anybody asks for it, variants included."""
        own = [terms.price_minor for terms in self.terms.values()] or [self.price_minor]
        return min([*own, *(variant.price_from_minor for variant in self.variants)])


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person clients can choose."""

    id: UUID
    slug: str
    name: str
    title: Words
    bio: Words
    colour: str
    languages: tuple[str, ...]
    service_ids: tuple[UUID, ...]
    picture: Shape | None = None


@dataclass(frozen=True)
class Catalogue:
    """All that can be booked now. `services` are the top ones; variants and add-ons hang there."""

    categories: tuple[Category, ...]
    services: tuple[Service, ...]
    staff: tuple[StaffMember, ...]
    resources: Mapping[UUID, tuple[UUID, ...]] = field(default_factory=dict)
    """Resource group → the ids of its chairs, rooms or devices, in order of preference."""

    @cached_property
    def _by_id(self) -> dict[UUID, Service]:
        found = {service.id: service for service in self.services}
        for service in self.services:
            found.update((each.id, each) for each in (*service.variants, *service.addons))
        return found

    @cached_property
    def _members(self) -> dict[UUID, StaffMember]:
        return {member.id: member for member in self.staff}

    def service(self, service_id: UUID) -> Service | None:
        """The service, variant or add-on of this id."""
        return self._by_id.get(service_id)

    def member(self, staff_id: UUID) -> StaffMember | None:
        """The person of this id."""
        return self._members.get(staff_id)


OwnTerms = tuple[int | None, int | None, int | None]

_TEXTS = 5
_CATALOGUE = f"""
    SELECT
      (SELECT jsonb_agg(jsonb_build_array(id, slug, name, colour, position) ORDER BY position, slug)
       FROM service_categories WHERE salon_id = $1)::text AS categories,
      (SELECT jsonb_agg(jsonb_build_array(
                s.id, s.category_id, s.kind, s.parent_id, s.slug, s.name, s.description,
                s.active_minutes, s.processing_minutes, s.finish_minutes,
                s.buffer_before_minutes, s.buffer_after_minutes, s.price_minor, s.position,
                (SELECT coalesce(jsonb_agg(r.group_id ORDER BY r.group_id), '[]')
                 FROM service_requirements r
                 WHERE r.salon_id = s.salon_id AND r.service_id = s.id),
                {PICTURE_OF.format(table="s")}, s.required_form_id)
              ORDER BY s.position, s.slug)
       FROM services s WHERE s.salon_id = $1 AND s.active)::text AS services,
      (SELECT jsonb_agg(jsonb_build_array(id, slug, name, title, bio, colour, languages,
                                          {PICTURE_OF.format(table="staff")})
                        ORDER BY position, slug)
       FROM staff WHERE salon_id = $1 AND active)::text AS staff,
      (SELECT jsonb_agg(jsonb_build_array(staff_id, service_id, price_minor, active_minutes,
                                          finish_minutes) ORDER BY staff_id, service_id)
       FROM staff_services WHERE salon_id = $1)::text AS terms,
      (SELECT jsonb_agg(jsonb_build_array(group_id, id) ORDER BY position, name)
       FROM resources WHERE salon_id = $1 AND active)::text AS things
"""  # noqa: S608 - all of it is ours
_OFFER = f"""
    SELECT salon.*, offered.*
    FROM ({SALON}) AS salon CROSS JOIN LATERAL ({_CATALOGUE.replace("$1", "salon.id")}) AS offered
"""  # noqa: S608 - both are ours


async def get_catalogue(session: AsyncSession, *, salon_id: UUID) -> Catalogue:
    """Everything active that this salon offers, by one statement."""
    connection = await driver(session)
    (row,) = await connection.fetch(_CATALOGUE, salon_id)
    return _catalogue(*row)


async def get_offer(session: AsyncSession, *, slug: str) -> tuple[Salon, Catalogue]:
    """The salon of this address and what it offers, both by one statement.

    Raises `NotFound` (`salon_not_found`).
    """
    connection = await driver(session)
    row = await connection.fetchrow(_OFFER, address(slug))
    if row is None:
        raise no_salon()
    columns = list(row.items())
    return salon_of(columns[:-_TEXTS]), _catalogue(*(text for _, text in columns[-_TEXTS:]))


@lru_cache(maxsize=64)
def _catalogue(*texts: str | None) -> Catalogue:
    """The catalogue of five JSON texts: the same texts are the same catalogue, read once."""
    categories, services, staff, terms, resources = (
        orjson.loads(text) if text else [] for text in texts
    )
    people = {UUID(each[0]): each for each in staff}
    offered = _terms_by_service(terms, people)
    return Catalogue(
        categories=tuple(Category(UUID(each[0]), *each[1:]) for each in categories),
        services=_tree([_service(each, offered) for each in services]),
        staff=tuple(
            StaffMember(
                id=staff_id,
                slug=each[1],
                name=each[2],
                title=each[3],
                bio=each[4],
                colour=each[5],
                languages=tuple(each[6]),
                picture=shape_of(each[7]),
                service_ids=tuple(
                    service_id for service_id, who in offered.items() if staff_id in who
                ),
            )
            for staff_id, each in people.items()
        ),
        resources=_grouped(resources),
    )


def _terms_by_service(
    rows: list[Any], people: Mapping[UUID, Any]
) -> dict[UUID, dict[UUID, OwnTerms]]:
    """Service → person → own price and minutes, people in the salon's order."""
    order = {staff_id: index for index, staff_id in enumerate(people)}
    found: dict[UUID, dict[UUID, OwnTerms]] = {}
    pairs = [(UUID(row[0]), UUID(row[1]), tuple(row[2:])) for row in rows]
    for staff_id, service_id, own in sorted(
        (pair for pair in pairs if pair[0] in order), key=lambda pair: order[pair[0]]
    ):
        found.setdefault(service_id, {})[staff_id] = own
    return found


def _service(row: list[Any], offered: Mapping[UUID, Mapping[UUID, OwnTerms]]) -> Service:
    service_id = UUID(row[0])
    active, finish, price = row[7], row[9], row[12]
    return Service(
        id=service_id,
        category_id=UUID(row[1]),
        kind=row[2],
        parent_id=UUID(row[3]) if row[3] else None,
        slug=row[4],
        name=row[5],
        description=row[6],
        active_minutes=active,
        processing_minutes=row[8],
        finish_minutes=finish,
        buffer_before_minutes=row[10],
        buffer_after_minutes=row[11],
        price_minor=price,
        position=row[13],
        group_ids=tuple(UUID(group) for group in row[14]),
        picture=shape_of(row[15]),
        required_form_id=UUID(row[16]) if row[16] else None,
        terms={
            staff_id: StaffTerms(
                price_minor=price if own[0] is None else own[0],
                active_minutes=own[1] or active,
                finish_minutes=finish if own[2] is None else own[2],
            )
            for staff_id, own in offered.get(service_id, {}).items()
        },
    )


def _tree(services: list[Service]) -> tuple[Service, ...]:
    """Hang variants and add-ons under the services they belong to; a general add-on hangs
    under every service.
    """

    def children(kind: str, parents: tuple[UUID | None, ...]) -> tuple[Service, ...]:
        return tuple(each for each in services if each.kind == kind and each.parent_id in parents)

    return tuple(
        replace(
            each,
            variants=children("variant", (each.id,)),
            addons=children("addon", (each.id, None)),
        )
        for each in services
        if each.kind == "service"
    )


def _grouped(rows: list[Any]) -> dict[UUID, tuple[UUID, ...]]:
    found: dict[UUID, list[UUID]] = {}
    for group_id, resource_id in rows:
        found.setdefault(UUID(group_id), []).append(UUID(resource_id))
    return {group_id: tuple(ids) for group_id, ids in found.items()}
