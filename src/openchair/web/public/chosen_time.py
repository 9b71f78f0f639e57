"""The time that a tapped chip sends, and the times offered instead of one that is taken. Pure."""

from datetime import date, datetime

from starlette.datastructures import FormData

from openchair.platform.errors import Invalid, Problem
from openchair.web.public.site import Site

YEARS = range(2000, 3000)
"""Dates outside cannot be meant, and the calendar's end is no place to calculate."""


def read_start(form: FormData) -> datetime:
    """The chosen start. Raises `Invalid` for anything that no chip sends."""
    try:
        start = datetime.fromisoformat(str(form.get("start")))
    except ValueError:
        raise Invalid("Please choose one of the times offered.", field="start") from None
    if start.tzinfo is None or start.year not in YEARS:
        raise Invalid("Please choose one of the times offered.", field="start")
    return start


def day_of(form: FormData, site: Site) -> date | None:
    """The local date of the chosen start, where there is one."""
    try:
        return site.formats.local(read_start(form)).date()
    except (Invalid, OverflowError):
        return None


def alternatives_of(problem: Problem | None) -> list[datetime]:
    """The nearest free times that came with a refusal."""
    offered = problem.details.get("alternatives", []) if problem else []
    return [datetime.fromisoformat(each["start"]) for each in offered]
