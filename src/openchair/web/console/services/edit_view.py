"""The page of one service, variant or add-on: what it offers to choose from. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from openchair.booking.catalogue.item import AS_EVERYBODY, Item, Own
from openchair.booking.catalogue.price_list import Person, PriceList
from openchair.customers.forms.queries import Form
from openchair.platform.ids import new_id
from openchair.platform.languages.catalogues import NAMES
from openchair.web.console.door import Desk
from openchair.web.console.forms import Typed
from openchair.web.console.services.form import MINUTES, shown
from openchair.web.console.services.list_view import HOME, Row, address_of, view_row
from openchair.web.console.services.timeline import Timeline, view_timeline

NEW_MINUTES = 30
LIKE_ITS_SERVICE = (*MINUTES, "price_minor", "required_form_id")


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a choice."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who can be ticked; those who left are shown only where they still are."""

    id: str
    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class Column:
    """A variant in the table of prices: what each person asks and needs for it."""

    name: str
    url: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EditView:
    """All that the form and the boxes beside it print."""

    title: str
    parent: Row | None
    hangs_under: str
    headings: tuple[Option, ...]
    languages: tuple[Option, ...]
    workers: tuple[Worker, ...]
    needs: tuple[Option, ...]
    forms: tuple[Option, ...]
    timeline: Timeline
    variants: tuple[Row, ...]
    addons: tuple[Row, ...]
    columns: tuple[Column, ...]
    picture: str
    url: str
    currency: str


def blank(found: PriceList, *, kind: str, parent_id: str, category_id: str) -> Item | None:
    """Where the form of something new begins: a variant or an add-on as the service it goes with.
    None where that is not there.
    """
    parent = next((item for item in found.items.values() if str(item.id) == parent_id), None)
    if (kind == "variant" or parent_id) and (parent is None or parent.kind != "service"):
        return None
    if kind == "service" and parent is not None:
        return None
    heading = next((each for each in found.headings if str(each.id) == category_id), None)
    begun = Item(
        id=new_id(),
        kind=kind,
        category_id=parent.category_id if parent else (heading or found.headings[0]).id,
        parent_id=parent.id if parent else None,
        slug="",
        name={},
        description={},
        active_minutes=NEW_MINUTES,
        processing_minutes=0,
        finish_minutes=0,
        buffer_before_minutes=0,
        buffer_after_minutes=0,
        price_minor=0,
        active=True,
        required_form_id=None,
        image_id=None,
        group_ids=parent.group_ids if parent else (),
        terms=_everybody(found, parent, like_parent=kind == "variant"),
    )
    if parent is None or kind != "variant":
        return begun
    return replace(begun, **{name: getattr(parent, name) for name in LIKE_ITS_SERVICE})


def _everybody(found: PriceList, parent: Item | None, *, like_parent: bool) -> dict[UUID, Own]:
    """A variant is done by whom its service is, at their prices while it is the only one."""
    if parent is None:
        return {person.id: AS_EVERYBODY for person in found.people if person.active}
    if like_parent and not found.below(parent.id, "variant"):
        return dict(parent.terms)
    return dict.fromkeys(parent.terms, AS_EVERYBODY)


def view_edit(
    desk: Desk, found: PriceList, item: Item, *, typed: Typed, forms: Sequence[Form]
) -> EditView:
    """Everything beside what was typed."""
    parent = found.items.get(item.parent_id) if item.parent_id else None
    variants = found.below(item.id, "variant")
    people = [each for each in found.people if each.active or each.id in item.terms]
    active, processing, finish, before, after = (_minutes(typed[name]) for name in MINUTES)
    shape = found.pictures.get(item.image_id) if item.image_id else None
    return EditView(
        title=desk.say(item.name),
        parent=view_row(desk, found, parent) if parent else None,
        hangs_under=desk.say(parent.name) if parent else "",
        headings=tuple(Option(str(each.id), desk.say(each.name)) for each in found.headings),
        languages=tuple(_languages(desk)),
        workers=tuple(Worker(str(each.id), each.name, each.colour) for each in people),
        needs=tuple(Option(str(each.id), desk.say(each.name)) for each in found.groups),
        forms=tuple(Option(str(each.id), desk.say(each.name)) for each in forms),
        timeline=view_timeline(
            desk, active=active, processing=processing, finish=finish, before=before, after=after
        ),
        variants=tuple(view_row(desk, found, each) for each in variants),
        addons=tuple(view_row(desk, found, each) for each in found.below(item.id, "addon")),
        columns=tuple(_column(desk, each, people) for each in variants),
        picture=address_of(desk, shape),
        url=desk.url(f"{HOME}/{item.id}"),
        currency=desk.salon.currency,
    )


def differences(desk: Desk, found: PriceList, item: Item, typed: Typed) -> list[tuple[str, str]]:
    """What is saved now and is not what was typed: the field's name and what it says."""
    say = desk.words.text
    saved = shown(desk, item)
    names = {
        "category_id": say("Category"),
        "price": say("Price"),
        "active_minutes": say("Work"),
        "processing_minutes": say("Processing"),
        "finish_minutes": say("Finish"),
        "buffer_before_minutes": say("Kept free before"),
        "buffer_after_minutes": say("Kept free after"),
    }
    headings = {str(each.id): desk.say(each.name) for each in found.headings}
    rows = []
    for field, value in saved.values.items():
        kind, _, rest = field.partition("_")
        if value == typed[field]:
            continue
        if field in names and field in typed.values:
            rows.append((names[field], headings.get(value, value)))
        elif kind in {"name", "description"} and value:
            called = say("What it is called") if kind == "name" else say("Description")
            rows.append((f"{called} ({rest})", value))
    who = [each.name for each in found.people if _differs(each, saved, typed)]
    if who:
        rows.append((say("Who does it"), desk.formats.listed(who)))
    return rows


def _differs(person: Person, saved: Typed, typed: Typed) -> bool:
    fields = (f"{each}_{person.id}" for each in ("does", "own_price", "own_active", "own_finish"))
    return any(saved[field] != typed[field] for field in fields)


def _languages(desk: Desk) -> list[Option]:
    """The salon's own language first."""
    own = desk.salon.default_language
    codes = [own, *(code for code in desk.salon.languages if code != own)]
    return [Option(code, NAMES.get(code, code)) for code in codes]


def _column(desk: Desk, variant: Item, people: Sequence[Person]) -> Column:
    cells = []
    for person in people:
        own = variant.terms.get(person.id)
        if own is None:
            cells.append(("", ""))
            continue
        price = variant.price_minor if own.price_minor is None else own.price_minor
        finish = variant.finish_minutes if own.finish_minutes is None else own.finish_minutes
        minutes = (own.active_minutes or variant.active_minutes) + variant.processing_minutes
        cells.append((desk.formats.money(price), desk.formats.minutes(minutes + finish)))
    return Column(desk.say(variant.name), desk.url(f"{HOME}/{variant.id}"), tuple(cells))


def _minutes(text: str) -> int:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 6 else 0
