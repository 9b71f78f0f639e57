"""Turns whatever goes wrong into the answer of the door it went wrong behind.

The API answers with a problem, the public site with the salon's own page; each door says so
with `answer_failures`. Nothing but a sentence and the correlation id leaves the house.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openchair.platform import correlation
from openchair.platform.edge.refusals import Defect, MethodNotAllowed, Refused
from openchair.platform.errors import NotFound, Problem, TooMany, Unavailable
from openchair.platform.logging.setup import logger
from openchair.platform.metrics.catalogue import ERRORS

Answer = Callable[[Request, Problem], Awaitable[Response]]
CLIENT_GONE = 499
_log = logger("openchair.edge")


class Failures:
    """Catches every exception of the app inside and answers it through the door's `Answer`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and answer what it raises."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            if started:
                raise  # half an answer cannot be taken back: the server cuts the connection
            response = await answer_to(Request(scope), error)
            await response(scope, receive, send)


def install(app: FastAPI) -> None:
    """Let the framework's own refusals (404, 405) reach `Failures` as problems."""

    async def pass_on(request: Request, error: Exception) -> Response:
        return await answer_to(request, error)

    app.add_exception_handler(HTTPException, pass_on)


def answer_failures(app: FastAPI, *, prefix: str, answer: Answer) -> None:
    """Answer failures of all paths that begin with `prefix` by `answer`; the longest wins."""
    answers: dict[str, Answer] = _answers(app)
    answers[prefix] = answer
    app.state.answers = dict(sorted(answers.items(), key=lambda pair: -len(pair[0])))


async def answer_to(request: Request, error: Exception) -> Response:
    """The door's answer to `error`; a plain sentence when the door itself fails to answer."""
    if isinstance(error, ClientDisconnect):
        return Response(status_code=CLIENT_GONE)
    problem = as_problem(error)
    if isinstance(problem, Defect):
        ERRORS.of("request", type(error).__name__).inc()
        _log.error("unhandled", exc_info=error, path=request.url.path)
    answer: Answer = _plain
    for prefix, candidate in _answers(request.app).items():
        if request.url.path.startswith(prefix):
            answer = candidate
            break
    try:
        response = await answer(request, problem)
    except Exception as second:  # noqa: BLE001 - the page of the error has an error of its own
        _log.error("failed_to_answer", exc_info=second, path=request.url.path)
        response = await _plain(request, problem)
    if isinstance(problem, TooMany | Unavailable):
        response.headers["Retry-After"] = str(problem.retry_after)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


def as_problem(error: Exception) -> Problem:
    """The kind of failure that `error` is; what nobody expected is a `Defect`."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        if error.status_code == 404:
            return nothing_here()
        if error.status_code == 405:
            return MethodNotAllowed("This address exists, but not for this method.")
        return Refused(str(error.detail), status=error.status_code)
    return Defect(
        "Something went wrong on our side and we have noted it. Please try again; if it happens "
        f"again, tell us this number: {correlation.current()}"
    )


def nothing_here() -> NotFound:
    """No route wants this path."""
    return NotFound("There is nothing at this address. Please check the link.")


def _answers(app: Any) -> dict[str, Answer]:
    return getattr(app.state, "answers", {})


async def _plain(_: Request, problem: Problem) -> Response:
    return PlainTextResponse(
        f"{problem.title}\n\n{problem.message}\n\n{correlation.current()}\n",
        status_code=problem.status,
    )
