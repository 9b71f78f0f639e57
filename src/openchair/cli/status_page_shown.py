"""How `openchair status-page` says things: its plans, what holds, and the components. Pure."""

from collections.abc import Iterable
from typing import Any

from rich.table import Table

from openchair.operations.status_page.updates import Update


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
