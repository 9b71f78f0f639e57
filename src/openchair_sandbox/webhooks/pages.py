"""What Slack and the webhook receiver took, for people: one list each, every entry opens."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from openchair_sandbox.pages.page import before_of, show
from openchair_sandbox.webhooks.api import post_store
from openchair_sandbox.webhooks.store import Post


def routes() -> list[Route]:
    """`/slack` and `/webhooks`."""
    return [
        Route("/slack", partial(show_list, receiver="slack", place="/slack")),
        Route("/webhooks", partial(show_list, receiver="webhook", place="/webhooks")),
    ]


async def show_list(request: Request, *, receiver: str, place: str) -> Response:
    """Newest first; `?q=` searches bodies, names and headers, `?before=` pages."""
    text, before = request.query_params.get("q", "").strip(), before_of(request)
    page = post_store(request).find(receiver=receiver, text=text, before=before)
    data = {
        "page": page,
        "headlines": {post.id: headline(post) for post in page.posts},
        "q": text,
        "first_page": before is None,
        "receiver": receiver,
    }
    return show(request, "posts.html", data, place=place)


def headline(post: Post) -> str:
    """What a reader wants first: Slack's text, an event's type, or how the body begins."""
    fields = post.fields
    for name in ("text", "type", "event", "event_type", "MessageStatus", "status"):
        if isinstance(fields.get(name), str):
            return str(fields[name])
    return post.body[:200]
