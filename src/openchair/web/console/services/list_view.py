"""The price list as its page shows it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from openchair.booking.catalogue.categories import Heading
from openchair.booking.catalogue.item import Item
from openchair.booking.catalogue.price_list import PriceList
from openchair.media.queries import Shape
from openchair.web.console.door import Desk
from openchair.web.media import picture_address

HOME = "/salon/services"
THUMBNAIL = 160


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a service, a variant or an add-on."""

    id: str
    name: str
    url: str
    price: str
    minutes: str
    about: str
    warning: str
    picture: str


@dataclass(frozen=True, slots=True)
class Group:
    """A heading with what stands under it; `addons` go with every service."""

    id: str
    name: str
    colour: str
    url: str
    add_url: str
    rows: tuple[Row, ...]
    addons: tuple[Row, ...]


def view_list(desk: Desk, found: PriceList) -> list[Group]:
    """Headings that offer something or are empty; those with archived services alone are hidden."""
    groups = []
    for heading in found.headings:
        rows = found.services(heading.id)
        addons = found.general(heading.id)
        below = [item for item in found.items.values() if item.category_id == heading.id]
        if rows or addons or not below:
            groups.append(
                Group(
                    id=str(heading.id),
                    name=desk.say(heading.name),
                    colour=heading.colour,
                    url=desk.url(f"{HOME}/categories/{heading.id}"),
                    add_url=desk.url(f"{HOME}/new", category=str(heading.id)),
                    rows=tuple(view_row(desk, found, item) for item in rows),
                    addons=tuple(view_row(desk, found, item) for item in addons),
                )
            )
    return groups


def view_archived(desk: Desk, found: PriceList) -> list[tuple[Row, str]]:
    """Everything that is offered no more, each with where it stood."""
    headings = {heading.id: heading for heading in found.headings}
    rows = []
    for item in found.items.values():
        if item.active:
            continue
        parent = found.items.get(item.parent_id) if item.parent_id else None
        place: Heading | Item = parent or headings[item.category_id]
        rows.append((view_row(desk, found, item), desk.say(place.name)))
    return rows


def view_row(desk: Desk, found: PriceList, item: Item) -> Row:
    """One line of the list."""
    variants = found.below(item.id, "variant")
    timed = variants or [item]
    shape = found.pictures.get(item.image_id) if item.image_id else None
    return Row(
        id=str(item.id),
        name=desk.say(item.name),
        url=desk.url(f"{HOME}/{item.id}"),
        price=_range([_lowest(each) for each in timed], desk, desk.formats.money),
        minutes=_range([_length(each) for each in timed], desk, desk.formats.minutes),
        about=_about(desk, found, item, variants),
        warning=_warning(desk, found, timed),
        picture=address_of(desk, shape),
    )


def address_of(desk: Desk, shape: Shape | None) -> str:
    """Where its small picture is; empty without one."""
    if shape is None:
        return ""
    return picture_address(desk.salon.slug, shape.id, shape.width_for(THUMBNAIL))


def _about(desk: Desk, found: PriceList, item: Item, variants: Sequence[Item]) -> str:
    plural = desk.words.plural
    addons = found.below(item.id, "addon")
    does = _who(found, item)
    parts = [
        plural("{number} variant", "{number} variants", len(variants)) if variants else "",
        plural("{number} add-on", "{number} add-ons", len(addons)) if addons else "",
        plural("{number} person", "{number} people", does) if does else "",
    ]
    return " · ".join(part for part in parts if part)


def _warning(desk: Desk, found: PriceList, timed: Sequence[Item]) -> str:
    if any(_who(found, item) for item in timed):
        return ""
    return desk.words.text("Nobody does it yet, so clients cannot book it.")


def _who(found: PriceList, item: Item) -> int:
    return sum(person.active and person.id in item.terms for person in found.people)


def _lowest(item: Item) -> int:
    own = [
        item.price_minor if each.price_minor is None else each.price_minor
        for each in item.terms.values()
    ]
    return min(own or [item.price_minor])


def _length(item: Item) -> int:
    return item.active_minutes + item.processing_minutes + item.finish_minutes


def _range(values: Sequence[int], desk: Desk, write: Callable[[int], str]) -> str:
    if len(set(values)) == 1:
        return write(values[0])
    return desk.words.text("from {amount}", amount=write(min(values)))
