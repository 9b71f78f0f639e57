"""The form of something on the price list: what it shows, and what was typed into it. Pure."""

from collections.abc import Mapping
from uuid import UUID

from openchair.booking.catalogue.item import AS_EVERYBODY, Item, Own
from openchair.booking.catalogue.price_list import Person
from openchair.booking.catalogue.rules import Wanted, refused
from openchair.web.console.door import Desk
from openchair.web.console.forms import Typed
from openchair.web.console.services.money import read_amount, write_amount

MINUTES = (
    *("active_minutes", "processing_minutes", "finish_minutes"),
    *("buffer_before_minutes", "buffer_after_minutes"),
)
NO_NUMBER = "Please type a whole number."
NO_AMOUNT = "Please type an amount such as 89 or 89.50."
CHOOSE = "Please choose from the list."


def shown(desk: Desk, item: Item) -> Typed:
    """What stands in the form before anybody typed."""
    currency = desk.salon.currency
    values = {
        "category_id": str(item.category_id),
        "price": write_amount(item.price_minor, currency=currency),
        "required_form_id": str(item.required_form_id or ""),
        **{name: str(getattr(item, name)) for name in MINUTES},
        **{f"name_{code}": text for code, text in item.name.items()},
        **{f"description_{code}": text for code, text in item.description.items()},
        **{f"needs_{group}": "yes" for group in item.group_ids},
    }
    for who, own in item.terms.items():
        values |= {
            f"does_{who}": "yes",
            f"own_price_{who}": ""
            if own.price_minor is None
            else write_amount(own.price_minor, currency=currency),
            f"own_active_{who}": str(own.active_minutes or ""),
            f"own_finish_{who}": "" if own.finish_minutes is None else str(own.finish_minutes),
        }
    return Typed(values)


def read_wanted(
    desk: Desk,
    typed: Typed,
    *,
    people: Mapping[UUID, Person],
    category_id: UUID | None = None,
    timed: Item | None = None,
) -> Wanted:
    """What was asked for. `category_id` is given for what hangs under a service; `timed` is the
    service whose price and minutes its variants say, so that the form has no fields for them.

    Raises `Invalid` with all that cannot be read.
    """
    wrong: dict[str, str] = {}
    heading = category_id or _id(typed["category_id"])
    if heading is None:
        wrong["category_id"] = CHOOSE
    numbers = {
        name: _minutes(typed, name, wrong)
        for name in MINUTES
        if timed is None or name.startswith("buffer")
    }
    price = 0 if timed else read_amount(typed["price"], currency=desk.salon.currency)
    if price is None:
        wrong["price"] = NO_AMOUNT
    terms = _terms(desk, typed, people=people, wrong=wrong)
    form = typed["required_form_id"]
    if form and _id(form) is None:
        wrong["required_form_id"] = CHOOSE
    if wrong or heading is None:
        raise refused(wrong)
    if timed is not None:
        numbers |= {name: getattr(timed, name) for name in MINUTES if name not in numbers}
        price = timed.price_minor
    return Wanted(
        name={code: typed[f"name_{code}"] for code in desk.salon.languages},
        description={code: typed[f"description_{code}"] for code in desk.salon.languages},
        category_id=heading,
        price_minor=price or 0,
        required_form_id=_id(form),
        group_ids=tuple(_named(typed, "needs_")),
        terms=terms,
        **numbers,
    )


def read_texts(desk: Desk, typed: Typed, field: str) -> dict[str, str]:
    """The text of each language of the salon."""
    return {code: typed[f"{field}_{code}"] for code in desk.salon.languages}


def _terms(
    desk: Desk, typed: Typed, *, people: Mapping[UUID, Person], wrong: dict[str, str]
) -> dict[UUID, Own]:
    """Everybody who is ticked. What somebody who is not has in their fields is left alone."""
    found: dict[UUID, Own] = {}
    for who in _named(typed, "does_"):
        if who not in people:
            wrong["terms"] = CHOOSE
            continue
        price = None
        if typed.trimmed(f"own_price_{who}"):
            price = read_amount(typed[f"own_price_{who}"], currency=desk.salon.currency)
            if price is None:
                wrong[f"own_price_{who}"] = NO_AMOUNT
        active = _own_minutes(typed, f"own_active_{who}", wrong)
        finish = _own_minutes(typed, f"own_finish_{who}", wrong)
        own = Own(price_minor=price, active_minutes=active or None, finish_minutes=finish)
        found[who] = AS_EVERYBODY if own == AS_EVERYBODY else own
    return found


def _named(typed: Typed, prefix: str) -> list[UUID]:
    ids = (_id(name.removeprefix(prefix)) for name in typed.values if name.startswith(prefix))
    return [each for each in ids if each is not None]


def _minutes(typed: Typed, name: str, wrong: dict[str, str]) -> int:
    text = typed.trimmed(name) or "0"
    if not (text.isascii() and text.isdigit()) or len(text) > 5:
        wrong[name] = NO_NUMBER
        return 0
    return int(text)


def _own_minutes(typed: Typed, name: str, wrong: dict[str, str]) -> int | None:
    return _minutes(typed, name, wrong) if typed.trimmed(name) else None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
