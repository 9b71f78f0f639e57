"""What the operations console answers when something is refused or fails: a page, the way to the
log-in, or, when no log-in can be checked, what is known without the database.
"""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from openchair.platform.edge.failures import answer_failures
from openchair.platform.errors import Problem, Unauthorized, Unavailable
from openchair.web.ops.pages import render, see_other
from openchair.web.ops.way_in import LOG_IN, SECOND_FACTOR, way_in
from openchair.web.ops.without_database import show_what_is_known
from openchair.web.second_factor import SecondFactorNeeded

PREFIX = "/ops"


def install(app: FastAPI) -> None:
    """Answer every failure under `/ops` here."""
    answer_failures(app, prefix=PREFIX, answer=answer)


async def answer(request: Request, problem: Problem) -> Response:
    """A page with the sentence, a way on, and the correlation id."""
    if isinstance(problem, SecondFactorNeeded):
        return see_other(way_in(request, door=SECOND_FACTOR))
    if isinstance(problem, Unauthorized):
        return see_other(way_in(request, door=LOG_IN))
    if isinstance(problem, Unavailable):
        return await show_what_is_known(request)
    return render(
        request,
        "problem.html",
        operator=getattr(request.state, "operator", None),
        status=problem.status,
        title=problem.title,
        sentence=problem.message,
    )
