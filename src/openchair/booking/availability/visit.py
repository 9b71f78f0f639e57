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
Asked = tuple[Service, int]
"""A service and its extra minutes."""


def plan_visit(
    catalogue: Catalogue,
    service_ids: Sequence[UUID],
    staff_ids: Sequence[UUID | None] = (),
    extra_minutes: Sequence[int] = (),
) -> Visit:
    """Service by service, every way to do it; add-ons belong to the service before them.

    `staff_ids`: none = first available, one = the same for all, else one for each service id
    (null = first available). `extra_minutes`: none, or one number for each service id, what the
    team gave it beyond its own hands-on time. Raises `Invalid` on `service_ids`, `staff_id` or
    `minutes`.
    """
    services = _once_each([_offered(catalogue, each) for each in _bounded(service_ids)])
    wishes = _wishes(staff_ids, len(services))
    extras = extra_minutes or [0] * len(services)
    groups: list[tuple[Asked, list[Asked], UUID | None]] = []
    for service, wish, extra in zip(services, wishes, extras, strict=True):
        if service.kind != "addon":
            groups.append(((service, extra), [], wish))
        elif groups and _goes_with(service, groups[-1][0][0]):
            groups[-1][1].append((service, extra))
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
    return service_ids


def _once_each(services: Sequence[Service]) -> Sequence[Service]:
    """Also a service and its own first variant are the same."""
    if len({service.id for service in services}) < len(services):
        raise Invalid(
            "The same service is chosen twice. Please leave one out.", field="service_ids"
        )
    return services


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
    catalogue: Catalogue, asked: Asked, addons: Sequence[Asked], wish: UUID | None
) -> list[Task]:
    service = asked[0]
    ways = [
        _task(asked, terms, addons, staff_id)
        for staff_id, terms in service.terms.items()
        if wish in (None, staff_id) and all(_can_add(addon, staff_id) for addon, _ in addons)
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


def _task(asked: Asked, terms: StaffTerms, addons: Sequence[Asked], staff_id: UUID) -> Task:
    service, extra = asked
    added = [_part(addon, addon.terms.get(staff_id), more) for addon, more in addons]
    added_minutes = sum(part.minutes for part in added)
    processing = service.processing_minutes
    active = terms.active_minutes + extra
    if active < 1 or any(part.minutes < 0 for part in added):
        raise Invalid(
            "That is shorter than the service can be. Please choose a longer time.",
            code="too_short",
            field="minutes",
        )
    offered = (service, *(addon for addon, _ in addons))
    return Task(
        staff_id=staff_id,
        parts=(_part(service, terms, extra), *added),
        active=active + (0 if processing else terms.finish_minutes + added_minutes),
        processing=processing,
        finish=terms.finish_minutes + added_minutes if processing else 0,
        buffer_before=max(each.buffer_before_minutes for each in offered),
        buffer_after=max(each.buffer_after_minutes for each in offered),
        group_ids=tuple({group: None for each in offered for group in each.group_ids}),
    )


def _part(service: Service, terms: StaffTerms | None, extra: int) -> Part:
    if terms is None:
        return Part(service.id, service.duration_minutes + extra, service.price_minor, extra)
    minutes = terms.active_minutes + service.processing_minutes + terms.finish_minutes
    return Part(service.id, minutes + extra, terms.price_minor, extra)
