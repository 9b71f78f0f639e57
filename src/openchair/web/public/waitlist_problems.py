"""The refusals of the waitlist in the visitor's language. Pure."""

from openchair.platform.errors import Problem
from openchair.platform.languages.catalogues import Words
from openchair.web.public.problems import problem_text

GONE = frozenset({"offer_over", "hold_expired", "hold_not_found", "time_taken"})
"""Refusals that mean: what was offered is no longer to be had."""


def waitlist_problem(*, words: Words, problem: Problem, phone: str = "") -> str:
    """One sentence or two that a visitor can act on."""
    say = words.text
    if problem.code in GONE:
        return say(
            "We are sorry: this time was kept for you for a while and has gone to somebody else, or"
            " is open to all again. You are still on the waitlist."
        )
    texts = {
        "waitlist_day": say("Please choose a day."),
        "waitlist_dates": say(
            "The last day is over or before the first. Please choose a later one."
        ),
        "waitlist_weekdays": say("Please choose at least one weekday."),
        "waitlist_no_day": say(
            "None of these weekdays lies between the two dates. Please choose another one."
        ),
        "waitlist_times": say("The later time has to be after the earlier one."),
        "waitlist_email": say("We tell you by e-mail. Please give an e-mail address."),
        "waitlist_twice": say(
            "You are on the waitlist for this already. The link to it is in the message that we"
            " sent you."
        ),
        "waitlist_full": say(
            "You wait for as many times already as we can look after. Please leave one of the"
            " lists first, by the link in its message."
        ),
        "waitlist_over": say("The days of this wish are over. Please put yourself down anew."),
        "waitlist_not_found": say(
            "We do not find this place on the waitlist. Please check the link in the message."
        ),
    }
    return texts.get(problem.code) or problem_text(words=words, problem=problem, phone=phone)
