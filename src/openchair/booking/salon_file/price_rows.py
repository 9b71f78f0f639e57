"""The rows that a price list comes to: pure, called by `apply_prices.py`."""

from collections.abc import Iterator
from typing import Any

from openchair.booking.salon_file.schema import AddOn, Category, SalonFile, Service, Variant


def service_rows(file: SalonFile) -> Iterator[dict[str, Any]]:
    """A row for everything bookable; `category` and `parent` are still slugs.

    Positions count through the whole price list, so that sorting by them alone is its order.
    """
    services = [(each, service) for each in file.price_list for service in each.services]
    for position, (category, service) in enumerate(services):
        yield _top(category, service, position)
        for index, variant in enumerate(service.variants):
            yield _child(category, service, variant, index)
        for index, addon in enumerate(service.addons):
            yield _child(category, service, addon, index)
    general = [(each, addon) for each in file.price_list for addon in each.addons]
    for position, (category, addon) in enumerate(general):
        row = {**_named(addon, position), **_timed(addon)}
        yield {**row, "kind": "addon", "category": category.slug, "parent": None}


def needs_of(file: SalonFile) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The resource groups that everything bookable needs one of, by slug."""
    for category in file.price_list:
        for service in category.services:
            yield service.slug, service.needs
            for variant in service.variants:
                yield variant.slug, service.needs if variant.needs is None else variant.needs
            for addon in service.addons:
                yield addon.slug, service.needs if addon.needs is None else addon.needs
        for addon in category.addons:
            yield addon.slug, addon.needs or ()


def _top(category: Category, service: Service, position: int) -> dict[str, Any]:
    """A service; with variants it stands for the first of them."""
    timed = service.variants[0] if service.variants else service
    row = {**_named(service, position), **_timed(timed)}
    return {**row, "kind": "service", "category": category.slug, "parent": None}


def _child(
    category: Category, service: Service, child: Variant | AddOn, position: int
) -> dict[str, Any]:
    row = {**_named(child, position), **_timed(child)}
    for name in ("buffer_before_minutes", "buffer_after_minutes"):
        if row[name] is None:
            row[name] = getattr(service, name)
    kind = "variant" if isinstance(child, Variant) else "addon"
    return {**row, "kind": kind, "category": category.slug, "parent": service.slug}


def _named(each: Service | Variant | AddOn, position: int) -> dict[str, Any]:
    return {
        "slug": each.slug,
        "name": each.name,
        "description": each.description,
        "buffer_before_minutes": each.buffer_before_minutes,
        "buffer_after_minutes": each.buffer_after_minutes,
        "position": position,
        "active": True,
    }


def _timed(each: Service | Variant | AddOn) -> dict[str, Any]:
    return {
        "price_minor": each.price,
        "active_minutes": each.minutes,
        "processing_minutes": each.processing_minutes,
        "finish_minutes": each.finish_minutes,
    }
