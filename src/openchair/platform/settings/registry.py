"""Finds every settings class of the house, to document them and to catch a mistyped name."""

import os
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

import openchair
from openchair.platform.settings.base import (
    OPERATORS_FILE,
    PREFIX,
    RoomSettings,
    fields_of,
    old_name,
    variable,
)
from openchair.platform.settings.files import HOME_VARIABLE, BadSettings, home, read_env_file


def all_settings() -> list[type[RoomSettings]]:
    """The settings classes of all rooms, those of the installation first."""
    root = Path(openchair.__file__).parent
    for path in sorted([*root.rglob("settings.py"), *root.glob("platform/settings/*.py")]):
        import_module(".".join(("openchair", *path.relative_to(root).with_suffix("").parts)))
    rooms = RoomSettings.__subclasses__()
    return sorted(rooms, key=lambda room: (".platform." not in room.__module__, room.__module__))


def refuse_unknown_names() -> None:
    """Raises `BadSettings` for an OPENCHAIR_ variable, or a name in the operator's file, that no
    room knows: surely a slip. The data folder cannot be named inside itself.
    """
    every = [pair for room in all_settings() for pair in fields_of(room)]
    known = {variable(*pair) for pair in every}
    still_known = {old_name(field) for _, field in every}
    path = home() / OPERATORS_FILE
    named = {name: "" for name in os.environ if name.startswith(PREFIX)}
    named |= dict.fromkeys(read_env_file(path), f" ({path})")
    told = [
        f"{name} is not a setting.{_hint(name, known)}{place}"
        for name, place in sorted(named.items())
        if name not in known and name not in still_known
    ]
    if named.get(HOME_VARIABLE):
        told.append(f"{HOME_VARIABLE} belongs into the environment, not into {path}.")
    if told:
        raise BadSettings("\n".join(told))


def _hint(name: str, known: set[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f" Did you mean {near[0]}?" if near else " docs/settings.md lists them all."
