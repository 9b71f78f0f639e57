"""What was just done to the price list, in a sentence, and the act by which it can be undone."""

from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request

from openchair.web.console.door import Desk


@dataclass(frozen=True, slots=True)
class Notice:
    """A toast; `act` is empty when there is nothing to undo, `back` is the page to return to."""

    sentence: str
    did: str
    act: str
    back: str


def notice_of(desk: Desk, request: Request) -> Notice | None:
    """What the address says was done."""
    did = request.query_params.get("did", "")
    sentence = _sentences(desk).get(did)
    if sentence is None:
        return None
    order = request.query_params.get("order")
    back = request.url.path + (f"?order={order}" if order == "yes" else "")
    return Notice(sentence, did, _act(request.query_params.get("undo", "")), back)


def _sentences(desk: Desk) -> dict[str, str]:
    say = desk.words.text
    return {
        "added": say("Added. Clients can see it from now on."),
        "saved": say("Saved. Clients see it from now on."),
        "same": say("Nothing was different, so nothing was saved."),
        "picture": say("Saved. Clients see it from now on."),
        "archived": say("Archived. Clients can no longer book it."),
        "restored": say("It is offered again."),
        "removed": say("The heading is gone."),
        "order": say("The order is saved."),
        "undone": say("It is as it was before."),
        "too_late": say("This cannot be undone any more: it has been changed again since."),
        "list_changed": say(
            "The list has changed meanwhile. Nothing was moved; please look at it again."
        ),
    }


def _act(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
