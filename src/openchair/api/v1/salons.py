"""Reads of salons, their services and their team."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from openchair.api.answers import answer, money
from openchair.api.strict_route import StrictRoute
from openchair.api.v1 import responses as shapes
from openchair.api.v1.described import NOT_FOUND, answers
from openchair.api.v1.door import database_of
from openchair.api.v1.fields import Slug
from openchair.api.v1.requests import SalonsQuery
from openchair.booking.catalogue.queries import Service, get_catalogue
from openchair.salons.queries import Salon, get_salon, list_salons

CACHED = "public, max-age=60"
SUMMARY = ("id", "slug", "name", "tagline", "city", "default_language", "languages")
PUBLIC = (
    *("id", "slug", "name", "tagline", "about", "time_zone", "currency", "languages"),
    *("default_language", "email", "phone", "policies", "location"),
)
MEMBER = ("id", "slug", "name", "title", "bio", "colour", "languages", "service_ids")
BOOKABLE = ("id", "category_id", "kind", "parent_id", "slug", "name", "description")

router = APIRouter(route_class=StrictRoute, tags=["Salons"])


@router.get(
    "/salons",
    operation_id="listSalons",
    summary="List salons",
    responses=answers(200, shapes.Salons),
)
async def salons(request: Request, query: Annotated[SalonsQuery, Query()]) -> Response:
    """Salons by slug, a page at a time."""
    async with database_of(request).transaction() as session:
        found = await list_salons(session, limit=query.limit, after=query.after)
    return answer(
        {
            "salons": [_chosen(each, SUMMARY) for each in found],
            "next": found[-1].slug if len(found) == query.limit else None,
        },
        cache=CACHED,
    )


@router.get(
    "/salons/{slug}",
    operation_id="getSalon",
    summary="Get a salon",
    responses=answers(200, shapes.Salon, NOT_FOUND),
)
async def salon(request: Request, slug: Slug) -> Response:
    """Name, place, opening hours, booking rules and tax of a salon."""
    async with database_of(request).transaction() as session:
        found = await get_salon(session, slug=slug)
    return answer(_chosen(found, PUBLIC) | {"tax": _tax(found)}, cache=CACHED)


@router.get(
    "/salons/{slug}/services",
    operation_id="listServices",
    summary="List a salon's services",
    responses=answers(200, shapes.Services, NOT_FOUND),
)
async def services(request: Request, slug: Slug) -> Response:
    """The price list: categories, services, their variants and add-ons. All can be booked."""
    async with database_of(request).transaction() as session:
        found = await get_salon(session, slug=slug)
        catalogue = await get_catalogue(session, salon_id=found.id)
    return answer(
        {
            "categories": [
                _chosen(each, ("id", "slug", "name", "colour")) for each in catalogue.categories
            ],
            "services": [_service(each, found.currency) for each in catalogue.services],
        },
        cache=CACHED,
    )


@router.get(
    "/salons/{slug}/staff",
    operation_id="listStaff",
    summary="List a salon's team",
    responses=answers(200, shapes.Staff, NOT_FOUND),
)
async def staff(request: Request, slug: Slug) -> Response:
    """Whom a client can choose, and what each of them does."""
    async with database_of(request).transaction() as session:
        found = await get_salon(session, slug=slug)
        catalogue = await get_catalogue(session, salon_id=found.id)
    return answer({"staff": [_chosen(each, MEMBER) for each in catalogue.staff]}, cache=CACHED)


def _service(service: Service, currency: str) -> dict[str, Any]:
    return _bookable(service, currency) | {
        "variants": [_bookable(each, currency) for each in service.variants],
        "addons": [_bookable(each, currency) for each in service.addons],
    }


def _bookable(service: Service, currency: str) -> dict[str, Any]:
    return _chosen(service, BOOKABLE) | {
        "duration_minutes": service.duration_minutes,
        "price": money(service.price_minor, currency),
        "price_from": money(service.price_from_minor, currency),
        "staff_ids": service.staff_ids,
    }


def _tax(salon: Salon) -> dict[str, Any]:
    return {
        "name": salon.tax_name,
        "basis_points": salon.tax_basis_points,
        "included": salon.tax_included,
    }


def _chosen(thing: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}
