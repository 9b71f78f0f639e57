"""An SMS as Twilio's Message resource, its errors as Twilio's, its callbacks as Twilio posts them.

Source: Twilio, "Messages resource" (2010-04-01) and "Error and warning dictionary".
"""

from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from starlette.responses import JSONResponse, Response

from openchair_sandbox.faults.board import Fault
from openchair_sandbox.faults.http import headers_of, status_of
from openchair_sandbox.sms.callbacks import CallbackRequest
from openchair_sandbox.sms.store import Sms
from openchair_sandbox.twilio.signature import twilio_signature

API = "2010-04-01"
STEPS = ("queued", "sent", "delivered")
UNDELIVERED = "undelivered"
UNREACHABLE = 30003  # "Unreachable destination handset"
DOLLARS_A_SEGMENT = Decimal("0.0079")


def message_view(sms: Sms, *, account: str) -> dict[str, Any]:
    """The JSON of one message. Its price is known once it was sent, as with Twilio."""
    path = f"/{API}/Accounts/{account}/Messages/{sms.sid}"
    failed = sms.status == UNDELIVERED
    return {
        "account_sid": account,
        "api_version": API,
        "body": sms.body,
        "date_created": _date(sms.created_at),
        "date_sent": None if sms.sent_at is None else _date(sms.sent_at),
        "date_updated": _date(sms.updated_at),
        "direction": "outbound-api",
        "error_code": UNREACHABLE if failed else None,
        "error_message": "Unreachable destination handset" if failed else None,
        "from": sms.sender,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": str(sms.segments),
        "price": None if sms.sent_at is None else f"{-DOLLARS_A_SEGMENT * sms.segments:.5f}",
        "price_unit": "USD",
        "sid": sms.sid,
        "status": sms.status,
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": sms.recipient,
        "uri": f"{path}.json",
    }


def refusal(code: int, message: str, *, status: int, headers: dict[str, str]) -> Response:
    """An error in Twilio's shape."""
    return JSONResponse(
        {
            "code": code,
            "message": message,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        },
        status_code=status,
        headers=headers,
    )


def denial(fault: Fault) -> Response:
    """How Twilio says what a fault stands for."""
    code, message = {
        "error_500": (20500, "An internal server error has occurred"),
        "rate_limit": (20429, "Too Many Requests"),
        "bad_number": (21211, "The 'To' number is not a valid phone number."),
    }[fault.name]
    return refusal(code, message, status=status_of(fault), headers=headers_of(fault))


def callback(sms: Sms, status: str, *, account: str, token: str) -> list[CallbackRequest]:
    """The status callback for one step; a repeated one bears the same idempotency token."""
    form = {
        "AccountSid": account,
        "ApiVersion": API,
        "From": sms.sender,
        "MessageSid": sms.sid,
        "MessageStatus": status,
        "SmsSid": sms.sid,
        "SmsStatus": status,
        "To": sms.recipient,
    }
    if status == UNDELIVERED:
        form["ErrorCode"] = str(UNREACHABLE)
    headers = {
        "I-Twilio-Idempotency-Token": str(uuid5(NAMESPACE_URL, f"{sms.sid}/{status}")),
        "User-Agent": "TwilioProxy/1.1",
        "X-Twilio-Signature": twilio_signature(url=sms.callback_url, form=form, token=token),
    }
    return [CallbackRequest(form=form, headers=headers)]


def _date(seconds: float) -> str:
    return format_datetime(datetime.fromtimestamp(seconds, UTC))
