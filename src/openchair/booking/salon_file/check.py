"""What must fit together in a salon file, beyond the shape of each value.

Works on the plain data, so that it can speak even while the shape is wrong elsewhere; whatever is
not of the expected shape is left to the schema. Called by `read.py`.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global

from openchair.booking.salon_file.yaml_text import Path
from openchair.salons.reserved import RESERVED_SLUGS

Finding = tuple[Path, str]
Place = tuple[Path, dict[str, Any]]


def check(data: dict[str, Any]) -> Iterator[Finding]:
    """Every contradiction in the data, as the path of its value and a sentence."""
    yield from _salon(data)
    yield from _unique(list(_each(data, "resources")), "slug")
    yield from _unique(list(_each(data, "team")), "slug")
    yield from _unique(list(_each(data, "logins")), "email")
    yield from _unique(list(_each(data, "holidays")), "date")
    yield from _unique(list(_each(data, "price_list")), "slug")
    yield from _price_list(data)
    yield from _team(data)


def _salon(data: dict[str, Any]) -> Iterator[Finding]:
    slug, zone, currency = (data.get(key) for key in ("slug", "time_zone", "currency"))
    if isinstance(slug, str) and slug in RESERVED_SLUGS:
        yield ("slug",), f"is {slug}, an address OpenChair itself uses; choose another"
    if isinstance(zone, str) and zone not in available_timezones():
        yield ("time_zone",), f"{zone} is no time zone{_nearest_zone(zone)}"
    if isinstance(currency, str) and currency not in get_global("all_currencies"):
        yield ("currency",), f"{currency} is no currency code of ISO 4217 such as CHF or PLN"
    languages = data.get("languages")
    default = data.get("default_language")
    if isinstance(languages, list) and default is not None and default not in languages:
        yield ("default_language",), "must be one of the salon's languages"
    if isinstance(languages, list):
        yield from _repeated(("languages",), languages)


def _price_list(data: dict[str, Any]) -> Iterator[Finding]:
    groups = _names(_each(data, "resources"), "slug")
    bookable: list[Place] = []
    for path, category in _each(data, "price_list"):
        services = list(_each(category, "services", path))
        bookable += services + list(_each(category, "addons", path))
        for place, service in services:
            bookable += _each(service, "variants", place)
            bookable += _each(service, "addons", place)
            yield from _price(place, service)
    yield from _unique(bookable, "slug")
    for path, each in bookable:
        needs = each.get("needs")
        if isinstance(needs, list):
            yield from _repeated((*path, "needs"), needs)
            yield from _known((*path, "needs"), needs, groups, "is none of the resources")


def _price(path: Path, service: dict[str, Any]) -> Iterator[Finding]:
    own = [key for key in ("price", "minutes", "processing_minutes") if key in service]
    if service.get("variants"):
        for key in own:
            yield (*path, key), "must be left out: each variant has its own"
        return
    for key in ("price", "minutes"):
        if key not in service:
            yield path, f"{key} is missing (only a service with variants has none of its own)"


def _team(data: dict[str, Any]) -> Iterator[Finding]:
    children: dict[str, list[str]] = {}
    for path, category in _each(data, "price_list"):
        for place, service in _each(category, "services", path):
            below = [*_each(service, "variants", place), *_each(service, "addons", place)]
            children[str(service.get("slug"))] = sorted(_names(below, "slug"))
            children.update({name: [] for name in _names(below, "slug")})
        children.update({name: [] for name in _names(_each(category, "addons", path), "slug")})
    for path, person in _each(data, "team"):
        yield from _skills(path, person, children)
        yield from _unique(list(_each(person, "dated_hours", path)), "date")
    people = _names(_each(data, "team"), "slug")
    for path, login in _each(data, "logins"):
        who = login.get("staff")
        if isinstance(who, str):
            yield from _known((*path, "staff"), who, people, "is nobody of the team")


def _skills(
    path: Path, person: dict[str, Any], children: dict[str, list[str]]
) -> Iterator[Finding]:
    skills = person.get("services")
    if not isinstance(skills, list):
        return
    entries = [each if isinstance(each, dict) else {"service": each} for each in skills]
    names = [entry.get("service") for entry in entries]
    yield from _repeated((*path, "services"), names)
    for index, entry in enumerate(entries):
        place = (*path, "services", index)
        name = entry.get("service")
        if not isinstance(name, str):
            continue
        yield from _known(place, name, children, "is not on the price list")
        without = entry.get("without", [])
        if isinstance(without, list):
            yield from _known(
                (*place, "without"),
                without,
                children.get(name, []),
                f"is no variant or add-on of {name}",
            )
        own = [key for key in ("price", "minutes", "finish_minutes") if key in entry]
        if own and children.get(name):
            yield from _own_terms_of_variants(place, name, own, children)


def _own_terms_of_variants(
    place: Path, name: str, own: list[str], children: dict[str, list[str]]
) -> Iterator[Finding]:
    for key in own:
        names = ", ".join(children[name])
        yield (*place, key), f"cannot stand at {name} as a whole, only at each of {names}"


# ---------------------------------------------------------------------- looking around


def _each(data: dict[str, Any], key: str, path: Path = ()) -> Iterator[Place]:
    items = data.get(key)
    for index, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield (*path, key, index), item


def _names(places: Iterator[Place] | list[Place], key: str) -> set[str]:
    return {str(item[key]) for _, item in places if key in item}


def _unique(places: list[Place], key: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, item in places:
        name = item.get(key)
        if isinstance(name, str):
            if name in seen:
                yield (*path, key), f"{name} is used twice; each needs its own"
            seen.add(name)


def _repeated(path: Path, names: list[Any]) -> Iterator[Finding]:
    for index, name in enumerate(names):
        if isinstance(name, str) and name in names[:index]:
            yield (*path, index), f"{name} stands here twice"


def _known(path: Path, wanted: Any, known: Any, problem: str) -> Iterator[Finding]:
    names = enumerate(wanted) if isinstance(wanted, list) else [(None, wanted)]
    for index, name in names:
        if isinstance(name, str) and name not in known:
            place = path if index is None else (*path, index)
            yield place, f"{name} {problem}{_nearest(name, known)}"


def _nearest_zone(name: str) -> str:
    """By the whole name, else by its city."""
    cities = {zone.rpartition("/")[2]: zone for zone in sorted(available_timezones())}
    by_city = get_close_matches(name, cities, n=1)
    return _nearest(name, available_timezones()) or _nearest(
        cities[by_city[0]] if by_city else name, available_timezones()
    )


def _nearest(name: str, known: Any) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""
