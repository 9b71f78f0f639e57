"""Second step of the wizard: with whom. One person for all, or one for each service. Pure."""

from dataclasses import dataclass
from uuid import UUID

from openchair.booking.catalogue.queries import Catalogue, Service
from openchair.web.public.basket import full_name, length_of, price_of, price_text
from openchair.web.public.home import initials
from openchair.web.public.journey import ANYONE, Journey
from openchair.web.public.pictures import PictureView, view_picture
from openchair.web.public.site import Site

THUMBNAIL = 64


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """Somebody who does everything that was chosen, at their own price."""

    name: str
    title: str
    initials: str
    index: int
    price: str
    minutes: str
    url: str
    picture: PictureView | None


@dataclass(frozen=True, slots=True)
class Option:
    """A line of a menu."""

    value: str
    name: str
    selected: bool


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """One service and everybody who does it; add-ons go with the person before them."""

    service_id: str
    name: str
    is_addon: bool
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class StaffStep:
    """`people` may be empty when nobody does everything; `each` when there is one service."""

    anyone_url: str
    people: tuple[PersonChoice, ...]
    each: tuple[ServiceChoice, ...]


def view_staff(*, site: Site, catalogue: Catalogue, journey: Journey) -> StaffStep:
    """Who can be chosen for this journey."""
    mains = [each for each in journey.services if each.kind != "addon"]
    everything = set.intersection(*(set(each.terms) for each in journey.services))
    return StaffStep(
        anyone_url=site.url("/book/time", **journey.with_person(None).state),
        people=tuple(
            _person(site=site, journey=journey, catalogue=catalogue, index=index)
            for index, member in enumerate(catalogue.staff)
            if member.id in everything
        ),
        each=tuple(
            _each(site=site, catalogue=catalogue, journey=journey, index=index, service=service)
            for index, service in enumerate(journey.services)
        )
        if len(mains) > 1
        else (),
    )


def _person(*, site: Site, journey: Journey, catalogue: Catalogue, index: int) -> PersonChoice:
    member = catalogue.staff[index]
    price = sum(price_of(each, member.id)[0] for each in journey.services)
    minutes = sum(length_of(each, member.id) for each in journey.services)
    return PersonChoice(
        name=member.name,
        title=site.say(member.title),
        initials=initials(member.name),
        index=index,
        price=price_text(site=site, minor=price, exact=True),
        minutes=site.formats.minutes(minutes),
        url=site.url("/book/time", **journey.with_person(member.id).state),
        picture=view_picture(site=site, shape=member.picture, shown=THUMBNAIL),
    )


def _each(
    *, site: Site, catalogue: Catalogue, journey: Journey, index: int, service: Service
) -> ServiceChoice:
    wanted: UUID | None = journey.person_for(index)
    return ServiceChoice(
        service_id=str(service.id),
        name=full_name(site=site, catalogue=catalogue, service=service),
        is_addon=service.kind == "addon",
        options=(
            Option(value=ANYONE, name=site.words.text("First available"), selected=wanted is None),
            *(
                Option(value=str(each.id), name=each.name, selected=each.id == wanted)
                for each in catalogue.staff
                if each.id in service.terms
            ),
        ),
    )
