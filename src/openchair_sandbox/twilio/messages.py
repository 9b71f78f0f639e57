"""Twilio's Messages resource: create, list, fetch. What is accepted is stored before the answer."""

import base64
import binascii
import hmac
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from openchair_sandbox.body import TooLarge, read_form
from openchair_sandbox.credentials import Credentials
from openchair_sandbox.faults.api import board_of
from openchair_sandbox.faults.catalogue import SMS
from openchair_sandbox.faults.http import under_faults, while_alive
from openchair_sandbox.sms.api import sms_store
from openchair_sandbox.sms.callbacks import Callbacks
from openchair_sandbox.sms.numbers import is_callback_url, is_e164
from openchair_sandbox.sms.segments import segments_of
from openchair_sandbox.twilio.resource import API, denial, message_view, refusal

PATH = f"/twilio/{API}/Accounts/{{account}}/Messages"
MAX_CHARACTERS = 1600
PAGE_SIZE, MAX_PAGE_SIZE = 50, 1000


def routes() -> list[Route]:
    """Routes under `/twilio/`, which is what `TWILIO_BASE_URL` names."""
    return [
        Route(f"{PATH}.json", create, methods=["POST"]),
        Route(f"{PATH}.json", list_messages, methods=["GET"]),
        Route(f"{PATH}/{{sid}}.json", fetch, methods=["GET"]),
    ]


async def create(request: Request) -> Response:
    """201 with the message, or an error in Twilio's shape."""
    return await under_faults(
        request, target="twilio", deny=denial, accept=partial(_create, request)
    )


async def list_messages(request: Request) -> Response:
    """`To`, `From`, `DateSent`, `DateSent>`, `DateSent<`, in pages; newest first."""
    return await while_alive(request, target="twilio", deny=denial, accept=partial(_list, request))


async def fetch(request: Request) -> Response:
    """One message, or 404 with code 20404."""
    return await while_alive(request, target="twilio", deny=denial, accept=partial(_fetch, request))


async def _create(request: Request) -> Response:
    if (refused := _unauthorised(request)) is not None:
        return refused
    try:
        form = await read_form(request)
    except TooLarge as error:
        return refusal(20413, str(error), status=413, headers={})
    to, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
    callback_url = form.get("StatusCallback", "")
    if wrong := _wrong(to=to, sender=sender, body=body, callback_url=callback_url):
        return refusal(*wrong, status=400, headers={})
    sms = sms_store(request).add(
        provider="twilio",
        sid=f"SM{uuid4().hex}",
        sender=sender,
        recipient=to,
        body=body,
        segments=segments_of(body),
        reference="",
        callback_url=callback_url,
        status="queued",
    )
    fault = board_of(request).strike("twilio", *(kind.name for kind in SMS))
    callbacks: Callbacks = request.app.state.callbacks
    callbacks.begin(sms, fault=fault.name if fault else "")
    return JSONResponse(message_view(sms, account=_account(request)), status_code=201)


def _wrong(*, to: str, sender: str, body: str, callback_url: str) -> tuple[int, str] | None:
    """Code and message of the first thing that Twilio would not take."""
    if not to:
        return 21604, "A 'To' phone number is required."
    if not is_e164(to):
        return 21211, f"The 'To' number {to} is not a valid phone number."
    if not sender:
        return 21603, "A 'From' phone number is required."
    if not body:
        return 21602, "Message body is required."
    if len(body) > MAX_CHARACTERS:
        return 21617, "The concatenated message body exceeds the 1600 character limit."
    if callback_url and not is_callback_url(callback_url):
        return 21609, f"The StatusCallback URL {callback_url} is not a valid URL."
    return None


async def _list(request: Request) -> Response:
    if (refused := _unauthorised(request)) is not None:
        return refused
    query = request.query_params
    try:
        since = _moment(query.get("DateSent>") or query.get("DateSent>=") or query.get("DateSent"))
        until = _moment(query.get("DateSent<") or query.get("DateSent<="))
    except ValueError:
        return refusal(20001, "A date is written as YYYY-MM-DD.", status=400, headers={})
    if since is not None and query.get("DateSent"):
        until = since + 86_400
    asked, token, number = query.get("PageSize", ""), query.get("PageToken", ""), query.get("Page")
    size = max(1, min(int(asked), MAX_PAGE_SIZE)) if asked.isdecimal() else PAGE_SIZE
    before = token.removeprefix("PA")
    page = sms_store(request).find(
        provider="twilio",
        recipient=query.get("To", ""),
        sender=query.get("From", ""),
        since=since,
        until=None if until is None else until + 0.999_999,  # dates have whole seconds here
        before=int(before) if before.isdecimal() else None,
        limit=size,
    )
    at = int(number) if number and number.isdecimal() else 0
    here = partial(_page_uri, request, size=size)
    return JSONResponse(
        {
            "messages": [message_view(sms, account=_account(request)) for sms in page.messages],
            "page": at,
            "page_size": size,
            "start": at * size,
            "end": at * size + max(0, len(page.messages) - 1),
            "uri": here(page=at, token=token),
            "first_page_uri": here(page=0, token=""),
            "next_page_uri": here(page=at + 1, token=f"PA{page.older}") if page.older else None,
            "previous_page_uri": here(page=0, token="") if at == 1 else None,
        }
    )


async def _fetch(request: Request) -> Response:
    if (refused := _unauthorised(request)) is not None:
        return refused
    sms = sms_store(request).get(request.path_params["sid"])
    if sms is None or sms.provider != "twilio":
        message = f"The requested resource {request.url.path} was not found"
        return refusal(20404, message, status=404, headers={})
    return JSONResponse(message_view(sms, account=_account(request)))


def _page_uri(request: Request, *, size: int, page: int, token: str) -> str:
    """Relative to the base address, as Twilio writes it."""
    kept = [
        (name, value)
        for name, value in request.query_params.items()
        if name not in {"PageSize", "Page", "PageToken"}
    ]
    query = [*kept, ("PageSize", str(size)), ("Page", str(page))]
    query += [("PageToken", token)] if token else []
    return f"/{API}/Accounts/{_account(request)}/Messages.json?{urlencode(query)}"


def _moment(text: str | None) -> float | None:
    """A date or an instant in ISO 8601, as whole seconds since 1970. Raises ValueError."""
    if not text:
        return None
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    return float(int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()))


def _account(request: Request) -> str:
    account: str = request.path_params["account"]
    return account


def _unauthorised(request: Request) -> Response | None:
    """401 in Twilio's shape, unless account and token are this sandbox's."""
    known: Credentials = request.app.state.credentials
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True) if scheme.lower() == "basic" else b""
    except binascii.Error:
        given = b""
    account, _, token = given.decode(errors="replace").partition(":")
    if (
        hmac.compare_digest(token.encode(), known.twilio_auth_token.encode())
        and account == _account(request)
        and account.rstrip("0") == known.twilio_account_sid.rstrip("0")  # zeros are filling
    ):
        return None
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'}
    return refusal(20003, "Authenticate", status=401, headers=headers)
