"""Nobody imports another room's tables: cross-room reads go through `queries.py` or its verbs."""

import ast
from pathlib import Path

import openchair

ROOT = Path(openchair.__file__).parent


def room_of(module: str) -> str:
    """`openchair.booking.availability.models` → `openchair.booking`: slices of a room are one."""
    return ".".join(module.split(".")[:2])


def imports_of(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if name.endswith(".models") and name.startswith("openchair.")]


def test_only_a_room_itself_knows_its_tables() -> None:
    trespassing = [
        f"{module} imports {name}"
        for path in ROOT.rglob("*.py")
        for module in [".".join(("openchair", *path.relative_to(ROOT).with_suffix("").parts))]
        for name in imports_of(path)
        if room_of(name) not in {room_of(module), "openchair.platform"}
    ]
    assert sorted(trespassing) == []
