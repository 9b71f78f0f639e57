"""The domain's refusals in the visitor's language: what happened, what is safe, what to do.
Codes are the domain's; what has none here is said by its kind. Pure.
"""

from openchair.customers.forms.gate import CODE
from openchair.platform.errors import Problem, TooMany
from openchair.platform.languages.catalogues import Words
from openchair.web.public.asked_first import refusal_words


def problem_text(*, words: Words, problem: Problem, phone: str = "") -> str:
    """One sentence or two that a visitor can act on."""
    say = words.text
    if problem.code == CODE:
        return refusal_words(words=words, problem=problem, phone=phone)
    if isinstance(problem, TooMany):
        return words.plural(
            "That was a lot at once. Please wait a second and try again.",
            "That was a lot at once. Please wait {number} seconds and try again.",
            problem.retry_after,
        )
    texts = {
        "time_taken": say("Somebody was a moment quicker: this time is taken. Nothing was booked."),
        "past": say("This time is over. Please choose a later one."),
        "too_soon": say("This time is too close. Please choose a later one."),
        "too_far": say("This day is too far ahead. Please choose an earlier one."),
        "off_grid": say("Visits do not begin at that minute. Please choose one of these times."),
        "hold_expired": say(
            "Your time was kept for a while and is open to others again. Please choose it once"
            " more; it may well still be free."
        ),
        "hold_not_found": say("We do not know this reservation. Please choose a time again."),
        "key_used": say(
            "This time was booked already, from another window. The confirmation has the details."
        ),
        "customer_busy": say(
            "You already have an appointment here at that time. Please choose another time, or"
            " change the one you have by its link."
        ),
        "name_missing": say("Please tell us your name."),
        "name_too_long": say("This name is too long for our form. Please shorten it."),
        "name_invalid": say(
            "The name has characters that cannot be printed. Please type it again."
        ),
        "contact_missing": say("Please give an e-mail address or a phone number."),
        "email_invalid": say(
            "This e-mail address does not look right. Please check it, for example anna@mail.ch."
        ),
        "phone_invalid": say(
            "This phone number does not look right. Please type it with its country code, for"
            " example +41 44 668 18 00."
        ),
        "too_late": say(
            "It is too late to change this online. Please call {phone}; we will help.", phone=phone
        ),
        "reschedule_limit": say(
            "This appointment was moved as often as we can offer online. Please call {phone} and"
            " we will find a time together.",
            phone=phone,
        ),
        "not_expected": say("This appointment is over or was cancelled. It cannot be changed."),
        "unsubscribe_unknown": say(
            "This link to unsubscribe is not complete. Please open it from the mail once more."
        ),
        "booking_not_found": say(
            "We do not find this booking. Please check the link in the confirmation."
        ),
        "salon_not_found": say("There is no salon at this address. Please check the link."),
        "other_site": say("This form was sent from another site. Nothing was changed."),
        "too_large": say("That is more than we can read at once. Please shorten it."),
    }
    return texts.get(problem.code) or kind_text(words=words, problem=problem)


def kind_text(*, words: Words, problem: Problem) -> str:
    """A sentence for the kind of failure, where its code has none."""
    say = words.text
    if problem.status == 404:
        return say("There is nothing at this address. Please check the link.")
    if problem.status == 409:
        return say("That is no longer possible. Nothing was changed.")
    if problem.status == 503:
        return say("We cannot reach our book at this moment. Please try again in a few seconds.")
    if problem.status >= 500:
        return say("Something went wrong on our side and we have noted it. Please try again.")
    return say("That did not work. Please check what was entered and try again.")


def kind_title(*, words: Words, problem: Problem) -> str:
    """The heading of an error page."""
    say = words.text
    if problem.status == 404:
        return say("Nothing here")
    if problem.status == 429:
        return say("A short pause")
    if problem.status == 503:
        return say("One moment")
    if problem.status >= 500:
        return say("Something went wrong")
    return say("That is not possible")
