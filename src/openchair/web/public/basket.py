"""The running basket: what was chosen so far, how long it takes, what it costs, and the terms.
Pure; the wizard's pages show it on every step."""

from dataclasses import dataclass
from uuid import UUID

from openchair.booking.appointments.queries import Hold
from openchair.booking.catalogue.queries import Catalogue, Service
from openchair.web.public.journey import Journey
from openchair.web.public.phrases import cancel_terms, exact_moment
from openchair.web.public.site import Site


@dataclass(frozen=True, slots=True)
class Line:
    """One service with its person, once there is one."""

    name: str
    person: str
    minutes: str
    price: str


@dataclass(frozen=True, slots=True)
class Basket:
    """Ready to print. `price` begins with "from" while the person is still open."""

    lines: tuple[Line, ...]
    summary: str
    minutes: str
    price: str
    tax: str
    terms: str
    when: str = ""

    @property
    def count(self) -> int:
        """How many lines."""
        return len(self.lines)


def fill_basket(
    *, site: Site, catalogue: Catalogue, journey: Journey, hold: Hold | None = None
) -> Basket:
    """Add up the journey at the chosen person's own price and length, or at what is held."""
    lines: list[Line] = []
    minutes = total = 0
    exact = True
    for index, (service, person, held_price) in enumerate(_parts(journey, hold)):
        member = catalogue.member(person) if person else None
        price, same = price_of(service, person)
        price = price if held_price is None else held_price
        length = length_of(service, person)
        named_before = bool(lines) and service.kind == "addon" and index > 0
        lines.append(
            Line(
                name=full_name(site=site, catalogue=catalogue, service=service),
                person=member.name if member and not named_before else "",
                minutes=site.formats.minutes(length),
                price=price_text(site=site, minor=price, exact=same),
            )
        )
        minutes, total, exact = minutes + length, total + price, exact and same
    return Basket(
        lines=tuple(lines),
        summary=", ".join(line.name for line in lines),
        minutes=site.formats.minutes(minutes),
        price=price_text(site=site, minor=total, exact=exact),
        tax=tax_text(site),
        terms=cancel_terms(site),
        when=exact_moment(site=site, instant=hold.start) if hold else "",
    )


def _parts(journey: Journey, hold: Hold | None) -> list[tuple[Service, UUID | None, int | None]]:
    """Service, person, and the held price where there is a hold of just these services."""
    held = {each.service_id: each for each in hold.items} if hold else {}
    return [
        (
            service,
            held[service.id].staff_id if service.id in held else journey.person_for(index),
            held[service.id].price_minor if service.id in held else None,
        )
        for index, service in enumerate(journey.services)
    ]


def price_of(service: Service, person: UUID | None) -> tuple[int, bool]:
    """Minor units, and whether that is what it will cost whoever does it."""
    if person is not None and person in service.terms:
        return service.terms[person].price_minor, True
    prices = {terms.price_minor for terms in service.terms.values()} or {service.price_minor}
    return min(prices), len(prices) == 1


def length_of(service: Service, person: UUID | None) -> int:
    """Minutes, by the chosen person's own pace where one is chosen."""
    if person is not None and person in service.terms:
        own = service.terms[person]
        return own.active_minutes + service.processing_minutes + own.finish_minutes
    return service.duration_minutes


def price_text(*, site: Site, minor: int, exact: bool) -> str:
    """The amount, with "from" before it while somebody may ask for more."""
    if minor == 0 and exact:
        return site.words.text("free of charge")
    amount = site.formats.money(minor)
    return amount if exact else site.words.text("from {price}", price=amount)


def tax_text(site: Site) -> str:
    """As in "incl. 8.1 % VAT", or nothing where there is no tax."""
    if not site.salon.tax_basis_points:
        return ""
    rate = f"{site.salon.tax_basis_points / 100:g}"
    decimal = site.formats.locale.number_symbols["latn"]["decimal"]
    rate = rate.replace(".", decimal)
    if site.salon.tax_included:
        return site.words.text("incl. {rate} % {tax}", rate=rate, tax=site.salon.tax_name)
    return site.words.text("plus {rate} % {tax}", rate=rate, tax=site.salon.tax_name)


def full_name(*, site: Site, catalogue: Catalogue, service: Service) -> str:
    """A variant is named with the service it belongs to: "Cut, long hair"."""
    name = site.say(service.name)
    parent = catalogue.service(service.parent_id) if service.parent_id else None
    if service.kind == "variant" and parent:
        return f"{site.say(parent.name)}, {name}"
    return name
