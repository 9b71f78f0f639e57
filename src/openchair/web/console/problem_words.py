"""A failure in the words of whoever reads the console: the domain's sentences by their English ids,
and by their numbers those that hold one. Pure; called by every door that says why not.
"""

from openchair.platform import correlation
from openchair.platform.edge.refusals import Defect
from openchair.platform.errors import Problem, TooMany
from openchair.platform.languages.catalogues import Words


def sentence_of(problem: Problem, *, words: Words) -> str:
    """What happened and what to do, with the seconds to wait or the number to tell."""
    if isinstance(problem, TooMany):
        return words.plural(
            "That was a lot at once. Please wait {number} second and try again.",
            "That was a lot at once. Please wait {number} seconds and try again.",
            problem.retry_after,
        )
    if isinstance(problem, Defect):
        return words.text(
            "Something went wrong on our side and we have noted it. Please try again; if it"
            " happens again, tell us this number: {number}",
            number=correlation.current(),
        )
    return words.text(problem.message)
