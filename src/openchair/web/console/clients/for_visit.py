"""What the form of a new visit needs to know of a client: who comes, and which test they lack."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from openchair.booking.appointments.request import CustomerDetails
from openchair.customers.profiles.queries import get_client
from openchair.platform.errors import NotFound, Problem
from openchair.web.console.clients.contact import sees_contact
from openchair.web.console.door import Desk, database_of
from openchair.web.console.phones import readable_phone


async def known_client(request: Request, desk: Desk) -> dict[str, str]:
    """The fields of the client named in the address as `client`; nothing for nobody.

    Raises `NotFound` (`client_not_found`). Who may not see mail and phone gets the name alone.
    """
    asked = request.query_params.get("client", "")
    if not asked:
        return {}
    try:
        client_id = UUID(asked)
    except ValueError:
        raise NotFound("There is no such client. Please look again.") from None
    async with database_of(request).transaction() as session:
        client = await get_client(session, salon_id=desk.salon.id, client_id=client_id)
        shown = await sees_contact(session, desk, client_id)
    contact = {"phone": readable_phone(client.phone or ""), "email": client.email or ""}
    fields = {"client": str(client.id), "name": client.name, "language": client.language}
    return {**fields, **(contact if shown else {})}


async def chosen_client(
    session: AsyncSession, desk: Desk, client_id: str, typed: CustomerDetails
) -> CustomerDetails:
    """Who comes, as chosen from the list: with the addresses on file where none was typed. When
    another name was typed it is somebody else, who will be recognised by their addresses.
    """
    if not client_id:
        return typed
    try:
        client = await get_client(session, salon_id=desk.salon.id, client_id=UUID(client_id))
    except (NotFound, ValueError):
        return typed
    if client.kind != "person" or client.name != " ".join(typed.name.split()):
        return typed
    return replace(
        typed,
        client_id=client.merged_into or client.id,
        email=typed.email or client.email,
        phone=typed.phone or client.phone,
    )


def missing_words(desk: Desk, problem: Problem) -> str:
    """Which test the client lacks, and what to do about it."""
    say = desk.words.text
    form = problem.details["forms"][0]
    name, hours = desk.say(form["name"]), form["lead_hours"]
    if form["why"] == "reaction":
        return say("{name}: this client had a reaction. Please do not treat.", name=name)
    if form["why"] == "too_fresh":
        moment = desk.formats.date_and_time(datetime.fromisoformat(form["from"]))
        return say("{name}: it counts from {moment} only.", name=name, moment=moment)
    if form["why"] == "expired":
        return say(
            "{name}: it is too long ago. Please book it anew, {hours} hours before this visit.",
            name=name,
            hours=hours,
        )
    return say(
        "{name}: none is on file. Please book it first, {hours} hours before this visit; or write"
        " it down on the client's page if it was done.",
        name=name,
        hours=hours,
    )
