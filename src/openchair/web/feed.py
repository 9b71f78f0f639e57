"""Sends a stylist's private calendar to whoever knows its address. Programs ask every few minutes,
so one that has not changed is not sent again.
"""

from datetime import timedelta
from hashlib import sha256

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.feeds.queries import find_feed, list_entries
from openchair.booking.feeds.write import write_calendar
from openchair.platform.clock import utc_now
from openchair.platform.languages.catalogues import words_for
from openchair.salons.queries import get_salon_by_id
from openchair.web.caller import database_of

BEFORE, AHEAD = timedelta(days=30), timedelta(days=365)
CONTENT_TYPE = "text/calendar; charset=utf-8"
router = APIRouter()


@router.get("/feeds/{token}.ics")
async def send_feed(request: Request, token: str) -> Response:
    """A month back and a year ahead, in the salon's language and zone."""
    now = utc_now()
    async with database_of(request).transaction() as session:
        feed = await find_feed(session, token=token, now=now)
        salon = await get_salon_by_id(session, salon_id=feed.salon_id)
        entries = await list_entries(
            session,
            salon_id=feed.salon_id,
            staff_id=feed.staff_id,
            first=now - BEFORE,
            last=now + AHEAD,
        )
    words = words_for(domain="console", language=salon.default_language)
    content = write_calendar(
        entries,
        salon=salon,
        name=f"{feed.staff_name} · {salon.name}",
        language=salon.default_language,
        blocked=words.text("Blocked"),
    )
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return Response(content, media_type=CONTENT_TYPE, headers=headers)


def feed_path(token: str) -> str:
    """The path of an address."""
    return f"/feeds/{token}.ics"
