"""What the calendar's scripts are answered when something is refused: data with a sentence that
they show as it is. Pages of the console answer by pages (`console/failures.py`).
"""

import re

import orjson
from starlette.requests import Request
from starlette.responses import Response

from openchair.platform import correlation
from openchair.platform.errors import Problem
from openchair.platform.languages.catalogues import Words
from openchair.web.console.problem_words import sentence_of

SCRIPTED = re.compile(r"/console/[^/]+/calendar/.")
HEADERS = {"Cache-Control": "no-store"}


def is_scripted(request: Request) -> bool:
    """Whether a script of the calendar asks, and not a person."""
    return SCRIPTED.match(request.url.path) is not None


def refuse(problem: Problem, words: Words) -> Response:
    """The refusal: `code`, `message`, the `field` it is about, and what the problem brings along,
    such as `alternatives` and `clashes`.
    """
    told = {
        **problem.details,
        "code": problem.code,
        "message": sentence_of(problem, words=words),
        "field": problem.field,
        "correlation_id": correlation.current(),
    }
    return answer(told, status=problem.status)


def answer(data: object, *, status: int = 200) -> Response:
    """JSON; instants with their offset, never stored."""
    return Response(
        orjson.dumps(data, default=str),
        status_code=status,
        media_type="application/json",
        headers=HEADERS,
    )
