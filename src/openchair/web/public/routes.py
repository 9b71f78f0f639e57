"""The public site's doors on one page, and what the site needs of the application."""

from fastapi import APIRouter, FastAPI

from openchair.platform.edge.failures import answer_failures
from openchair.web import feed, media
from openchair.web.compression import CompressPages
from openchair.web.public import (
    booking,
    discovery,
    front,
    manage,
    unsubscribe,
    waitlist,
    waitlist_own,
    widget,
)
from openchair.web.public.error_page import error_page
from openchair.web.static_files import build, send_static

router = APIRouter(include_in_schema=False)
router.add_route("/static/{name}", send_static, methods=["GET"])
router.include_router(discovery.router)
router.include_router(unsubscribe.router)  # before any salon's address
router.include_router(widget.router)
router.include_router(media.router)
router.include_router(feed.router)
router.include_router(front.router)
router.include_router(booking.router)
router.include_router(manage.router)
router.include_router(waitlist.router)
router.include_router(waitlist_own.router)


def install(app: FastAPI) -> None:
    """Answer failures with the salon's own page, compress pages, and find out at start whether
    the front end was built. Include `router` last: it takes every path that nobody else wants.
    """
    build()
    app.add_middleware(CompressPages)
    answer_failures(app, prefix="/", answer=error_page)
