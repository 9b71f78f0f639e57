"""From the ids a client sends to the ways of doing that visit. Pure.

Refuses what the salon does not offer; a service with variants means its first variant.
"""

from collections.abc import Sequence
from uuid import UUID

from openchair.booking.availability.rules import Part, Task
from openchair.booking.catalogue.queries import Catalogue, Service, StaffTerms
from openchair.platform.errors import Invalid

MOST_SERVICES = 8
DAY = 24 * 60

Visit = list[list[Task]]


def plan_visit(
    catalogue: Catalogue, service_ids: Sequence[UUID], staff_ids: Sequence[UUID | None] = ()
) -> Visit:
    """Service by service, every way to do it; add-ons belong to the service before them.

    `staff_ids`: none = first available, one = the same for all, else one for each service id
    (null = first available). Raises `Invalid` on `service_ids` or `staff_id`.
    """
    services = [_offered(catalogue, service_id) for service_id in _bounded(service_ids)]
    wishes = _wishes(staff_ids, len(services))
    groups: list[tuple[Service, list[Service], UUID | None]] = []
    for service, wish in zip(services, wishes, strict=True):
        if service.kind != "addon":
            groups.append((service, [], wish))
        elif groups and _goes_with(service, groups[-1][0]):
            groups[-1][1].append(service)
        else:
            raise Invalid(
                "An add-on goes with its service. Please choose the service first.",
                code="addon_alone",
                field="service_ids",
            )
    visit = [_ways(catalogue, service, addons, wish) for service, addons, wish in groups]
    if _longest(visit) > DAY:
        raise Invalid(
            "That is more than fits into one day. Please book in several visits.",
            code="visit_too_long",
            field="service_ids",
        )
    return visit


def _longest(visit: Visit) -> int:
    """Minutes of the slowest way through the visit, buffers included."""
    return sum(
        max(task.buffer_before + task.duration + task.buffer_after for task in ways)
        for ways in visit
    )


def _bounded(service_ids: Sequence[UUID]) -> Sequence[UUID]:
    if not service_ids:
        raise Invalid("Please choose at least one service.", field="service_ids")
    if len(service_ids) > MOST_SERVICES:
        raise Invalid(
            f"One visit has at most {MOST_SERVICES} services. Please book the rest separately.",
            field="service_ids",
        )
    if len(set(service_ids)) < len(service_ids):
        raise Invalid(
            "The same service is chosen twice. Please leave one out.", field="service_ids"
        )
    return service_ids


def _offered(catalogue: Catalogue, service_id: UUID) -> Service:
    service = catalogue.service(service_id)
    if service is None:
        raise Invalid(
            "This salon does not offer that service. Please choose one from its list.",
            code="service_not_offered",
            field="service_ids",
        )
    return service.variants[0] if service.variants else service


def _wishes(staff_ids: Sequence[UUID | None], count: int) -> Sequence[UUID | None]:
    if not staff_ids:
        return [None] * count
    if len(staff_ids) == 1:
        return [staff_ids[0]] * count
    if len(staff_ids) != count:
        raise Invalid(
            "Please name one person for all services, or one for each of them.", field="staff_id"
        )
    return staff_ids


def _goes_with(addon: Service, service: Service) -> bool:
    return addon.parent_id in (None, service.id, service.parent_id)


def _ways(
    catalogue: Catalogue, service: Service, addons: Sequence[Service], wish: UUID | None
) -> list[Task]:
    ways = [
        _task(service, terms, addons, staff_id)
        for staff_id, terms in service.terms.items()
        if wish in (None, staff_id) and all(_can_add(addon, staff_id) for addon in addons)
    ]
    if not ways:
        known = wish is None or catalogue.member(wish) is not None
        raise Invalid(
            "Nobody here can do that combination. Please choose somebody else or another service."
            if known
            else "That person does not work here. Please choose somebody from the team.",
            code="staff_not_able",
            field="staff_id",
        )
    return ways


def _can_add(addon: Service, staff_id: UUID) -> bool:
    """An add-on that names nobody can be done by whoever does the service."""
    return not addon.terms or staff_id in addon.terms


def _task(service: Service, terms: StaffTerms, addons: Sequence[Service], staff_id: UUID) -> Task:
    extras = [_part(addon, addon.terms.get(staff_id)) for addon in addons]
    extra_minutes = sum(part.minutes for part in extras)
    processing = service.processing_minutes
    return Task(
        staff_id=staff_id,
        parts=(_part(service, terms), *extras),
        active=terms.active_minutes + (0 if processing else terms.finish_minutes + extra_minutes),
        processing=processing,
        finish=terms.finish_minutes + extra_minutes if processing else 0,
        buffer_before=max(each.buffer_before_minutes for each in (service, *addons)),
        buffer_after=max(each.buffer_after_minutes for each in (service, *addons)),
        group_ids=tuple({group: None for each in (service, *addons) for group in each.group_ids}),
    )


def _part(service: Service, terms: StaffTerms | None) -> Part:
    if terms is None:
        return Part(service.id, service.duration_minutes, service.price_minor)
    minutes = terms.active_minutes + service.processing_minutes + terms.finish_minutes
    return Part(service.id, minutes, terms.price_minor)
