"""The sentences of booking mails in one language and tone (gettext domain `mails`). Pure.

`view.py` puts them together; a sentence that depends on the kind of mail is chosen here.
"""

from openchair.booking.appointments.occasion import Occasion
from openchair.booking.appointments.tell import CANCELLED, CHANGED, REMINDER

MOST_DATES = 26


def subject(about: Occasion) -> str:
    """The subject line; when and where first, as inboxes cut it short."""
    say, salon = about.words.text, about.salon.name
    when = about.moment(about.booking.start)
    if about.kind == CHANGED and about.moved:
        return say("New time: {when} · {salon}", when=when, salon=salon)
    if about.kind == CHANGED:
        return say("Changed: {when} · {salon}", when=when, salon=salon)
    if about.kind == CANCELLED:
        return say("Cancelled: {when} · {salon}", when=when, salon=salon)
    if about.kind == REMINDER:
        time = about.formats.time(about.booking.start)
        match _days_ahead(about):
            case 0:
                return say("Today at {time} · {salon}", time=time, salon=salon)
            case 1:
                return say("Tomorrow at {time} · {salon}", time=time, salon=salon)
            case _:
                return say("Reminder: {when} · {salon}", when=when, salon=salon)
    return say("Booked: {when} · {salon}", when=when, salon=salon)


def headline(about: Occasion) -> str:
    """What happened, in a few words."""
    say = about.words.text
    if about.kind == CHANGED and about.moved:
        return say("Your appointment has a new time")
    if about.kind == CHANGED:
        return say("Your appointment has changed")
    if about.kind == CANCELLED:
        return say("Your appointment is cancelled")
    if about.kind == REMINDER:
        match _days_ahead(about):
            case 0:
                return say("See you today")
            case 1:
                return say("See you tomorrow")
            case _:
                return say("See you soon")
    return say("Your appointment is booked")


def lead(about: Occasion) -> str:
    """The one sentence that stands under the headline."""
    say = about.words.text
    if about.kind == CHANGED:
        return say("Here is everything at a glance. What stands below is what counts now.")
    if about.kind == CANCELLED and about.by_salon:
        return say(
            "We are sorry that we have to cancel it. We would love to find you another time."
        )
    if about.kind == CANCELLED:
        return say("The time is free again, and there is nothing more to do.")
    if about.kind == REMINDER:
        return say("A short reminder of your visit.")
    return say("We look forward to your visit.")


def of_the_series(about: Occasion) -> str:
    """The other visits of a series that the mail is about too; empty for a single visit."""
    if not about.also:
        return ""
    say = about.words.text
    dates = "; ".join(about.moment(each) for each in about.also[:MOST_DATES])
    if len(about.also) > MOST_DATES:
        dates = f"{dates}; …"
    if about.kind == CANCELLED:
        return say("Cancelled as well: {dates}", dates=dates)
    if about.kind == CHANGED:
        return say("These visits have a new time as well: {dates}", dates=dates)
    return say("Booked as well: {dates}", dates=dates)


def policy(about: Occasion) -> str:
    """Until when the client may move or cancel the visit, in words."""
    say, booking = about.words.text, about.booking
    move, cancel = booking.can_reschedule_until, booking.can_cancel_until
    move = move if move and move > about.now else None
    cancel = cancel if cancel and cancel > about.now else None
    if move and move == cancel:
        return say("You can move or cancel it online until {moment}.", moment=about.moment(move))
    told = []
    if move:
        told.append(say("You can move it online until {moment}.", moment=about.moment(move)))
    if cancel:
        told.append(say("You can cancel it online until {moment}.", moment=about.moment(cancel)))
    if not told:
        told.append(say("Something came up? Please call us: {phone}", phone=about.salon.phone))
    return " ".join(told)


def until(about: Occasion) -> str:
    """When the visit ends and how long it lasts."""
    booking = about.booking
    minutes = round((booking.end - booking.start).total_seconds() / 60)
    return about.words.text(
        "until {time} · {length}",
        time=about.formats.time(booking.end),
        length=about.formats.minutes(minutes),
    )


def instead_of(about: Occasion) -> str:
    """The time that no longer counts; empty when there is none to tell."""
    if about.before is None or not about.moved:
        return ""
    return about.words.text("instead of {moment}", moment=about.moment(about.before))


def _days_ahead(about: Occasion) -> int:
    local = about.formats.local
    return (local(about.booking.start).date() - local(about.now).date()).days
