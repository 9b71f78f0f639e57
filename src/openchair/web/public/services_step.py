"""First step of the wizard: what can be chosen, and the address that each tap leads to. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from openchair.booking.catalogue.queries import Catalogue, Service
from openchair.web.public.basket import length_of, price_of, price_text
from openchair.web.public.journey import Journey
from openchair.web.public.pictures import PictureView, view_picture
from openchair.web.public.site import Site

THUMBNAIL = 72


@dataclass(frozen=True, slots=True)
class Choice:
    """One tap: chosen or not, and where the tap leads."""

    name: str
    minutes: str
    price: str
    chosen: bool
    url: str


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service with its variants; `addons` only once it is chosen. `first` is what has to be done
    before it, such as a patch test.
    """

    slug: str
    name: str
    description: str
    first: str
    whole: Choice
    variants: tuple[Choice, ...]
    addons: tuple[Choice, ...]
    chosen: bool
    picture: PictureView | None


@dataclass(frozen=True, slots=True)
class ServiceGroup:
    """A heading of the price list with its services."""

    ordinal: str
    name: str
    rows: tuple[ServiceRow, ...]


def view_services(
    *, site: Site, catalogue: Catalogue, journey: Journey, hints: Mapping[UUID, str]
) -> tuple[ServiceGroup, ...]:
    """Every service under its heading, as the visitor's choice stands. `hints` says by service what
    has to be done before it.
    """
    groups: list[ServiceGroup] = []
    for category in catalogue.categories:
        services = [each for each in catalogue.services if each.category_id == category.id]
        if not services:
            continue
        groups.append(
            ServiceGroup(
                ordinal=f"{len(groups) + 1:02d}",
                name=site.say(category.name),
                rows=tuple(
                    _row(
                        site=site,
                        catalogue=catalogue,
                        journey=journey,
                        service=each,
                        first=hints.get(each.id, ""),
                    )
                    for each in services
                ),
            )
        )
    return tuple(groups)


def next_step_url(*, site: Site, journey: Journey) -> str:
    """Where "continue" leads: to the people, or to the times when somebody was chosen already."""
    chosen = journey.asked_staff and can_do(journey)
    return site.url("/book/time" if chosen else "/book/staff", **journey.state)


def can_do(journey: Journey) -> bool:
    """Whether everybody who was chosen does what they were chosen for."""
    chosen = [
        (journey.person_for(index), service) for index, service in enumerate(journey.services)
    ]
    return all(person is None or person in service.terms for person, service in chosen)


def _row(
    *, site: Site, catalogue: Catalogue, journey: Journey, service: Service, first: str
) -> ServiceRow:
    def choices(services: Sequence[Service]) -> tuple[Choice, ...]:
        return tuple(
            _choice(site=site, catalogue=catalogue, journey=journey, service=each, row=service)
            for each in services
        )

    whole = choices([service])[0]
    variants = choices(service.variants)
    chosen = whole.chosen or any(each.chosen for each in variants)
    return ServiceRow(
        slug=service.slug,
        name=site.say(service.name),
        description=site.say(service.description),
        first=first,
        whole=whole,
        variants=variants,
        addons=choices(service.addons) if chosen else (),
        chosen=chosen,
        picture=view_picture(site=site, shape=service.picture, shown=THUMBNAIL),
    )


def _choice(
    *, site: Site, catalogue: Catalogue, journey: Journey, service: Service, row: Service
) -> Choice:
    person = journey.person_for(0) if len(journey.staff) == 1 else None
    price, exact = price_of(service, person)
    url = site.url("/book", **journey.toggled(service, catalogue).state)
    return Choice(
        name=site.say(service.name),
        minutes=site.formats.minutes(length_of(service, person)),
        price=price_text(site=site, minor=price, exact=exact),
        chosen=service.id in journey.service_ids,
        url=f"{url}#s-{row.slug}",
    )
