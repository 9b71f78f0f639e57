"""Our own words about a booking with names in braces, for a salon to begin its own from. Pure."""

from openchair.booking.appointments.tell import CANCELLED, CHANGED, REMINDER
from openchair.booking.appointments.texts.sms import built_in_sms
from openchair.booking.appointments.texts.variables import variables_for
from openchair.notifications.templates.rules import Written
from openchair.platform.languages.catalogues import Words


def built_in(words: Words, *, kind: str, channel: str) -> Written:
    """What we say unless the salon says it otherwise, in one language.

    Ours are a little cleverer: they know "tomorrow", and who called a visit off.
    """
    names = {name: f"{{{{ {name} }}}}" for name in variables_for(kind)}
    if channel == "sms":
        return Written(
            subject=None, body=built_in_sms(words, kind=kind, moved=kind == CHANGED, values=names)
        )
    say = words.text
    named = {name: names[name] for name in ("when", "salon")}
    if kind == CHANGED:
        return Written(
            subject=say("New time: {when} · {salon}", **named),
            body=say("Here is everything at a glance. What stands below is what counts now."),
        )
    if kind == CANCELLED:
        return Written(
            subject=say("Cancelled: {when} · {salon}", **named),
            body=say("The time is free again, and there is nothing more to do."),
        )
    if kind == REMINDER:
        return Written(
            subject=say("Reminder: {when} · {salon}", **named),
            body=say("A short reminder of your visit."),
        )
    return Written(
        subject=say("Booked: {when} · {salon}", **named), body=say("We look forward to your visit.")
    )
