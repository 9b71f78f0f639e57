"""One click, one verb: runs what a button stands for, for this salon and whoever sits at the desk.
Called by the pages whose buttons do no more than that.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from openchair.platform.db.attempt import attempt
from openchair.web.console.door import Desk, database_of

Result = TypeVar("Result")


async def carry_out(
    request: Request, desk: Desk, verb: Callable[..., Awaitable[Result]], **which: Any
) -> Result:
    """`verb(session, salon_id=…, by=…, **which)` in a transaction of its own, begun anew when it
    lost a race. Raises what the verb raises.
    """

    async def work(session: AsyncSession) -> Result:
        return await verb(session, salon_id=desk.salon.id, by=desk.person.actor, **which)

    return await attempt(database_of(request), work)
