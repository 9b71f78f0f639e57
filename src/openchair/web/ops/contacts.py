"""Who is called, in which order, and whether their addresses were confirmed. Changing is a matter
of `openchair contacts`.
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.operations.oncall.contact import masked
from openchair.operations.oncall.queries import list_contacts, missing_roles
from openchair.web.caller import database_of
from openchair.web.ops.door import Operates, Operator
from openchair.web.ops.pages import render

router = APIRouter()


@router.get("/ops/contacts")
async def show_contacts(
    request: Request, operator: Annotated[Operator, Depends(Operates("contacts.read"))]
) -> Response:
    """All of them, as they are called."""
    async with database_of(request).transaction() as session:
        found = await list_contacts(session)
    return render(
        request,
        "contacts.html",
        operator=operator,
        contacts=found,
        missing=missing_roles(found),
        masked=masked,
    )
