"""What a new visit may be besides one visit: a series that repeats, or a group of people who come
together. Reads their part of the form and books them.
"""

from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.clashes import Clash
from openchair.booking.appointments.conflicts import clashes_of_wish
from openchair.booking.appointments.group import GroupPerson, book_group, details_of, is_alone
from openchair.booking.appointments.request import CustomerDetails
from openchair.booking.appointments.series import Choice, SeriesWish, book_series
from openchair.platform.errors import Conflict, Invalid
from openchair.web.console.door import Desk
from openchair.web.console.forms import Typed
from openchair.web.console.in_the_way import with_what_is_in_the_way
from openchair.web.console.new_visit_form import Draft, read_service, read_staff
from openchair.web.console.obstacles_view import read_choices

PEOPLE = range(2, 8)
LINE = ("person", "person_contact", "person_service", "person_staff")
"""The fields of each of them, without the number."""
PARTS = {
    "customer.name": "person",
    "customer.email": "person_contact",
    "customer.phone": "person_contact",
    "service_ids": "person_service",
    "staff_id": "person_staff",
}
"""What a refusal is about → the field of one of the others."""
SOURCE = "console"


def is_series(typed: Typed) -> bool:
    """Whether the form asks for visits that repeat."""
    return bool(typed.trimmed("until") or typed.trimmed("every_weeks"))


def is_group(typed: Typed) -> bool:
    """Whether the form asks for several people."""
    return bool(typed.trimmed("group_name") or _numbers(typed))


def last_person(typed: Typed) -> int:
    """The number of the last line in which something was typed; 0 when none below the first was."""
    return max((number for number in PEOPLE if _said(typed, number)), default=0)


def names_of_group(draft: Draft, typed: Typed) -> list[str]:
    """The people in their order, so that a refusal can say whom it is about."""
    if not is_group(typed):
        return []
    return [draft.customer.name, *(typed.trimmed(f"person_{each}") for each in _numbers(typed))]


def field_of_group(problem: Invalid, typed: Typed) -> str | None:
    """The field that is wrong, when it is one of the people below the first."""
    if (problem.field or "") in {f"person_{number}" for number in PEOPLE}:
        return problem.field
    place, part = problem.details.get("person", 0), PARTS.get(problem.field or "")
    return f"{part}_{_numbers(typed)[place - 1]}" if place and part else None


def together(typed: Typed) -> str:
    """Everything typed about series and group, for the fingerprint of a warning.

    Raises `Invalid` on `every_weeks` when it is both, on `person_2` and so on for somebody without
    a name.
    """
    for number in PEOPLE:
        if _said(typed, number) and not typed.trimmed(f"person_{number}"):
            raise Invalid("Please say who this is.", field=f"person_{number}")
    if is_series(typed) and is_group(typed):
        raise Invalid(
            "A group cannot be repeated yet. Please book either a series or a group.",
            field="every_weeks",
        )
    said = [typed[f"{part}_{number}"] for number in PEOPLE for part in LINE]
    return sha256(repr(said).encode()).hexdigest() if is_group(typed) else ""


async def book_as_series(
    session: AsyncSession,
    desk: Desk,
    draft: Draft,
    typed: Typed,
    *,
    customer: CustomerDetails,
    without_forms: bool,
) -> UUID:
    """Book the series and answer its first visit. Raises what `book_series` raises."""
    booked = await book_series(
        session,
        salon=desk.salon,
        wish=SeriesWish(
            service_ids=draft.service_ids,
            staff_ids=draft.staff_ids,
            start=draft.start,
            every_weeks=_weeks(typed.trimmed("every_weeks") or "1"),
            until=_until(typed.trimmed("until")),
            customer=customer,
            note=draft.note,
        ),
        choices=_choices(desk, typed),
        by=desk.person.actor,
        source=SOURCE,
        without_forms=without_forms,
        key=typed["key"] or None,
        now=desk.now,
    )
    return booked.booking_ids[0]


async def book_as_group(
    session: AsyncSession,
    desk: Desk,
    draft: Draft,
    typed: Typed,
    *,
    overbook: bool,
    without_forms: bool,
) -> UUID:
    """Book the group and answer the first one's visit. Raises what `book_group` raises."""
    first = GroupPerson(
        name=draft.customer.name,
        service_ids=draft.service_ids,
        staff_ids=draft.staff_ids,
        start=draft.start,
        email=draft.customer.email,
        phone=draft.customer.phone,
    )
    people, language = [first, *_others(desk, draft, typed)], draft.customer.language

    async def look(refusal: Conflict) -> tuple[Clash, ...]:
        place = refusal.details["person"]
        return await clashes_of_wish(
            session,
            salon=desk.salon,
            service_ids=people[place].service_ids,
            staff_ids=people[place].staff_ids,
            start=people[place].start,
            customer=details_of(people, place, language) if is_alone(people, place) else None,
            now=desk.now,
        )

    async with with_what_is_in_the_way(desk, look):
        booked = await book_group(
            session,
            salon=desk.salon,
            name=typed["group_name"],
            people=people,
            language=language,
            note=draft.note,
            by=desk.person.actor,
            source=SOURCE,
            overbook=overbook,
            without_forms=without_forms,
            key=typed["key"] or None,
            now=desk.now,
        )
    return booked.booking_ids[0]


def _others(desk: Desk, draft: Draft, typed: Typed) -> list[GroupPerson]:
    """The people below the first; who has no service of their own gets what the first gets."""
    found = []
    for number in _numbers(typed):
        contact = typed.trimmed(f"person_contact_{number}")
        is_mail = "@" in contact
        service = typed[f"person_service_{number}"]
        staff_id = read_staff(desk, typed[f"person_staff_{number}"])
        service_ids = (read_service(service),) if service else draft.service_ids
        found.append(
            GroupPerson(
                name=typed.trimmed(f"person_{number}"),
                service_ids=service_ids,
                staff_ids=[staff_id] * len(service_ids),
                start=draft.start,
                email=contact if is_mail else None,
                phone=contact if contact and not is_mail else None,
            )
        )
    return found


def _said(typed: Typed, number: int) -> bool:
    """Whether anything was typed in this line."""
    return any(typed.trimmed(f"{part}_{number}") for part in LINE)


def _numbers(typed: Typed) -> list[int]:
    """Which lines below the first one name somebody."""
    return [number for number in PEOPLE if typed.trimmed(f"person_{number}")]


def _weeks(text: str) -> int:
    if not text.isdecimal() or len(text) > len("52"):
        raise Invalid("Please say every how many weeks, from 1 to 52.", field="every_weeks")
    return int(text)


def _until(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("Please say until when the visits repeat.", field="until") from None


def _choices(desk: Desk, typed: Typed) -> dict[date, Choice]:
    try:
        found = {date.fromisoformat(key): each for key, each in read_choices(typed).items()}
    except ValueError:
        raise Invalid("Please choose what becomes of this date.", field="choices") from None
    may = desk.may("visit.overbook")
    return {day: choice for day, choice in found.items() if may or choice.kind != "overbook"}
