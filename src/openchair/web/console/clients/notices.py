"""What was just done with a client, as the toast says it. Pure."""

from openchair.web.console.door import Desk


def notice_of(desk: Desk, did: str) -> str:
    """The sentence; empty for nothing that is known."""
    say = desk.words.text
    return {
        "added": say("The client is on the list."),
        "edited": say("Saved."),
        "note": say("The note is kept."),
        "note-removed": say("The note was deleted."),
        "allergies": say("The allergies are saved."),
        "photo": say("The photo is kept."),
        "photo-removed": say("The photo was deleted."),
        "form": say("It is written down."),
        "form-removed": say("The entry was deleted."),
        "consent": say("The answer is written down."),
        "merged": say("The two are one now."),
    }.get(did, "")
