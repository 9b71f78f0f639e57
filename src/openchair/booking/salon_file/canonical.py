"""One way to say one thing: brings a salon file to the form in which export writes it.

So that importing the same file twice is nothing to do, and export equals what was imported.
Skills are opened (a service stands for its variants and add-ons) and folded again here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from openchair.booking.salon_file.schema import AddOn, Category, SalonFile, Service, Skill, Variant

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Terms:
    """One person's own price (minor units) and minutes; None is the service's."""

    price: int | None = None
    minutes: int | None = None
    finish_minutes: int | None = None


NO_TERMS = Terms()


def canonical(file: SalonFile) -> SalonFile:
    """The same salon, written the one way. Called after reading and after export."""
    price_list = tuple(_category(category) for category in file.price_list)
    return file.model_copy(
        update={
            "price_list": price_list,
            "resources": tuple(sorted(file.resources, key=lambda each: each.slug)),
            "holidays": tuple(sorted(file.holidays, key=lambda each: each.date)),
            "logins": tuple(sorted(file.logins, key=lambda each: each.email)),
            "team": tuple(
                person.model_copy(
                    update={
                        "services": fold(price_list, unfold(price_list, person.services)),
                        "dated_hours": tuple(sorted(person.dated_hours, key=lambda d: d.date)),
                        "time_off": tuple(sorted(person.time_off, key=lambda t: str(t.begins))),
                    }
                )
                for person in file.team
            ),
        }
    )


def _category(category: Category) -> Category:
    return category.model_copy(
        update={
            "services": tuple(_service(service) for service in category.services),
            "addons": tuple(
                addon.model_copy(update={"needs": _sorted(addon.needs) or None})
                for addon in category.addons
            ),
        }
    )


def _service(service: Service) -> Service:
    needs = _sorted(service.needs)
    return service.model_copy(
        update={
            "needs": needs,
            "variants": tuple(_variant(variant, service) for variant in service.variants),
            "addons": tuple(
                addon.model_copy(update={"needs": _unless(needs, _sorted(addon.needs))})
                for addon in service.addons
            ),
        }
    )


def _variant(variant: Variant, service: Service) -> Variant:
    return variant.model_copy(
        update={
            "needs": _unless(_sorted(service.needs), _sorted(variant.needs)),
            "buffer_before_minutes": _unless(
                service.buffer_before_minutes, variant.buffer_before_minutes
            ),
            "buffer_after_minutes": _unless(
                service.buffer_after_minutes, variant.buffer_after_minutes
            ),
        }
    )


def _unless(inherited: T, own: T | None) -> T | None:
    return None if own == inherited else own


def _sorted(names: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(sorted(names))


# -------------------------------------------------------------------------- skills


def below(service: Service) -> tuple[Variant | AddOn, ...]:
    """What hangs under a service."""
    return (*service.variants, *service.addons)


def unfold(price_list: Iterable[Category], skills: Iterable[Skill]) -> dict[str, Terms]:
    """Every bookable slug a person can do, with their terms."""
    services = {service.slug: service for each in price_list for service in each.services}
    found: dict[str, Terms] = {}
    for skill in skills:
        if skill.service in services:
            hanging = [each.slug for each in below(services[skill.service])]
            found |= {slug: NO_TERMS for slug in hanging if slug not in skill.without}
    for skill in skills:
        found[skill.service] = Terms(skill.price, skill.minutes, skill.finish_minutes)
    return found


def fold(price_list: Iterable[Category], terms: Mapping[str, Terms]) -> tuple[Skill, ...]:
    """The shortest list of skills that unfolds to these terms, in the price list's order."""
    skills: list[Skill] = []
    for category in price_list:
        for service in category.services:
            hanging = [each.slug for each in below(service)]
            whole = service.slug in terms
            if whole:
                missing = tuple(slug for slug in hanging if slug not in terms)
                skills.append(_skill(service.slug, terms[service.slug], missing))
            skills += [
                _skill(slug, terms[slug])
                for slug in hanging
                if slug in terms and not (whole and terms[slug] == NO_TERMS)
            ]
        skills += [
            _skill(each.slug, terms[each.slug]) for each in category.addons if each.slug in terms
        ]
    return tuple(skills)


def _skill(slug: str, terms: Terms, without: tuple[str, ...] = ()) -> Skill:
    return Skill(
        service=slug,
        price=terms.price,
        minutes=terms.minutes,
        finish_minutes=terms.finish_minutes,
        without=without,
    )
