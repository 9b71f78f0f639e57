"""The mailbox as JSON, for tests and scripts: list, one mail, what was accepted, delete all."""

from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from openchair_sandbox.mailbox.mail import read_mail
from openchair_sandbox.mailbox.store import MailStore, ReceivedMail

MAX_PER_ANSWER = 200
MAX_ACCEPTED_PER_ANSWER = 10_000


def routes() -> list[Route]:
    """Routes under `/api/`."""
    return [
        Route("/api/health", health),
        Route("/api/mails", list_mails, methods=["GET"]),
        Route("/api/mails", delete_mails, methods=["DELETE"]),
        Route("/api/mails/{mail_id:int}", get_mail),
        Route("/api/lookup/{message_id:path}", look_up),
        Route("/api/accepted", list_accepted),
    ]


async def health(request: Request) -> Response:  # noqa: ARG001 -- a route is given its request
    """Says that the sandbox is up."""
    return JSONResponse({"status": "healthy"})


async def list_mails(request: Request) -> Response:
    """`?to=` part of a recipient or subject, `?message_id=`, `?server=` (exact).

    `?limit=` (200 at most), `?before=` an id. `?brief=1` leaves out text, HTML and headers.
    """
    limit = request.query_params.get("limit", "50")
    before = request.query_params.get("before", "")
    brief = request.query_params.get("brief", "") == "1"
    page = mail_store(request).find(
        text=request.query_params.get("to", ""),
        message_id=request.query_params.get("message_id", ""),
        server=request.query_params.get("server", ""),
        before=int(before) if before.isdecimal() else None,
        limit=min(int(limit), MAX_PER_ANSWER) if limit.isdecimal() else 50,
    )
    return JSONResponse(
        {
            "mails": [_brief(mail) if brief else await _whole(mail) for mail in page.mails],
            "total": page.total,
            "next_before": page.older,
        }
    )


async def get_mail(request: Request) -> Response:
    """One mail with its text, HTML, headers and attachments."""
    mail = mail_store(request).get(request.path_params["mail_id"])
    if mail is None:
        return JSONResponse({"detail": "There is no such mail."}, status_code=404)
    return JSONResponse(await _whole(mail))


async def look_up(request: Request) -> Response:
    """200 when a server accepted a mail with this Message-ID, 404 when none did.

    The shape of the product's `SMTP_LOOKUP_URL`; brackets around the id may be there or not.
    """
    found = mail_store(request).accepted(request.path_params["message_id"])
    if not found:
        return JSONResponse({"detail": "No server took a mail with this id."}, status_code=404)
    return JSONResponse({"message_id": found[0].message_id, "accepted": [asdict(e) for e in found]})


async def list_accepted(request: Request) -> Response:
    """What the servers took, in order: `?after=` an id, `?limit=` (10,000 at most).

    Ids only, so that a test can check ten thousand mails in one answer.
    """
    after = request.query_params.get("after", "0")
    limit = request.query_params.get("limit", "1000")
    found = mail_store(request).log(
        after=int(after) if after.isdecimal() else 0,
        limit=min(int(limit), MAX_ACCEPTED_PER_ANSWER) if limit.isdecimal() else 1000,
    )
    return JSONResponse(
        {"accepted": [asdict(e) for e in found], "next_after": found[-1].id if found else None}
    )


async def delete_mails(request: Request) -> Response:
    """Empty the mailbox."""
    return JSONResponse({"deleted": mail_store(request).delete_all()})


def mail_store(request: Request) -> MailStore:
    """The store of this sandbox."""
    store: MailStore = request.app.state.mails
    return store


def _brief(received: ReceivedMail) -> dict[str, Any]:
    return {
        "id": received.id,
        "server": received.server,
        "received_at": received.received_at.isoformat(),
        "envelope_from": received.sender,
        "to": list(received.recipients),
        "subject": received.subject,
        "message_id": f"<{received.message_id}>" if received.message_id else "",
    }


async def _whole(received: ReceivedMail) -> dict[str, Any]:
    """In a thread, because taking mails apart takes long enough to hold up the mail servers."""
    mail = await run_in_threadpool(read_mail, received.raw)
    return {
        **_brief(received),
        "from": mail.sender,
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
