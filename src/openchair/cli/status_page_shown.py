"""How `openchair status-page` says things: its plans, what holds, and the components. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rich.table import Table

from openchair.operations.status_page.updates import Update

MOST_MISSED = 3
LEAST_SECONDS = 10.0
"""A watcher that looks several times a second may be late once."""


def as_known(document: dict[str, Any], *, checked_at: str | None, now: datetime) -> dict[str, Any]:
    """`status.json` with the moment of the last look, and `silent_since`: that moment when three
    rounds did not come, after which nobody knows how everything is; else None.
    """
    page = {**document["page"], "checked_at": checked_at}
    known = {**document, "page": page, "silent_since": None}
    if checked_at is None:
        return {**known, "status": "unknown"}
    silent = (now - datetime.fromisoformat(checked_at)).total_seconds()
    if silent <= max(MOST_MISSED * page["every_seconds"], LEAST_SECONDS):
        return known
    headline = f"Not known: the watcher has been silent since {checked_at}"
    return {**known, "status": "unknown", "headline": headline, "silent_since": checked_at}


def plan_line(update: Update) -> str:
    """What the page would say."""
    what = update.component or "everything"
    if update.state == "operational":
        return f"The page would say that {what} works again: {update.message}"
    until = (
        "until it is cleared"
        if update.ended_at is None
        else f"until {update.ended_at:%d %b %H:%M} UTC"
    )
    return f"The page would say of {what}: {update.state}, {until}. {update.message}"


def standing_lines(updates: Iterable[Update]) -> list[str]:
    """What people said and still holds."""
    return [
        f"{each.state} for {each.component or 'everything'}, said {each.at:%d %b %H:%M} UTC by"
        f" {each.author}"
        + (
            ", until it is cleared"
            if each.ended_at is None
            else f", until {each.ended_at:%d %b %H:%M} UTC"
        )
        + f": {each.message}"
        for each in updates
    ]


def components_table(document: dict[str, Any]) -> Table:
    """Every component of `status.json`."""
    table = Table("Component", "Status", "Since", "90 days")
    for each in document["components"]:
        percent = each["uptime_percent"]
        table.add_row(
            f"{each['name']} ({each['key']})",
            each["status"],
            each["since"] or "",
            "no data yet" if percent is None else f"{percent:g} %",
        )
    return table
