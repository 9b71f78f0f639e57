"""A client's page in the words and formats of the person who looks at it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openchair.booking.clients.profile import Favourite, Story, VisitLine
from openchair.customers.notes.queries import Note, Photo
from openchair.customers.profiles.queries import Client
from openchair.web.console.clients.contact import Way, initials, ways_to
from openchair.web.console.door import Desk
from openchair.web.console.visit_view import status_words

MANY_NO_SHOWS = 2


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the story and what it counts."""

    name: str
    value: str
    url: str = ""
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One visit of the list."""

    when: str
    url: str
    services: str
    stylists: str
    price: str
    status: str
    status_words: str
    note: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A note or a photo, by whom and when."""

    id: UUID
    words: str
    when: str
    author: str


@dataclass(frozen=True, slots=True)
class ProfileView:
    """Who it is, how to reach them (only for those who may see it), and the story in figures."""

    id: UUID
    url: str
    name: str
    initials: str
    ways: tuple[Way, ...]
    hidden: bool
    speaks: str
    since: str
    allergies: str
    figures: tuple[Figure, ...]
    favourites: tuple[Figure, ...]


def view_profile(
    desk: Desk, client: Client, story: Story, *, hidden: bool, speaks: str
) -> ProfileView:
    """The head of the page. With `hidden` mail and phone stay away from it."""
    say = desk.words.text
    return ProfileView(
        id=client.id,
        url=desk.url(f"/clients/{client.id}"),
        name=client.name,
        initials=initials(client.name),
        ways=() if hidden else ways_to(email=client.email, phone=client.phone),
        hidden=hidden and bool(client.email or client.phone),
        speaks=speaks,
        since=desk.formats.date_only(client.created_at),
        allergies=client.allergies,
        figures=_figures(desk, story),
        favourites=(
            *_favourites(desk, say("Services"), story.services),
            *_favourites(desk, say("Stylists"), story.stylists),
        ),
    )


def view_line(desk: Desk, visit: VisitLine) -> Line:
    """One visit."""
    return Line(
        when=desk.formats.date_and_time(visit.start),
        url=desk.url(f"/visits/{visit.id}"),
        services=desk.formats.listed([desk.say(name) for name in visit.services]),
        stylists=desk.formats.listed(list(visit.stylists)),
        price=desk.formats.money(visit.price_minor),
        status=visit.status,
        status_words=status_words(desk, visit.status),
        note=visit.note,
    )


def view_kept(desk: Desk, kept: Note | Photo) -> Kept:
    """A note or a photo."""
    return Kept(
        id=kept.id,
        words=kept.body if isinstance(kept, Note) else kept.caption,
        when=desk.formats.date_and_time(kept.created_at),
        author=kept.author,
    )


def _figures(desk: Desk, story: Story) -> tuple[Figure, ...]:
    say = desk.words.text
    next_url = desk.url(f"/visits/{story.next_visit_id}") if story.next_visit_id else ""
    return (
        Figure(say("Next visit"), _moment(desk, story.next_visit), next_url),
        Figure(say("Last visit"), _day(desk, story.last_visit)),
        Figure(say("First visit"), _day(desk, story.first_visit)),
        Figure(say("Visits"), str(story.visits)),
        Figure(say("Spent"), desk.formats.money(story.spent_minor)),
        Figure(say("No-shows"), str(story.no_shows), bad=story.no_shows >= MANY_NO_SHOWS),
        Figure(say("Cancellations"), str(story.cancellations)),
    )


def _favourites(desk: Desk, title: str, liked: Sequence[Favourite]) -> list[Figure]:
    named = [
        (each.name if isinstance(each.name, str) else desk.say(dict(each.name)), each.times)
        for each in liked
    ]
    words = ", ".join(f"{name} ({times})" for name, times in named)
    return [Figure(title, words)] if words else []


def _moment(desk: Desk, instant: datetime | None) -> str:
    return desk.formats.date_and_time(instant) if instant else "\N{EN DASH}"


def _day(desk: Desk, instant: datetime | None) -> str:
    return desk.formats.date_only(instant) if instant else "\N{EN DASH}"
