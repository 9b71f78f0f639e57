"""Deleting what was received: asks first, and takes orders from this very page only."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from openchair_sandbox.pages.page import from_elsewhere, gone, show


@dataclass(frozen=True, slots=True)
class Pile:
    """Something that can be deleted: where it is shown, one and many of it, and how."""

    place: str
    one: str
    many: str
    count: Callable[[Request], int]
    delete: Callable[[Request], int]


def routes(piles: dict[str, Pile]) -> list[Route]:
    """`/delete-all?what=…`, with the mails for nothing said."""

    def wanted(request: Request) -> Pile | None:
        return piles.get(request.query_params.get("what", "mails"))

    async def confirm(request: Request) -> Response:
        """Ask before emptying a pile."""
        if (pile := wanted(request)) is None:
            return gone(request, place="/")
        data = {"pile": pile, "total": pile.count(request), "query": request.url.query}
        return show(request, "delete.html", data, place=pile.place)

    async def delete(request: Request) -> Response:
        """Empty it."""
        if (refused := from_elsewhere(request)) is not None:
            return refused
        if (pile := wanted(request)) is None:
            return gone(request, place="/")
        pile.delete(request)
        return RedirectResponse(pile.place, status_code=303)

    return [
        Route("/delete-all", confirm, methods=["GET"]),
        Route("/delete-all", delete, methods=["POST"]),
    ]
