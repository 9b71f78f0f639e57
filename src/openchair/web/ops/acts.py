"""One click, one verb: runs what a button stands for. Called by every page that changes things."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from openchair.platform.db.attempt import attempt
from openchair.web.caller import database_of
from openchair.web.ops.door import Operator

Result = TypeVar("Result")


async def carry_out(
    request: Request, operator: Operator, verb: Callable[..., Awaitable[Result]], **which: Any
) -> Result:
    """`verb(session, by=…, **which)` in a transaction of its own, begun anew when it lost a race.
    Raises what the verb raises.
    """

    async def work(session: AsyncSession) -> Result:
        return await verb(session, by=operator.actor, **which)

    return await attempt(database_of(request), work)
