"""Slack's incoming webhook: takes a message, answers `ok` in plain text as Slack does.

Source: Slack, "Sending messages using incoming webhooks".
"""

import json
from functools import partial

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from openchair_sandbox.body import TooLarge, read_body
from openchair_sandbox.faults.board import Fault
from openchair_sandbox.faults.http import headers_of, status_of, under_faults
from openchair_sandbox.webhooks.api import post_store

WORDS = {"error_500": "rollup_error", "rate_limit": "rate_limited", "gone": "channel_is_archived"}


def routes() -> list[Route]:
    """`/slack`, and `/slack/…` for addresses in Slack's long form."""
    return [
        Route("/slack", receive, methods=["POST"]),
        Route("/slack/{name:path}", receive, methods=["POST"]),
    ]


async def receive(request: Request) -> Response:
    """200 `ok`, or what Slack says to a payload that it cannot read."""
    return await under_faults(
        request, target="slack", deny=_denial, accept=partial(_receive, request)
    )


async def _receive(request: Request) -> Response:
    try:
        body = await read_body(request)
    except TooLarge:
        return PlainTextResponse("invalid_payload", status_code=413)
    try:
        payload = json.loads(body)
    except ValueError:
        return PlainTextResponse("invalid_payload", status_code=400)
    if not isinstance(payload, dict):
        return PlainTextResponse("invalid_payload", status_code=400)
    if not any(payload.get(name) for name in ("text", "blocks", "attachments")):
        return PlainTextResponse("no_text", status_code=400)
    post_store(request).add(
        receiver="slack",
        name=request.path_params.get("name", ""),
        headers=request.headers,
        body=body,
    )
    return PlainTextResponse("ok")


def _denial(fault: Fault) -> Response:
    return PlainTextResponse(
        WORDS[fault.name], status_code=status_of(fault), headers=headers_of(fault)
    )
