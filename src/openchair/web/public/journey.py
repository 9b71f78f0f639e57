"""Where a visitor stands between the first tap and the confirmation: all of it in the address.
Reads and writes the query string; what it names is checked against the salon's own catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData, QueryParams

from openchair.booking.catalogue.queries import Catalogue, Service
from openchair.web.public.chosen_time import YEARS

MOST_SERVICES = 8
ANYONE = "any"


@dataclass(frozen=True, slots=True)
class Journey:
    """Chosen services in order; `staff` is empty (not asked yet), one for all, or one for each."""

    services: tuple[Service, ...] = ()
    staff: tuple[UUID | None, ...] = ()
    asked_staff: bool = False
    day: date | None = None
    first: date | None = None
    hold: UUID | None = None
    lost: bool = False

    @property
    def service_ids(self) -> tuple[UUID, ...]:
        """In the order of the visit."""
        return tuple(service.id for service in self.services)

    @property
    def staff_ids(self) -> tuple[UUID | None, ...]:
        """As the domain takes them: empty stands for "first available for everything"."""
        return () if all(chosen is None for chosen in self.staff) else self.staff

    @property
    def state(self) -> dict[str, Any]:
        """The query string's fields; the day and hold are left for links that need them."""
        return {
            "service": [str(each) for each in self.service_ids],
            "staff": [str(each) if each else ANYONE for each in self.staff],
        }

    def person_for(self, index: int) -> UUID | None:
        """Who was chosen for the service at `index`."""
        if not self.staff:
            return None
        return self.staff[index] if len(self.staff) > 1 else self.staff[0]

    def toggled(self, service: Service, catalogue: Catalogue) -> "Journey":
        """Add the service, or take it away with its add-ons; a variant replaces its sister.

        An add-on stands right behind what it goes with, as the domain wants it.
        """
        if service.id in self.service_ids:
            return self._with(self._without(service, catalogue))
        if service.kind == "addon":
            return self._with(self._behind_its_service(service, catalogue))
        sisters = [
            each
            for each in self.services
            if each.kind == "variant" and each.parent_id == service.parent_id
        ]
        if sisters:
            return self._with(service if each in sisters else each for each in self.services)
        return self._with((*self.services, service))

    def with_person(self, staff_id: UUID | None) -> "Journey":
        """The same person (or anyone) for the whole visit."""
        return replace(self, staff=(staff_id,), asked_staff=True)

    def _with(self, services: Iterable[Service]) -> "Journey":
        """Other services; who was chosen for each of the old ones is forgotten."""
        one_for_all = len(self.staff) == 1
        return replace(
            self,
            services=tuple(services)[:MOST_SERVICES],
            staff=self.staff if one_for_all else (),
            asked_staff=self.asked_staff and one_for_all,
        )

    def _without(self, service: Service, catalogue: Catalogue) -> list[Service]:
        addons = {each.id for each in main_service(service, catalogue).addons}
        alone = service.kind != "addon"
        kept: list[Service] = []
        dropping = False
        for each in self.services:
            if each.kind != "addon":
                dropping = alone and each.id == service.id
            if each.id != service.id and not (dropping and each.id in addons):
                kept.append(each)
        return kept

    def _behind_its_service(self, addon: Service, catalogue: Catalogue) -> list[Service]:
        ordered: list[Service] = []
        placed = False
        for each in self.services:
            ordered.append(each)
            goes_with = each.kind != "addon" and addon in main_service(each, catalogue).addons
            if goes_with and not placed:
                ordered.append(addon)
                placed = True
        return ordered


def main_service(service: Service, catalogue: Catalogue) -> Service:
    """The service that a variant is one of; any other stands for itself."""
    parent = catalogue.service(service.parent_id) if service.parent_id else None
    return parent if parent and service.kind == "variant" else service


def read_journey(*, fields: QueryParams | FormData, catalogue: Catalogue) -> Journey:
    """Read the state; ids that this salon does not offer are dropped and `lost` says so."""
    wanted = [_uuid(text) for text in fields.getlist("service")[: MOST_SERVICES + 1]]
    found = [catalogue.service(each) for each in dict.fromkeys(wanted) if each]
    services = _in_order([_bookable(each) for each in found if each][:MOST_SERVICES], catalogue)
    asked = [text for text in fields.getlist("staff") if isinstance(text, str) and text]
    staff = tuple(_uuid(text) for text in asked[:MOST_SERVICES])
    known = all(each is None or catalogue.member(each) for each in staff)
    fits = len(staff) in {0, 1, len(services)}
    return Journey(
        services=services,
        staff=staff if known and fits else (),
        asked_staff=bool(staff) and known and fits,
        day=_date(fields.get("date")),
        first=_date(fields.get("from")),
        hold=_uuid(fields.get("hold")),
        lost=len(services) != len(wanted) or not known or not fits,
    )


def _in_order(services: list[Service], catalogue: Catalogue) -> tuple[Service, ...]:
    """Each once; an add-on without a service before it that it goes with is left out."""
    kept: list[Service] = []
    last: Service | None = None
    for each in services:
        if each.kind != "addon":
            last = each
            kept.append(each)
        elif last and each in main_service(last, catalogue).addons:
            kept.append(each)
    return tuple(kept)


def _bookable(service: Service) -> Service:
    """A service with variants stands for its first one."""
    return service.variants[0] if service.variants else service


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _date(text: object) -> date | None:
    try:
        day = date.fromisoformat(str(text))
    except ValueError:
        return None
    return day if day.year in YEARS else None
