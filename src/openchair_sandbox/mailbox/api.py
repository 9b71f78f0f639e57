"""The mailbox as JSON, for tests and scripts: list, one mail, source, delete all."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from openchair_sandbox.mailbox.mail import read_mail
from openchair_sandbox.mailbox.store import MailStore, ReceivedMail

MAX_PER_ANSWER = 200


def routes() -> list[Route]:
    """Routes under `/api/`."""
    return [
        Route("/api/health", health),
        Route("/api/mails", list_mails, methods=["GET"]),
        Route("/api/mails", delete_mails, methods=["DELETE"]),
        Route("/api/mails/{mail_id:int}", get_mail),
    ]


async def health(request: Request) -> Response:  # noqa: ARG001 -- a route is given its request
    """Says that the sandbox is up."""
    return JSONResponse({"status": "healthy"})


async def list_mails(request: Request) -> Response:
    """`?to=` part of a recipient or subject, `?limit=` (200 at most), `?before=` an id."""
    limit = request.query_params.get("limit", "50")
    before = request.query_params.get("before", "")
    page = _store(request).find(
        text=request.query_params.get("to", ""),
        before=int(before) if before.isdecimal() else None,
        limit=min(int(limit), MAX_PER_ANSWER) if limit.isdecimal() else 50,
    )
    return JSONResponse(
        {
            "mails": [_view(mail) for mail in page.mails],
            "total": page.total,
            "next_before": page.older,
        }
    )


async def get_mail(request: Request) -> Response:
    """One mail with its text, HTML, headers and attachments."""
    mail = _store(request).get(request.path_params["mail_id"])
    if mail is None:
        return JSONResponse({"detail": "There is no such mail."}, status_code=404)
    return JSONResponse(_view(mail))


async def delete_mails(request: Request) -> Response:
    """Empty the mailbox."""
    return JSONResponse({"deleted": _store(request).delete_all()})


def _store(request: Request) -> MailStore:
    store: MailStore = request.app.state.store
    return store


def _view(received: ReceivedMail) -> dict[str, Any]:
    mail = read_mail(received.raw)
    return {
        "id": received.id,
        "received_at": received.received_at.isoformat(),
        "envelope_from": received.sender,
        "to": list(received.recipients),
        "from": mail.sender,
        "subject": mail.subject,
        "message_id": mail.message_id,
        "headers": [{"name": name, "value": value} for name, value in mail.headers],
        "text": mail.text,
        "html": mail.html,
        "attachments": [
            {
                "filename": part.filename,
                "content_type": part.content_type,
                "size": len(part.content),
                "url": f"/mails/{received.id}/attachments/{number}",
            }
            for number, part in enumerate(mail.attachments)
        ],
        "source_url": f"/mails/{received.id}/source",
    }
