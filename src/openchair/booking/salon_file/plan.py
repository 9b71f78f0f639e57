"""What an import would do: the difference between the salon as it is and as the file wants it.

Shown before anything is written; `apply.py` refuses it when the salon has changed since.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.salon_file.export import export_salon
from openchair.booking.salon_file.kept import bookings_of
from openchair.booking.salon_file.schema import SalonFile
from openchair.booking.salon_file.write import plain, write_salon_file
from openchair.platform.errors import NotFound

Action = Literal["add", "change", "remove"]
Entry = tuple[str, str]
_SETTINGS = ("policies", "tax", "location", "opening_hours", "brand")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would be added, changed or removed; `about` names the keys that differ."""

    action: Action
    kind: str
    name: str
    about: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes one file would make; `state` marks the salon they were worked out for."""

    file: SalonFile
    is_new: bool
    changes: tuple[Change, ...]
    missing_texts: dict[str, int]
    state: str

    def count(self, action: Action) -> int:
        """How many things it adds, changes or removes."""
        return sum(change.action == action for change in self.changes)


async def plan_import(session: AsyncSession, *, file: SalonFile) -> Plan:
    """Compare the file with the salon of its slug. Writes nothing."""
    current = await find_current(session, slug=file.slug)
    changes = list(_differences(current, file))
    removed = {(change.kind, change.name) for change in changes if change.action == "remove"}
    kept = await bookings_of(session, slug=file.slug, entries=removed) if removed else {}
    return Plan(
        file=file,
        is_new=current is None,
        changes=tuple(_with_note(change, kept) for change in changes),
        missing_texts=_missing_texts(file),
        state=fingerprint(current),
    )


async def find_current(session: AsyncSession, *, slug: str) -> SalonFile | None:
    """The salon of this slug as a file, if there is one."""
    try:
        return await export_salon(session, slug=slug)
    except NotFound:
        return None


def fingerprint(file: SalonFile | None) -> str:
    """A hash that changes when anything of the salon does."""
    text = write_salon_file(file) if file is not None else ""
    return hashlib.sha256(text.encode()).hexdigest()


def _with_note(change: Change, kept: dict[Entry, int]) -> Change:
    bookings = kept.get((change.kind, change.name), 0)
    if not bookings:
        return change
    visits = "1 booking" if bookings == 1 else f"{bookings} bookings"
    return Change(
        change.action, change.kind, change.name, change.about, f"hidden, not deleted: has {visits}"
    )


def _differences(current: SalonFile | None, wanted: SalonFile) -> Iterator[Change]:
    old = dict(_entries(plain(current))) if current is not None else {}
    new = dict(_entries(plain(wanted)))
    for entry, data in new.items():
        if entry not in old:
            yield Change("add", *entry)
        elif data != old[entry]:
            keys = {**old[entry], **data}
            about = tuple(key for key in keys if old[entry].get(key) != data.get(key))
            yield Change("change", *entry, about=about)
    for entry in old:
        if entry not in new:
            yield Change("remove", *entry)
    if old and [each for each in old if each in new] != [each for each in new if each in old]:
        yield Change("change", "order", "of the lists")


def _entries(data: dict[str, Any]) -> Iterator[tuple[Entry, dict[str, Any]]]:
    """The things a file consists of, each with what belongs to it alone."""
    rest = dict(data)
    groups, price_list, team, logins, holidays = (
        rest.pop(key, []) for key in ("resources", "price_list", "team", "logins", "holidays")
    )
    settings = [(name, rest.pop(name, {})) for name in _SETTINGS]
    yield ("salon", rest["slug"]), rest
    for name, setting in settings:
        yield ("setting", name), setting
    for holiday in holidays:
        yield ("holiday", holiday["date"]), holiday
    for group in groups:
        yield ("resources", group["slug"]), group
    for category in price_list:
        yield from _category(category)
    for person in team:
        yield ("person", person["slug"]), person
    for login in logins:
        yield ("log-in", login["email"]), login


def _category(category: dict[str, Any]) -> Iterator[tuple[Entry, dict[str, Any]]]:
    own = {key: category[key] for key in category if key not in {"services", "addons"}}
    yield ("category", category["slug"]), own
    under = {"under": category["slug"]}
    for service in category["services"]:
        children = ("variants", "addons")
        alone = {key: service[key] for key in service if key not in children}
        yield ("service", service["slug"]), {**alone, **under}
        for kind, key in (("variant", "variants"), ("add-on", "addons")):
            for child in service.get(key, ()):
                yield (kind, child["slug"]), {**child, "under": service["slug"]}
    for addon in category.get("addons", ()):
        yield ("add-on", addon["slug"]), {**addon, **under}


def _missing_texts(file: SalonFile) -> dict[str, int]:
    """How many texts lack each of the salon's languages."""
    missing = dict.fromkeys(file.languages, 0)
    for words in _all_words(file.model_dump(context=None), set(file.languages)):
        for language in file.languages:
            missing[language] += language not in words
    return {language: count for language, count in missing.items() if count}


def _all_words(value: Any, languages: set[str]) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if value and value.keys() <= languages:
            yield value
            return
        for item in value.values():
            yield from _all_words(item, languages)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _all_words(item, languages)
