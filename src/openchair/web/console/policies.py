"""What the salon promises its clients: how early and how late they book, move and cancel."""

from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.operations.house.change import POLICIES, change_policies
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Invalid
from openchair.salons.change import LIMITS
from openchair.salons.queries import Policies
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.former import former_state
from openchair.web.console.forms import read_form
from openchair.web.console.lengths import (
    Length,
    length_of,
    length_words,
    read_minutes,
    typed_length,
)
from openchair.web.console.pages import render, see_other

PATH = "/salon/policies"
LENGTHS = (
    "lead_minutes",
    "cancel_deadline_minutes",
    "reschedule_deadline_minutes",
    "waitlist_offer_minutes",
)
NUMBERS = ("horizon_days", "granularity_minutes", "hold_minutes", "reschedule_limit")
STEPS = (5, 10, 15, 20, 30, 60)
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The form as it is typed."""

    lengths: dict[str, Length]
    numbers: dict[str, str]


@router.get("/console/{salon}/salon/policies")
async def show_policies(
    request: Request, desk: Annotated[Desk, Depends(May("policies.manage"))]
) -> Response:
    """The policies, and in plain words what they mean."""
    undo = None
    if "did" in request.query_params:
        async with database_of(request).transaction() as session:
            before = await former_state(
                session, desk, resource_type=POLICIES, resource_id=desk.salon.id
            )
        undo = _fields(Policies(**before)) if before else None
    policies = desk.salon.policies
    return _page(desk, fields=_fields(policies), policies=policies, undo=undo)


@router.post("/console/{salon}/salon/policies")
async def save_policies(
    request: Request, desk: Annotated[Desk, Depends(May("policies.manage"))]
) -> Response:
    """Save; or, asked to show, only say what it would mean."""
    typed = await read_form(request)
    fields = Fields(
        lengths={name: typed_length(typed, name) for name in LENGTHS},
        numbers={name: typed.trimmed(name) for name in NUMBERS},
    )
    try:
        policies = _read(desk, fields)
        if typed["show"]:
            return _page(desk, fields=fields, policies=policies)

        async def work(session: AsyncSession) -> bool:
            return await change_policies(
                session, salon=desk.salon, policies=policies, by=desk.person.actor
            )

        changed = await attempt(database_of(request), work)
    except Invalid as problem:
        wrong = {problem.field or "": desk.words.text(problem.message)}
        return _page(desk, fields=fields, wrong=wrong, status=problem.status)
    return see_other(desk.url(PATH, did="save" if changed else ""))


def policy_words(desk: Desk, policies: Policies) -> list[str]:
    """What these policies mean, in the sentences a client would use."""
    say, plural = desk.words.text, desk.words.plural
    told = []
    if policies.lead_minutes:
        lead = length_words(desk, policies.lead_minutes)
        told.append(say("Clients book until {length} before.", length=lead))
    else:
        told.append(say("Clients book until the very moment."))
    told.append(
        plural(
            "Clients book at most {number} day ahead.",
            "Clients book at most {number} days ahead.",
            policies.horizon_days,
        )
    )
    told.append(
        plural(
            "Times begin every {number} minute.",
            "Times begin every {number} minutes.",
            policies.granularity_minutes,
        )
    )
    told.append(
        plural(
            "A chosen time is kept for {number} minute while somebody types.",
            "A chosen time is kept for {number} minutes while somebody types.",
            policies.hold_minutes,
        )
    )
    told.append(_until(desk, policies.cancel_deadline_minutes, cancel=True))
    if policies.reschedule_limit:
        told.append(_until(desk, policies.reschedule_deadline_minutes, cancel=False))
        told.append(
            plural(
                "A visit can be moved {number} time by the client.",
                "A visit can be moved {number} times by the client.",
                policies.reschedule_limit,
            )
        )
    else:
        told.append(say("Clients cannot move a visit online; they call you."))
    offered = length_words(desk, policies.waitlist_offer_minutes)
    told.append(
        say("Who waits has {length} to take a time that was offered to them.", length=offered)
    )
    return told


def _until(desk: Desk, minutes: int, *, cancel: bool) -> str:
    say = desk.words.text
    if not minutes:
        return (
            say("Clients can cancel until the visit begins.")
            if cancel
            else say("Clients can move a visit until it begins.")
        )
    length = length_words(desk, minutes)
    return (
        say("Clients can cancel until {length} before.", length=length)
        if cancel
        else say("Clients can move a visit until {length} before.", length=length)
    )


def _page(
    desk: Desk,
    *,
    fields: Fields,
    policies: Policies | None = None,
    undo: Fields | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return render(
        "place/policies.html",
        words=desk.words,
        desk=desk,
        fields=fields,
        steps=STEPS,
        told=policy_words(desk, policies) if policies else [],
        undo=undo,
        wrong=wrong or {},
        status=status,
    )


def _read(desk: Desk, fields: Fields) -> Policies:
    plain = {name: Length(number, "minutes") for name, number in fields.numbers.items()}
    values = {
        name: read_minutes(each, field=name) for name, each in {**fields.lengths, **plain}.items()
    }
    for name, value in values.items():
        least, most = LIMITS[name]
        if not least <= value <= most:
            if name in fields.lengths:
                shown = [length_words(desk, least), length_words(desk, most)]
            else:
                shown = [str(least), str(most)]
            said = desk.words.text(
                "This has to be between {least} and {most}.", least=shown[0], most=shown[1]
            )
            raise Invalid(said, field=name)
    return Policies(**values)


def _fields(policies: Policies) -> Fields:
    values = asdict(policies)
    return Fields(
        lengths={name: length_of(values[name]) for name in LENGTHS},
        numbers={name: str(values[name]) for name in NUMBERS},
    )
