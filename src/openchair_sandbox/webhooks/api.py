"""What was posted, as JSON for tests and scripts: list and delete, for webhooks and for Slack."""

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from openchair_sandbox.webhooks.store import Post, PostStore

MAX_PER_ANSWER = 1000


def routes() -> list[Route]:
    """`/api/webhooks` and `/api/slack`."""
    return [
        Route(f"/api/{word}", partial(answer, receiver=receiver, word=word), methods=[method])
        for receiver, word in (("webhook", "webhooks"), ("slack", "slack"))
        for method, answer in (("GET", list_posts), ("DELETE", delete_posts))
    ]


async def list_posts(request: Request, *, receiver: str, word: str) -> Response:
    """`?name=` exact, `?q=` part of body, name or headers, `?limit=` (1,000 at most), `?before=`.

    Newest first.
    """
    query = request.query_params
    limit, before = query.get("limit", "100"), query.get("before", "")
    page = post_store(request).find(
        receiver=receiver,
        name=query.get("name", ""),
        text=query.get("q", ""),
        before=int(before) if before.isdecimal() else None,
        limit=min(int(limit), MAX_PER_ANSWER) if limit.isdecimal() else 100,
    )
    return JSONResponse(
        {word: [_view(post) for post in page.posts], "total": page.total, "next_before": page.older}
    )


async def delete_posts(request: Request, *, receiver: str, word: str) -> Response:  # noqa: ARG001 -- as above
    """Forget them."""
    return JSONResponse({"deleted": post_store(request).delete_all(receiver)})


def post_store(request: Request) -> PostStore:
    """The store of this sandbox."""
    store: PostStore = request.app.state.posts
    return store


def _view(post: Post) -> dict[str, Any]:
    return {
        "id": post.id,
        "name": post.name,
        "received_at": post.received_at.isoformat(),
        "headers": post.headers,
        "body": post.body,
    }
