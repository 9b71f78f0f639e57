"""What the calendar's scripts say, in the language of the person who looks at it. Pure.

A name in braces is filled in by the script (`frontend/scripts/calendar/words.js`).
"""

from openchair.platform.languages.catalogues import Words


def words_of(words: Words) -> dict[str, str]:
    """Every sentence by the name under which the scripts ask for it."""
    return {**_of_the_grid(words), **_of_acts(words), **_of_drawers(words)}


def _of_the_grid(words: Words) -> dict[str, str]:
    say = words.text
    return {
        "everybody": say("Everybody"),
        "only": say("Show only {name}"),
        "empty": say("Nobody is booked in these days yet."),
        "emptyHint": say("Press n for a new visit, or click a time."),
        "closed": say("Closed"),
        "off": say("Not on shift"),
        "processing": say("Processing: {name} is free"),
        "blocked": say("Blocked"),
        "held": say("Being booked just now"),
        "minutes": say("{number} min"),
        "failed": say("The calendar could not be read. It is tried again by itself."),
        "stale": say("Connecting again…"),
        "offline": say(
            "No connection. This is the calendar as it was seen last, at {time}."
            " It can be changed again once the connection is back."
        ),
        "online": say("The connection is back."),
        "todayWords": say("today"),
    }


def _of_acts(words: Words) -> dict[str, str]:
    say = words.text
    return {
        "undo": say("Undo"),
        "close": say("Close"),
        "move": say("Move {client} to {when}, {name}?"),
        "resize": say("Let {client} have {number} min, until {when}?"),
        "andTell": say("Tell the client"),
        "quietly": say("Do not tell"),
        "putBack": say("Put back"),
        "overbook": say("Overbook {name} at {when}?"),
        "meant": say("Yes, move it there"),
        "meantTell": say("Yes, and tell the client"),
        "meantQuietly": say("Yes, do not tell"),
        "overbookTell": say("Overbook and tell"),
        "overbookQuietly": say("Overbook quietly"),
        "impossible": say("{client} cannot be put there."),
        "checking": say("Looking whether it fits…"),
        "fits": say("It fits."),
        "stays": say("{client} stays where they were."),
        "moving": say(
            "Moving {client}. Arrows move, Shift and arrows change the length,"
            " Enter drops, Escape leaves it."
        ),
        "notMovable": say("This visit cannot be moved."),
        "place": say("{when}, {name}"),
        "lost": say("That did not arrive. Please check the connection and try again."),
        "done": say("Done."),
        "undone": say("Taken back."),
    }


def _of_drawers(words: Words) -> dict[str, str]:
    say = words.text
    return {
        "walkIn": say("Walk-in"),
        "walkInWho": say("With"),
        "whoeverFree": say("Whoever is free"),
        "walkInName": say("Name, if you like"),
        "walkInWhat": say("What is it going to be?"),
        "noWalkIn": say("Nobody is free for a walk-in now."),
        "walkInPossible": say("Services possible now: {number} of {all}."),
        "freeUntil": say("{name}, free until {when}"),
        "busy": say("nobody free long enough"),
        "waitlist": say("Waitlist"),
        "block": say("Block time"),
        "blockedTime": say("Blocked time"),
        "unblock": say("Free it again"),
        "newVisit": say("New visit"),
        "newAt": say("New visit at {when}"),
        "blockFrom": say("Block {from}–{to}"),
        "walkInHere": say("Walk-in now"),
        "arrived": say("Arrived"),
        "in_chair": say("In the chair"),
        "done_": say("Done"),
        "paid": say("Paid"),
        "no_show": say("No-show"),
        "change": say("Change"),
        "cancel": say("Cancel…"),
        "undoStatus": say("Undo"),
        "resources": say("Rooms and devices"),
    }
