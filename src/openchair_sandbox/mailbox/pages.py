"""The mailbox for people: a list and a reader. A mail's HTML is in a locked frame."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from openchair_sandbox.mailbox.api import mail_store
from openchair_sandbox.mailbox.mail import read_mail
from openchair_sandbox.mailbox.store import ReceivedMail
from openchair_sandbox.pages.page import before_of, gone, show

VIEWS = ("html", "text", "source", "headers", "attachments")
# A mail may show pictures and styles and open links; it may not run anything or send anything.
MAIL_POLICY = (
    "default-src 'none'; img-src data: http: https:; style-src 'unsafe-inline';"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)


def routes() -> list[Route]:
    """Routes of the mailbox page; `/` is the list."""
    return [
        Route("/", show_list),
        Route("/mails/{mail_id:int}", show_mail),
        Route("/mails/{mail_id:int}/html", show_html),
        Route("/mails/{mail_id:int}/source", show_source),
        Route("/mails/{mail_id:int}/attachments/{number:int}", show_attachment),
    ]


async def show_list(request: Request) -> Response:
    """Newest first; `?q=` searches recipients and subjects, `?before=` pages."""
    text, before = request.query_params.get("q", "").strip(), before_of(request)
    page = mail_store(request).find(text=text, before=before)
    return show(
        request,
        "mails.html",
        {"page": page, "q": text, "first_page": before is None, "total": page.total},
        place="/",
    )


async def show_mail(request: Request) -> Response:
    """One mail in the view asked for; the HTML view when it has one."""
    received = _find(request)
    if received is None:
        return gone(request, place="/")
    mail = read_mail(received.raw)
    asked = request.query_params.get("view", "")
    view = asked if asked in VIEWS else ("html" if mail.html else "text")
    return show(
        request,
        "mail.html",
        {
            "received": received,
            "mail": mail,
            "view": view,
            "views": VIEWS,
            "source": received.raw.decode("utf-8", errors="replace"),
        },
        place="/",
    )


async def show_html(request: Request) -> Response:
    """The mail's own HTML, to be framed; locked down by its policy even when opened alone."""
    received = _find(request)
    if received is None:
        return gone(request, place="/")
    return Response(
        read_mail(received.raw).html,
        media_type="text/html",
        headers={"Content-Security-Policy": MAIL_POLICY, "X-Content-Type-Options": "nosniff"},
    )


async def show_source(request: Request) -> Response:
    """The mail as it came, byte for byte."""
    received = _find(request)
    if received is None:
        return gone(request, place="/")
    return _download(received.raw, "message/rfc822", f"mail-{received.id}.eml")


async def show_attachment(request: Request) -> Response:
    """One attached file, always as a download."""
    received = _find(request)
    number = request.path_params["number"]
    parts = read_mail(received.raw).attachments if received else ()
    if number >= len(parts):
        return gone(request, place="/")
    return _download(
        parts[number].content, parts[number].content_type.split(";")[0], parts[number].filename
    )


def _find(request: Request) -> ReceivedMail | None:
    return mail_store(request).get(request.path_params["mail_id"])


def _download(content: bytes, content_type: str, filename: str) -> Response:
    return Response(
        content,
        media_type=content_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename)}",
            "X-Content-Type-Options": "nosniff",
        },
    )
