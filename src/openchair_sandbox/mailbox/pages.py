"""The mailbox for people: a list, a reader, emptying it. A mail's HTML is in a locked frame."""

from pathlib import Path
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from openchair_sandbox.mailbox.mail import read_mail
from openchair_sandbox.mailbox.store import MailStore, ReceivedMail

HERE = Path(__file__).parent
VIEWS = ("html", "text", "source", "headers", "attachments")
# A mail may show pictures and styles and open links; it may not run anything or send anything.
MAIL_POLICY = (
    "default-src 'none'; img-src data: http: https:; style-src 'unsafe-inline';"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)
PAGE_POLICY = "default-src 'self'; frame-ancestors 'none'; form-action 'self'"

templates = Jinja2Templates(directory=HERE / "templates")


def routes() -> list[BaseRoute]:
    """Routes of the mailbox page; `/` is the list."""
    return [
        Route("/", show_list),
        Route("/mails/{mail_id:int}", show_mail),
        Route("/mails/{mail_id:int}/html", show_html),
        Route("/mails/{mail_id:int}/source", show_source),
        Route("/mails/{mail_id:int}/attachments/{number:int}", show_attachment),
        Route("/delete-all", confirm_delete, methods=["GET"]),
        Route("/delete-all", delete_all, methods=["POST"]),
        Mount("/assets", StaticFiles(directory=HERE / "assets")),
    ]


async def show_list(request: Request) -> Response:
    """Newest first; `?q=` searches recipients and subjects, `?before=` pages."""
    text = request.query_params.get("q", "").strip()
    before = request.query_params.get("before", "")
    page = _store(request).find(text=text, before=int(before) if before.isdecimal() else None)
    return _page(
        request,
        "list.html",
        {"page": page, "q": text, "first_page": not before, "total": page.total},
    )


async def show_mail(request: Request) -> Response:
    """One mail in the view asked for; the HTML view when it has one."""
    received = _find(request)
    if received is None:
        return _gone(request)
    mail = read_mail(received.raw)
    asked = request.query_params.get("view", "")
    view = asked if asked in VIEWS else ("html" if mail.html else "text")
    return _page(
        request,
        "mail.html",
        {
            "received": received,
            "mail": mail,
            "view": view,
            "views": VIEWS,
            "source": received.raw.decode("utf-8", errors="replace"),
        },
    )


async def show_html(request: Request) -> Response:
    """The mail's own HTML, to be framed; locked down by its policy even when opened alone."""
    received = _find(request)
    if received is None:
        return _gone(request)
    return Response(
        read_mail(received.raw).html,
        media_type="text/html",
        headers={"Content-Security-Policy": MAIL_POLICY, "X-Content-Type-Options": "nosniff"},
    )


async def show_source(request: Request) -> Response:
    """The mail as it came, byte for byte."""
    received = _find(request)
    if received is None:
        return _gone(request)
    return _download(received.raw, "message/rfc822", f"mail-{received.id}.eml")


async def show_attachment(request: Request) -> Response:
    """One attached file, always as a download."""
    received = _find(request)
    number = request.path_params["number"]
    parts = read_mail(received.raw).attachments if received else ()
    if number >= len(parts):
        return _gone(request)
    return _download(
        parts[number].content, parts[number].content_type.split(";")[0], parts[number].filename
    )


async def confirm_delete(request: Request) -> Response:
    """Ask before emptying the mailbox."""
    return _page(request, "delete.html", {"total": _store(request).find(limit=1).total})


async def delete_all(request: Request) -> Response:
    """Empty the mailbox, when the form came from this very page."""
    origin = request.headers.get("origin", "")
    if urlsplit(origin).netloc != request.headers.get("host"):
        return PlainTextResponse("Please use the button on the mailbox page.", status_code=403)
    _store(request).delete_all()
    return RedirectResponse("/", status_code=303)


def _store(request: Request) -> MailStore:
    store: MailStore = request.app.state.mails
    return store


def _find(request: Request) -> ReceivedMail | None:
    return _store(request).get(request.path_params["mail_id"])


def _page(request: Request, name: str, data: dict[str, object], status: int = 200) -> Response:
    return templates.TemplateResponse(
        request,
        name,
        data,
        status_code=status,
        headers={"Content-Security-Policy": PAGE_POLICY, "Referrer-Policy": "no-referrer"},
    )


def _gone(request: Request) -> Response:
    return _page(request, "gone.html", {}, status=404)


def _download(content: bytes, content_type: str, filename: str) -> Response:
    return Response(
        content,
        media_type=content_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename)}",
            "X-Content-Type-Options": "nosniff",
        },
    )
