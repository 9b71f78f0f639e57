"""An SMS as Vonage writes it: the answer to a request, the delivery receipt, the report.

Source: Vonage, "SMS API", "Delivery receipts", "Reports API". A long text is several messages
there, each with an id and a receipt of its own.
"""

from datetime import UTC, datetime
from decimal import Decimal
from time import time
from typing import Any
from uuid import uuid4

from starlette.responses import JSONResponse, Response

from openchair_sandbox.credentials import Credentials
from openchair_sandbox.faults.board import Fault
from openchair_sandbox.faults.http import headers_of, status_of
from openchair_sandbox.sms.callbacks import CallbackRequest
from openchair_sandbox.sms.store import Sms
from openchair_sandbox.vonage.signature import vonage_signature

STEPS = ("accepted", "delivered")
UNDELIVERED = "failed"
ABSENT = "3"  # "Absent subscriber, permanent"
EUROS_A_PART = Decimal("0.0333")
NETWORK = "26201"


def part_ids(sms: Sms) -> list[str]:
    """The ids of a message's parts; the first is the message's own."""
    return [sms.sid, *(f"{sms.sid[:-2]}{part:02X}" for part in range(2, sms.segments + 1))]


def sent_view(sms: Sms) -> dict[str, Any]:
    """The answer when it was taken."""
    reference = {"client-ref": sms.reference} if sms.reference else {}
    return {
        "message-count": str(sms.segments),
        "messages": [
            {
                "to": sms.recipient.removeprefix("+"),
                "message-id": part,
                "status": "0",
                "remaining-balance": "100.00000000",
                "message-price": f"{EUROS_A_PART:.8f}",
                "network": NETWORK,
                **reference,
            }
            for part in part_ids(sms)
        ],
    }


def refusal(
    status: str, text: str, *, code: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """A refusal in Vonage's shape: mostly 200, with the status in the body."""
    body = {"message-count": "1", "messages": [{"status": status, "error-text": text}]}
    return JSONResponse(body, status_code=code, headers=headers)


def denial(fault: Fault) -> Response:
    """How Vonage says what a fault stands for."""
    if fault.name == "rate_limit":
        wait = round(1000 * (fault.seconds or 0))
        text = f"Throughput Rate Exceeded - please wait [ {wait} ] and retry"
        return refusal("1", text, code=status_of(fault), headers=headers_of(fault))
    return refusal("5", "Internal Error", code=status_of(fault))


def receipts(sms: Sms, status: str, *, known: Credentials) -> list[CallbackRequest]:
    """A signed delivery receipt for each part."""
    return [CallbackRequest(form=_receipt(sms, status, part, known)) for part in part_ids(sms)]


def _receipt(sms: Sms, status: str, part: str, known: Credentials) -> dict[str, str]:
    now = datetime.now(UTC)
    form = {
        "msisdn": sms.recipient.removeprefix("+"),
        "to": sms.sender,
        "network-code": NETWORK,
        "messageId": part,
        "price": f"{EUROS_A_PART:.8f}",
        "status": status,
        "scts": now.strftime("%y%m%d%H%M"),
        "err-code": ABSENT if status == UNDELIVERED else "0",
        "api-key": known.vonage_api_key,
        "message-timestamp": now.strftime("%Y-%m-%d %H:%M:%S"),
        "timestamp": str(int(time())),
        "nonce": str(uuid4()),
        **({"client-ref": sms.reference} if sms.reference else {}),
    }
    signature = vonage_signature(
        parameters=form,
        secret=known.vonage_signature_secret,
        method=known.vonage_signature_method,
    )
    return {**form, "sig": signature}


def report_records(sms: Sms, *, known: Credentials, with_text: bool) -> list[dict[str, Any]]:
    """The records of the Reports API for one message, one for each part."""
    ended = sms.status in {STEPS[-1], UNDELIVERED}
    return [
        {
            "account_id": known.vonage_api_key,
            "message_id": part,
            "client_ref": sms.reference or None,
            "direction": "outbound",
            "from": sms.sender,
            "to": sms.recipient.removeprefix("+"),
            "network": NETWORK,
            "date_received": _instant(sms.created_at),
            "date_finalized": _instant(sms.updated_at) if ended else None,
            "status": sms.status,
            "error_code": ABSENT if sms.status == UNDELIVERED else "0",
            "currency": "EUR",
            "total_price": f"{EUROS_A_PART:.8f}",
            **({"message_body": sms.body} if with_text else {}),
        }
        for part in part_ids(sms)
    ]


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
