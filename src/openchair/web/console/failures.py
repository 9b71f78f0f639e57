"""What the console answers when something is refused or fails: a page, or the way to the log-in."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from openchair.platform.edge.failures import answer_failures
from openchair.platform.errors import Problem, Unauthorized
from openchair.web.console.calendar.refusals import is_scripted, refuse
from openchair.web.console.elsewhere import Elsewhere
from openchair.web.console.language import browser_words
from openchair.web.console.log_in import SECOND_FACTOR, log_in_address
from openchair.web.console.pages import render, see_other
from openchair.web.console.problem_words import sentence_of
from openchair.web.second_factor import SecondFactorNeeded

PREFIX = "/console"


def install(app: FastAPI) -> None:
    """Answer every failure under `/console` here."""
    answer_failures(app, prefix=PREFIX, answer=answer)


async def answer(request: Request, problem: Problem) -> Response:
    """A page with the sentence, a way on, and the correlation id."""
    if isinstance(problem, SecondFactorNeeded):
        return see_other(log_in_address(request, door=SECOND_FACTOR))
    if isinstance(problem, Unauthorized):
        return see_other(log_in_address(request))
    if isinstance(problem, Elsewhere):
        return see_other(problem.address)
    words = getattr(request.state, "words", None) or browser_words(request)
    if is_scripted(request):
        return refuse(problem, words)
    return render(
        "problem.html",
        words=words,
        status=problem.status,
        title=words.text(problem.title),
        sentence=sentence_of(problem, words=words),
    )
