"""Where a visitor stands between the first tap and the confirmation: all of it in the address.
Reads and writes the query string; what it names is checked against the salon's own catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData, QueryParams

from openchair.booking.catalogue.queries import Catalogue, Service

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

    def with_service(self, service: Service, *, instead_of: Sequence[UUID] = ()) -> "Journey":
        """Add a service at the end; add-ons stand behind what they go with. Forgets the person."""
        kept = tuple(each for each in self.services if each.id not in instead_of)
        return replace(self, services=(*kept, service), staff=(), asked_staff=False)

    def without(self, *service_ids: UUID) -> "Journey":
        kept = tuple(each for each in self.services if each.id not in service_ids)
        return replace(self, services=kept, staff=(), asked_staff=False)


def read_journey(*, fields: QueryParams | FormData, catalogue: Catalogue) -> Journey:
    """Read the state; ids that this salon does not offer are dropped and `lost` says so."""
    wanted = [_uuid(text) for text in fields.getlist("service")[: MOST_SERVICES + 1]]
    found = [catalogue.service(each) for each in dict.fromkeys(wanted) if each]
    services = tuple(_bookable(each) for each in found if each)[:MOST_SERVICES]
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
        lost=len(services) != len(wanted) or not known,
    )


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
        return date.fromisoformat(str(text))
    except ValueError:
        return None
