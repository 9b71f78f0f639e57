"""All routes of the app as the tests of rights walk them: method, whole path, stated guard."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route

from openchair.web.console.door import LoggedIn, May
from openchair.web.ops.door import Known, Operates
from openchair.web.own_page import Anybody

Guard = Anybody | LoggedIn | May | Known | Operates


@dataclass(frozen=True)
class Door:
    """One method of one route. `path` is whole; `name` is how the tests are called."""

    method: str
    path: str
    guards: tuple[Guard, ...]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def doors(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[Door]:
    """Every one of them, also of the routers inside; HEAD goes with GET."""
    for route in routes:
        if (inner := getattr(route, "original_router", None)) is not None:
            context = getattr(route, "include_context", None)
            yield from doors(inner.routes, prefix + (context.prefix if context else ""))
        elif isinstance(route, Route):
            stated = tuple(guards(route.dependant)) if isinstance(route, APIRoute) else ()
            for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
                yield Door(method, prefix + route.path, stated)
        else:
            raise TypeError(f"{route} is no route that the tests of rights know how to walk")


def guards(dependant: Dependant) -> Iterator[Guard]:
    for each in dependant.dependencies:
        if isinstance(each.call, Guard):
            yield each.call
        yield from guards(each)
