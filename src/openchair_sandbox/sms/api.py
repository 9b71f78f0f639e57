"""The SMS as JSON, for drills and scripts: list, delete all, post a message's callbacks again."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from openchair_sandbox.sms.callbacks import Callbacks
from openchair_sandbox.sms.store import Sms, SmsStore

MAX_PER_ANSWER = 1000
MAX_TIMES = 200


def routes() -> list[Route]:
    """Routes under `/api/sms` and `/api/callbacks`."""
    return [
        Route("/api/sms", list_sms, methods=["GET"]),
        Route("/api/sms", delete_sms, methods=["DELETE"]),
        Route("/api/callbacks/{sms_id}", post_callbacks, methods=["POST"]),
    ]


async def list_sms(request: Request) -> Response:
    """`?to=` the exact number, `?q=` part of number, text or reference, `?provider=`.

    `?limit=` (1,000 at most), `?before=` an id. Newest first.
    """
    query = request.query_params
    limit, before = query.get("limit", "100"), query.get("before", "")
    store = sms_store(request)
    page = store.find(
        text=query.get("q", ""),
        provider=query.get("provider", ""),
        recipient=query.get("to", ""),
        before=int(before) if before.isdecimal() else None,
        limit=min(int(limit), MAX_PER_ANSWER) if limit.isdecimal() else 100,
    )
    return JSONResponse(
        {
            "sms": [_view(store, sms) for sms in page.messages],
            "total": page.total,
            "next_before": page.older,
        }
    )


async def delete_sms(request: Request) -> Response:
    """Forget every message."""
    return JSONResponse({"deleted": sms_store(request).delete_all()})


async def post_callbacks(request: Request) -> Response:
    """Post the callbacks of a message again, `?times=` (200 at most) times at once.

    The message is named by its number here or by its provider's id.
    """
    sms = sms_store(request).get(request.path_params["sms_id"])
    if sms is None:
        return JSONResponse({"detail": "There is no such message."}, status_code=404)
    times = request.query_params.get("times", "1")
    callbacks: Callbacks = request.app.state.callbacks
    answers = await callbacks.again(
        sms, times=max(1, min(int(times), MAX_TIMES)) if times.isdecimal() else 1
    )
    return JSONResponse({"posted": len(answers), "answers": answers})


def sms_store(request: Request) -> SmsStore:
    """The store of this sandbox."""
    store: SmsStore = request.app.state.sms
    return store


def _view(store: SmsStore, sms: Sms) -> dict[str, Any]:
    return {
        **asdict(sms),
        "to": sms.recipient,
        "from": sms.sender,
        "created_at": _iso(sms.created_at),
        "sent_at": None if sms.sent_at is None else _iso(sms.sent_at),
        "updated_at": _iso(sms.updated_at),
        "callbacks": [
            {"status": each.status, "posted_at": _iso(each.posted_at), "answer": each.answer}
            for each in store.callbacks(sms)
        ],
    }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
