"""Vonage's Reports API (synchronous) for SMS: what became of a message, by id or by reference.

The look-up for doubtful messages. Query: `account_id`, `product=SMS`, `direction=outbound`, and
`id` (several with commas) or `date_start`, `date_end`, `client_ref`, `to`, `from`.
"""

from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from openchair_sandbox.credentials import Credentials
from openchair_sandbox.faults.http import while_alive
from openchair_sandbox.sms.api import sms_store
from openchair_sandbox.sms.store import Sms
from openchair_sandbox.vonage.messages import is_known
from openchair_sandbox.vonage.resource import denial, report_records

MESSAGES_A_PAGE = 1000
MAX_IDS = 20
PATH = "/v2/reports/records"


def routes() -> list[Route]:
    """One route under `/vonage/`."""
    return [Route(f"/vonage{PATH}", records, methods=["GET"])]


async def records(request: Request) -> Response:
    """The records asked for, newest first, with a link to the next page."""
    return await while_alive(
        request, target="vonage", deny=denial, accept=partial(_records, request)
    )


async def _records(request: Request) -> Response:
    query = dict(request.query_params)
    if not is_known(request, query):
        return _problem(401, "Unauthorized", "You did not provide correct credentials.")
    if query.get("product") != "SMS" or query.get("direction") != "outbound":
        return _problem(422, "Bad request", "This sandbox reports product=SMS&direction=outbound.")
    if query.get("id"):
        return _by_id(request, query["id"].split(",")[:MAX_IDS])
    try:
        since, until = _moment(query.get("date_start")), _moment(query.get("date_end"))
    except ValueError:
        return _problem(422, "Bad request", "A date is written in ISO 8601.")
    cursor = query.get("cursor", "")
    recipient = query.get("to", "")
    page = sms_store(request).find(
        provider="vonage",
        recipient=f"+{recipient.removeprefix('+')}" if recipient else "",
        sender=query.get("from", ""),
        reference=query.get("client_ref", ""),
        since=since,
        until=until,
        before=int(cursor) if cursor.isdecimal() else None,
        limit=MESSAGES_A_PAGE,
    )
    older = {**query, "cursor": str(page.older)}
    links = {"next": {"href": f"{PATH}?{urlencode(older)}"}} if page.older else {}
    return _answer(request, list(page.messages), links=links, missing=[])


def _by_id(request: Request, ids: list[str]) -> Response:
    store = sms_store(request)
    found = {each: store.get(_message_of(each)) for each in ids}
    messages = {sms.id: sms for sms in found.values() if sms and sms.provider == "vonage"}
    missing = [each for each, sms in found.items() if sms is None or sms.id not in messages]
    return _answer(request, [*messages.values()], links={}, missing=missing)


def _message_of(part: str) -> str:
    """The id of the first part, by which the message is stored."""
    return f"{part[:-2]}01"


def _answer(
    request: Request, messages: list[Sms], *, links: dict[str, Any], missing: list[str]
) -> Response:
    known: Credentials = request.app.state.credentials
    with_text = request.query_params.get("include_message") == "true"
    rows = [
        record
        for sms in messages
        for record in report_records(sms, known=known, with_text=with_text)
    ]
    return JSONResponse(
        {
            "_links": {"self": {"href": f"{PATH}?{request.url.query}"}, **links},
            "request_id": str(uuid4()),
            "request_status": "SUCCESS",
            "received_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "account_id": known.vonage_api_key,
            "product": "SMS",
            "direction": "outbound",
            "items_count": len(rows),
            "records": rows,
            **({"ids_not_found": ",".join(missing)} if missing else {}),
        }
    )


def _moment(text: str | None) -> float | None:
    """An instant in ISO 8601 as seconds since 1970. Raises ValueError."""
    if not text:
        return None
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _problem(status: int, title: str, detail: str) -> Response:
    return JSONResponse({"title": title, "detail": detail}, status_code=status)
