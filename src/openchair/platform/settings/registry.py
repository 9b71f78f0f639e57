"""Finds every settings class of the house, to document them and to catch a mistyped name."""

import os
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

import openchair
from openchair.platform.settings.base import (
    PREFIX,
    BadSettings,
    RoomSettings,
    fields_of,
    variable,
)


def all_settings() -> list[type[RoomSettings]]:
    """The settings classes of all rooms, those of the installation first."""
    root = Path(openchair.__file__).parent
    for path in sorted([*root.rglob("settings.py"), *root.glob("platform/settings/*.py")]):
        import_module(".".join(("openchair", *path.relative_to(root).with_suffix("").parts)))
    rooms = RoomSettings.__subclasses__()
    return sorted(rooms, key=lambda room: (".platform." not in room.__module__, room.__module__))


def refuse_unknown_names() -> None:
    """Raises `BadSettings` for an OPENCHAIR_ variable that no room knows: surely a slip."""
    known = {variable(*pair) for room in all_settings() for pair in fields_of(room)}
    told = []
    for name in sorted(os.environ.keys() - known):
        if name.startswith(PREFIX):
            near = get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else " docs/settings.md lists them all."
            told.append(f"{name} is not a setting.{hint}")
    if told:
        raise BadSettings("\n".join(told))
