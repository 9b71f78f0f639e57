"""Vonage's SMS API: send. What is accepted is stored before the answer."""

import base64
import binascii
import hmac
import json
from functools import partial
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from openchair_sandbox.body import TooLarge, read_body, read_form
from openchair_sandbox.credentials import Credentials
from openchair_sandbox.faults.api import board_of
from openchair_sandbox.faults.catalogue import SMS
from openchair_sandbox.faults.http import under_faults
from openchair_sandbox.sms.api import sms_store
from openchair_sandbox.sms.callbacks import Callbacks
from openchair_sandbox.sms.numbers import is_callback_url, is_e164
from openchair_sandbox.sms.segments import segments_of
from openchair_sandbox.vonage.resource import denial, refusal, sent_view
from openchair_sandbox.vonage.signature import vonage_signature

MAX_CHARACTERS = 3200
MAX_REFERENCE = 100


def routes() -> list[Route]:
    """Routes under `/vonage/`, which is what `VONAGE_BASE_URL` names."""
    return [Route("/vonage/sms/json", send, methods=["POST"])]


async def send(request: Request) -> Response:
    """200 with a status for each part; refusals are 200 too, with another status."""
    return await under_faults(request, target="vonage", deny=denial, accept=partial(_send, request))


async def _send(request: Request) -> Response:
    try:
        given = await _parameters(request)
    except TooLarge as error:
        return refusal("3", str(error), code=413)
    if not is_known(request, given):
        return refusal("4", "Bad Credentials")
    if wrong := _wrong(given):
        return refusal(*wrong)
    sms = sms_store(request).add(
        provider="vonage",
        sid=f"{uuid4().hex[:14]}01".upper(),
        sender=given["from"],
        recipient=_international(given["to"]),
        body=given["text"],
        segments=segments_of(given["text"]),
        reference=given.get("client-ref", ""),
        callback_url=given.get("callback", ""),
        status="submitted",
    )
    fault = board_of(request).strike("vonage", *(kind.name for kind in SMS))
    callbacks: Callbacks = request.app.state.callbacks
    callbacks.begin(sms, fault=fault.name if fault else "")
    return JSONResponse(sent_view(sms))


def _wrong(given: dict[str, str]) -> tuple[str, str] | None:
    """Status and text of the first thing that Vonage would not take."""
    for name in ("to", "from", "text"):
        if not given.get(name):
            return "2", f"Missing {name} param"
    if not is_e164(_international(given["to"])):
        return "3", "Invalid value for param: to"
    if len(given["text"]) > MAX_CHARACTERS:
        return "12", "Message too long"
    if len(given.get("client-ref", "")) > MAX_REFERENCE:
        return "3", "Invalid value for param: client-ref"
    if given.get("callback") and not is_callback_url(given["callback"]):
        return "3", "Invalid value for param: callback"
    return None


def is_known(request: Request, given: dict[str, str]) -> bool:
    """Key and secret as parameters or as basic authentication, or a signature."""
    known: Credentials = request.app.state.credentials
    key, secret = given.get("api_key", ""), given.get("api_secret", "")
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            key, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
    if key != known.vonage_api_key:
        return False
    if sig := given.get("sig"):
        wanted = vonage_signature(
            parameters=given,
            secret=known.vonage_signature_secret,
            method=known.vonage_signature_method,
        )
        return hmac.compare_digest(sig.upper().encode(), wanted.encode())
    return hmac.compare_digest(secret.encode(), known.vonage_api_secret.encode())


async def _parameters(request: Request) -> dict[str, str]:
    """From a form or from JSON, as the caller's content type says."""
    if "json" not in request.headers.get("content-type", ""):
        return await read_form(request)
    try:
        given = json.loads(await read_body(request))
    except ValueError as error:
        if isinstance(error, TooLarge):
            raise
        return {}
    return {name: str(value) for name, value in given.items()} if isinstance(given, dict) else {}


def _international(number: str) -> str:
    return number if number.startswith("+") else f"+{number}"
