"""The figures on top of a report, each beside what it was in the period before. Pure."""

from collections.abc import Callable

from openchair.booking.reports.figures import Totals
from openchair.web.console.door import Desk
from openchair.web.console.reports.tables import Tile


def tiles(desk: Desk, now: Totals, before: Totals) -> tuple[Tile, ...]:
    """Revenue, visits, no-shows, cancellations, new clients and what is yet expected."""
    say, money = desk.words.text, desk.formats.money
    return (
        _tile(
            desk,
            say("Revenue"),
            now.revenue_minor,
            before.revenue_minor,
            shown=money,
            more_is_better=True,
        ),
        _tile(desk, say("Visits"), now.visits, before.visits, more_is_better=True),
        _tile(desk, say("New clients"), now.new_clients, before.new_clients, more_is_better=True),
        _tile(
            desk,
            say("Returning clients"),
            now.clients - now.new_clients,
            before.clients - before.new_clients,
            more_is_better=True,
        ),
        _tile(desk, say("No-shows"), now.no_shows, before.no_shows, more_is_better=False),
        _tile(desk, say("Cancellations"), now.cancelled, before.cancelled, more_is_better=False),
    )


def _tile(
    desk: Desk,
    name: str,
    now: int,
    before: int,
    *,
    more_is_better: bool,
    shown: Callable[[int], str] = str,
) -> Tile:
    if before:
        percent = round(100 * (now - before) / before)
        change = f"{percent:+d} %".replace("-", "−")
    else:
        change = desk.words.text("new") if now else ""
    return Tile(
        name=name,
        value=shown(now),
        before=shown(before),
        change=change,
        better=None if now == before else (now > before) is more_is_better,
    )
