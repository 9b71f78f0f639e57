"""What all pages of the sandbox share: the frame, the places in its bar, who may press a button.

Each stand-in keeps its templates in its own folder; names are unique over all of them.
"""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

HERE = Path(__file__).parent
SLICES = ("pages", "mailbox", "sms", "webhooks", "heartbeats", "faults")
PLACES = (
    ("/", "Mail"),
    ("/sms", "SMS"),
    ("/slack", "Slack"),
    ("/webhooks", "Webhooks"),
    ("/heartbeats", "Pulse"),
    ("/faults", "Faults"),
)
PAGE_POLICY = "default-src 'self'; frame-ancestors 'none'; form-action 'self'"

templates = Jinja2Templates(directory=[HERE.parent / name / "templates" for name in SLICES])


def routes() -> list[BaseRoute]:
    """Styles, script and icon."""
    return [Mount("/assets", StaticFiles(directory=HERE / "assets"))]


def show(
    request: Request, name: str, data: dict[str, object], *, place: str, status: int = 200
) -> Response:
    """A page. `place` is the address in the bar that it belongs to."""
    frame = {"places": PLACES, "place": place, "faults_on": request.app.state.faults.all()}
    return templates.TemplateResponse(
        request,
        name,
        {**frame, **data},
        status_code=status,
        headers={"Content-Security-Policy": PAGE_POLICY, "Referrer-Policy": "same-origin"},
    )


def gone(request: Request, *, place: str) -> Response:
    """404 for a person."""
    return show(request, "gone.html", {}, place=place, status=404)


def from_elsewhere(request: Request) -> Response | None:
    """403 when a form was not sent by a page of this very sandbox."""
    origin = request.headers.get("origin", "")
    if urlsplit(origin).netloc == request.headers.get("host"):
        return None
    return PlainTextResponse("Please use the button on the sandbox's own page.", status_code=403)


def before_of(request: Request) -> int | None:
    """The id to go on before, as the pages of lists carry it."""
    before = request.query_params.get("before", "")
    return int(before) if before.isdecimal() and len(before) < 19 else None


def clock(moment: datetime | float) -> str:
    """`22 Nov, 08:59:10 UTC`."""
    if not isinstance(moment, datetime):
        moment = datetime.fromtimestamp(moment, UTC)
    return f"{moment.astimezone(UTC):%-d %b, %H:%M:%S} UTC"


templates.env.filters["clock"] = clock
