"""The form of the pages about wording: which words it is about, and what was typed.

Every button on them begins with `read_wording_form`.
"""

from dataclasses import dataclass

from starlette.requests import Request

from openchair.notifications.templates.place import Place
from openchair.notifications.templates.rules import Written, tidied
from openchair.web.console.door import Desk
from openchair.web.console.elsewhere import Elsewhere
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.message_templates_view import our_words, place_of


@dataclass(frozen=True, slots=True)
class WordingForm:
    """What came with a click, about a place that is there."""

    desk: Desk
    place: Place
    typed: Typed

    @property
    def written(self) -> Written:
        """What the form holds, as it would be kept."""
        written = Written(subject=self.typed["subject"], body=self.typed["body"])
        return tidied(written, channel=self.place.channel)

    @property
    def own(self) -> Written | None:
        """The words, or None when they are just ours: those know a little more."""
        written = self.written
        return None if written == our_words(self.desk, self.place) else written


async def read_wording_form(request: Request, desk: Desk) -> WordingForm:
    """The form; raises `Elsewhere`, back to the list, for one that names no words."""
    typed = await read_form(request)
    place = place_of(desk, typed.values)
    if place is None:
        raise Elsewhere(desk.url("/templates"))
    return WordingForm(desk, place, typed)
