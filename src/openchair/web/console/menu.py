"""What the console's frame leads to: the bar above every page, and the pages about the salon
itself. Pure; a page that somebody may not see is not offered to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from openchair.web.console.door import Desk


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the menu. `at` is how the page names itself; `about` is a line of help, `short`
    the name where six of them stand beside one another on a phone.
    """

    at: str
    url: str
    icon: str
    name: str
    about: str = ""
    short: str = ""


def main_menu(desk: Desk) -> list[Entry]:
    """The bar: the pages of a working day, in the order in which they are needed."""
    say, brief = desk.words.text, desk.words.short

    def page(at: str, icon: str, name: str, short: str) -> Entry:
        return Entry(at, desk.url(f"/{at}"), icon, name, short=short)

    entries = [
        ("day.read", page("calendar", "calendar", say("Calendar"), brief("Calendar"))),
        ("clients.read", page("clients", "users", say("Clients"), brief("Clients"))),
        ("waitlist.read", page("waitlist", "clock", say("Waitlist"), brief("Waitlist"))),
        ("messages.read", page("messages", "mail", say("Messages"), brief("Messages"))),
        ("reports.read", page("reports", "chart-line", say("Reports"), brief("Reports"))),
    ]
    shown = [entry for action, entry in entries if desk.may(action)]
    if desk.membership.staff_id is not None and not desk.may("team.manage"):
        shown.append(page("time-off", "calendar-x", say("Absences"), brief("Absences")))
    if desk.may("salon.read"):
        shown.append(page("salon", "store", say("Salon"), brief("Salon")))
    return shown


def salon_menu(desk: Desk) -> list[Entry]:
    """The pages about the salon itself."""
    say, url = desk.words.text, desk.url
    entries: Sequence[tuple[str, Entry]] = (
        (
            "catalogue.manage",
            Entry(
                "services",
                url("/salon/services"),
                "list",
                say("Services"),
                say("What you offer, how long it takes, what it costs"),
            ),
        ),
        (
            "team.manage",
            Entry(
                "team",
                url("/salon/team"),
                "users",
                say("Team"),
                say("Stylists, their services, shifts and time off"),
            ),
        ),
        (
            "place.manage",
            Entry(
                "place",
                url("/salon/place"),
                "map-pin",
                say("Place"),
                say("Opening hours, holidays, chairs, rooms and devices"),
            ),
        ),
        (
            "policies.manage",
            Entry(
                "policies",
                url("/salon/policies"),
                "clipboard-list",
                say("Policies"),
                say("How early and how late clients book, move and cancel"),
            ),
        ),
        (
            "catalogue.manage",
            Entry(
                "forms",
                url("/salon/forms"),
                "clipboard-list",
                say("Forms"),
                say("What you ask before a treatment, such as a patch test"),
            ),
        ),
        (
            "feed.manage",
            Entry(
                "feeds",
                url("/feeds"),
                "smartphone",
                say("Calendar addresses"),
                say("Visits on the telephones of your stylists"),
            ),
        ),
        (
            "people.read",
            Entry(
                "people",
                url("/salon/people"),
                "key-round",
                say("People and rights"),
                say("Who logs in, and what they may see and do"),
            ),
        ),
        (
            "website.manage",
            Entry(
                "website",
                url("/salon/website"),
                "globe",
                say("Your website"),
                say("Show the booking wizard on your own site"),
            ),
        ),
        (
            "budget.read",
            Entry(
                "budget",
                url("/budget"),
                "gauge",
                say("Budget"),
                say("How many mails and SMS you send in a month"),
            ),
        ),
        (
            "webhooks.manage",
            Entry(
                "webhooks",
                url("/webhooks"),
                "webhook",
                say("Webhooks"),
                say("Tell your own software about bookings"),
            ),
        ),
    )
    return [entry for action, entry in entries if desk.may(action)]
