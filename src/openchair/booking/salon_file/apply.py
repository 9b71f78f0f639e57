"""Makes a salon what its plan says, in the caller's one transaction, with one entry in the audit.

Called by `openchair salon import` and the demo, after the plan was shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.salon_file.apply_logins import apply_logins
from openchair.booking.salon_file.apply_prices import apply_price_list, apply_resources
from openchair.booking.salon_file.apply_team import apply_team, remove_people
from openchair.booking.salon_file.kept import has_bookings
from openchair.booking.salon_file.plan import Plan, find_current, fingerprint
from openchair.booking.salon_file.schema import WEEKDAYS, SalonFile
from openchair.identity.audit.record import Actor, record
from openchair.platform.errors import Conflict, NotFound
from openchair.platform.ids import new_id
from openchair.salons.import_salon import import_salon
from openchair.salons.queries import (
    Holiday,
    Location,
    OpeningHours,
    Policies,
    Salon,
    get_salon,
)


@dataclass(frozen=True, slots=True)
class Applied:
    """The salon, and the passwords made for new log-ins: they are kept nowhere else."""

    salon_id: UUID
    passwords: dict[str, str]


async def apply_plan(
    session: AsyncSession, *, plan: Plan, by: Actor, passwords: Mapping[str, str] | None = None
) -> Applied:
    """Write every change of the plan. `passwords` are for new log-ins, by e-mail; the others
    get one made here.

    Raises `Conflict` (`plan_is_stale`) when the salon changed since the plan, and
    (`currency_in_use`) when bookings exist in another currency.
    """
    await _lock(session, slug=plan.file.slug)
    current = await find_current(session, slug=plan.file.slug)
    if fingerprint(current) != plan.state:
        raise Conflict(
            "The salon has changed since this plan was made. Nothing was written; please plan "
            "again and look at the new plan.",
            code="plan_is_stale",
        )
    salon = await _salon(session, file=plan.file)
    if not plan.changes:
        return Applied(salon.id, {})
    if current is not None and current.currency != salon.currency:
        await _refuse_new_currency(session, salon=salon)
    await import_salon(session, salon=salon)
    groups = await apply_resources(session, salon=salon, file=plan.file)
    services = await apply_price_list(session, salon=salon, file=plan.file, groups=groups)
    team = await apply_team(session, salon=salon, file=plan.file, services=services)
    made = await apply_logins(
        session, salon=salon, file=plan.file, people=team.ids, passwords=passwords or {}, by=by
    )
    await remove_people(session, salon=salon, gone=team.gone)
    await record(
        session,
        actor=by,
        action="salon.import",
        resource_type="salon",
        resource_id=salon.id,
        salon_id=salon.id,
        metadata={
            "before": plan.state if current is not None else None,
            "after": fingerprint(plan.file),
            "changes": [
                f"{change.action} {change.kind} {change.name}" for change in plan.changes[:500]
            ],
        },
    )
    return Applied(salon.id, made)


async def _lock(session: AsyncSession, *, slug: str) -> None:
    """One import of a salon at a time, also of one that does not exist yet."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('salon import ' || :slug, 0))"),
        {"slug": slug},
    )


async def _refuse_new_currency(session: AsyncSession, *, salon: Salon) -> None:
    if await has_bookings(session, salon_id=salon.id):
        raise Conflict(
            f"The salon has bookings in another currency than {salon.currency}, so its currency "
            "cannot change. Import it under a new slug instead.",
            code="currency_in_use",
        )


async def _salon(session: AsyncSession, *, file: SalonFile) -> Salon:
    """The salon's own rows as the file wants them, under their present ids if they have any."""
    try:
        present = await get_salon(session, slug=file.slug)
        salon_id, location_id = present.id, present.location.id
    except NotFound:
        salon_id, location_id = new_id(), new_id()
    same = ("slug", "name", "tagline", "about", "time_zone", "currency", "languages", "email")
    place = file.location
    return Salon(
        id=salon_id,
        **{name: getattr(file, name) for name in same},
        default_language=file.default_language,
        tax_name=file.tax.name,
        tax_basis_points=file.tax.percent,
        tax_included=file.tax.included,
        cash_rounding_minor=file.cash_rounding,
        phone=file.phone,
        brand=file.brand.model_dump(mode="json", exclude_defaults=True),
        policies=Policies(**file.policies.model_dump()),
        location=Location(
            id=location_id,
            **{name: getattr(place, name) for name in type(place).model_fields},
            opening_hours=tuple(
                OpeningHours(number, span.starts, span.ends)
                for number, day in enumerate(WEEKDAYS)
                for span in getattr(file.opening_hours, day)
            ),
            holidays=tuple(Holiday(each.date, each.name) for each in file.holidays),
        ),
    )
