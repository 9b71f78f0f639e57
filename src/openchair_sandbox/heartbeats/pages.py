"""The signs of life for people: who was heard, how often, and when last."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from openchair_sandbox.heartbeats.receive import heartbeat_store
from openchair_sandbox.pages.page import show


def routes() -> list[Route]:
    """`/heartbeats`."""
    return [Route("/heartbeats", show_list)]


async def show_list(request: Request) -> Response:
    """Whoever was heard last comes first."""
    heard = heartbeat_store(request).all()
    return show(request, "heartbeats.html", {"heard": heard}, place="/heartbeats")
