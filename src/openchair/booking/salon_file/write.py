"""Writes a salon as the text of its file, in the one canonical form. Called by export."""

from typing import Any

from openchair.booking.salon_file.schema import SalonFile
from openchair.booking.salon_file.yaml_text import dump

HEADING = "# A whole salon for OpenChair. What each key means: docs/salon-file.md\n"
_APART = (
    "location",
    "opening_hours",
    "holidays",
    "resources",
    "price_list",
    "team",
    "logins",
    "brand",
)


def plain(file: SalonFile) -> dict[str, Any]:
    """The file as mappings, lists and text; what equals its default is left out, but never a
    rule of the house, so that a new default changes no salon.
    """
    data = file.model_dump(mode="json", exclude_defaults=True, context=file.context)
    rules = file.model_dump(
        mode="json", include={"tax", "cash_rounding", "policies"}, context=file.context
    )
    data = {name: rules.get(name, data.get(name)) for name in _order(data, rules)}
    for person in data.get("team", ()):
        if "services" in person:
            person["services"] = [_bare(skill) for skill in person["services"]]
    found: dict[str, Any] = _as_text(data)
    return found


def write_salon_file(file: SalonFile) -> str:
    """The text of the file; `read_salon_file` of it gives an equal `file`."""
    parts = [HEADING]
    for key, value in plain(file).items():
        parts.append(("\n" if key in _APART else "") + dump({key: value}))
    return "".join(parts)


def _order(data: dict[str, Any], rules: dict[str, Any]) -> list[str]:
    return [name for name in SalonFile.model_fields if name in data or name in rules]


def _bare(skill: dict[str, Any]) -> Any:
    return skill["service"] if skill.keys() == {"service"} else skill


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)
