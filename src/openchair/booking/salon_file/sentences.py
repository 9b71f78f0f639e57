"""Turns what the schema refuses into sentences a salon owner can act on. Called by `read.py`."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from openchair.booking.salon_file.schema import SalonFile
from openchair.booking.salon_file.yaml_text import Path

_NAMED_BY = ("slug", "service", "email", "date", "name", "begins")


def refusals(error: ValidationError) -> Iterator[tuple[Path, str]]:
    """Each refusal as the path of its value and a sentence fragment about it."""
    for each in error.errors(include_url=False, include_input=True):
        if each["type"] == "too_short" and each["input"]:
            continue  # it has entries, but they are refused themselves
        yield tuple(each["loc"]), _fragment(each)


def _fragment(error: ErrorDetails) -> str:
    kind, bounds, given = error["type"], error.get("ctx", {}), error.get("input")
    if kind == "extra_forbidden":
        return _unknown_key(tuple(error["loc"]))
    if kind == "value_error":
        return str(bounds["error"])
    sentences = {
        "missing": "is missing",
        "int_parsing": f"must be a whole number, not {_shown(given)}",
        "int_from_float": f"must be a whole number, not {_shown(given)}",
        "float_parsing": f"must be a number, not {_shown(given)}",
        "finite_number": "must be a number",
        "bool_parsing": f"must be true or false, not {_shown(given)}",
        "greater_than_equal": f"must be at least {bounds.get('ge')}",
        "less_than_equal": f"must be at most {bounds.get('le')}",
        "literal_error": f"must be {bounds.get('expected', '')}, not {_shown(given)}",
        "string_pattern_mismatch": f"is not written as this value must be: {_shown(given)}",
        "string_too_long": f"may have at most {bounds.get('max_length')} characters",
        "too_long": f"may have at most {bounds.get('max_length')} entries",
        "too_short": "needs at least one entry",
        "tuple_type": "must be a list",
        "model_type": "must be a group of keys",
        "model_attributes_type": "must be a group of keys",
    }
    return sentences.get(kind, f"must be a single value, not {_shown(given)}")


def _shown(given: Any) -> str:
    if isinstance(given, str):
        return repr(given[:40])
    return "nothing" if given is None else "a list or group"


def _unknown_key(path: Path) -> str:
    known = list(_keys_at(path[:-1]))
    near = get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
    if near:
        return f"is not a known key; did you mean {near[0]}?"
    return f"is not a known key; here stand {', '.join(known)}"


def _keys_at(path: Path) -> list[str]:
    """The keys of the group at this path, found by walking the schema's types."""
    model: type[BaseModel] = SalonFile
    for step in path:
        if isinstance(step, str) and step in model.model_fields:
            model = _group_within(model.model_fields[step].annotation) or model
    return list(model.model_fields)


def _group_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if (found := _group_within(inner)) is not None:
            return found
    return None


def where(path: Path, data: Any) -> str:
    """The path in the salon's own names: `price_list › cuts › womens-cut › price`."""
    words: list[str] = []
    for step in path:
        data = _step(data, step)
        if isinstance(step, str):
            words.append(step)
        else:
            words.append(_name_of(data) or f"entry {step + 1}")
    return " › ".join(words)


def _step(data: Any, step: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(str(step))
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def _name_of(item: Any) -> str | None:
    if isinstance(item, str):
        return item[:60]
    if isinstance(item, dict):
        return next(
            (str(item[key])[:60] for key in _NAMED_BY if isinstance(item.get(key), str)), None
        )
    return None
