"""Failures as `application/problem+json` (RFC 9457), for everything beneath `/api`."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from openchair.api.answers import answer
from openchair.api.strict_route import StrictRoute
from openchair.platform import correlation
from openchair.platform.edge.failures import nothing_here
from openchair.platform.errors import NotFound, Problem

PROBLEM_JSON = "application/problem+json"
DOCUMENTATION = "/api/docs"


async def problem_answer(request: Request, problem: Problem) -> Response:
    """The problem as its reader gets it: a stable code, a sentence, the field and what helps.

    The pages' routes match any path; what they miss beneath our prefix is nothing of theirs.
    """
    ours = isinstance(request.scope.get("route"), StrictRoute)
    if isinstance(problem, NotFound) and not ours:
        problem = nothing_here()
    return answer(problem_body(problem), status=problem.status, media_type=PROBLEM_JSON)


def problem_body(problem: Problem) -> dict[str, Any]:
    """Members of RFC 9457, then ours; `type` leads to the code's paragraph in the documentation."""
    body: dict[str, Any] = {
        "type": f"{DOCUMENTATION}#problem-{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.message,
        "code": problem.code,
        "correlation_id": correlation.current(),
    }
    if problem.field is not None:
        body["field"] = problem.field
    return body | problem.details
