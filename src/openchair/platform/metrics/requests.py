"""Counts requests by method, route template and class of status. Called by the outermost layer of
the web process for every request, so each combination is looked up once.
"""

from typing import Any

from openchair.platform.metrics.catalogue import HTTP_DURATION, HTTP_IN_FLIGHT, HTTP_REQUESTS
from openchair.platform.metrics.series import OTHER, Series

NO_ROUTE = "none"
NO_ANSWER = "none"
TEMPLATE = "openchair.route"
"""Where a layer that answers before the routes says in the scope which path it stands for."""
STREAM = "openchair.stream"
"""Set in the scope by `streams`: an answer that lasts as long as somebody looks at it."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
MOST_KNOWN = 2000
NOTHING: dict[str, Any] = {}

in_flight = HTTP_IN_FLIGHT.of()
_known: dict[tuple[str, str, int], tuple[Series, Series]] = {}


def begin() -> None:
    """A request came in."""
    in_flight.last += 1


def end(scope: Any, *, status: int, seconds: float) -> None:
    """It was answered with `status`, or (0) not at all. The path itself is never looked at: it is
    whatever a caller likes.
    """
    stream = STREAM in scope
    in_flight.last -= not stream
    key = (scope["method"], template_of(scope), status)
    counted = _known.get(key) or _learn(key)
    counted[0].inc()
    if not stream:
        counted[1].observe(seconds)


def streams(scope: Any) -> None:
    """From now on this request is a stream: nobody waits for its end, so it is neither in flight
    nor has it a duration; it is counted when it ends.
    """
    scope[STREAM] = True
    in_flight.last -= 1


def template_of(scope: Any) -> str:
    """The route's template, such as `/{slug}/{language}`."""
    route = scope.get("route")
    if route is None:
        found: str = scope.get(TEMPLATE, NO_ROUTE)
        return found
    # A route of an included router knows only its own part; FastAPI keeps the whole beside it.
    whole = scope.get("fastapi", NOTHING).get("effective_route_context") or route
    path: str = whole.path_format
    return path


def serves() -> bool:
    """Whether this process has ever answered a request."""
    return bool(_known)


def _learn(key: tuple[str, str, int]) -> tuple[Series, Series]:
    method, template, status = key
    found = (
        HTTP_REQUESTS.of(
            method if method in METHODS else OTHER,
            template,
            f"{status // 100}xx" if 100 <= status < 600 else NO_ANSWER,
        ),
        HTTP_DURATION.of(template),
    )
    if len(_known) < MOST_KNOWN:
        _known[key] = found
    return found
