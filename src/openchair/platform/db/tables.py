"""Makes every room's tables known to SQLAlchemy, which resolves foreign keys between them.

A room that is not imported yet would leave a hole. Every process calls it at its start, by
`reactions.start`; so does the migrations' environment. It knows no room by
name: it looks for files.
"""

from importlib import import_module
from pathlib import Path

PACKAGE = Path(__file__).parents[2]


def know_all_tables() -> None:
    """Import each room's `models.py`."""
    for path in sorted(PACKAGE.rglob("models.py")):
        parts = (PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts)
        import_module(".".join(parts))
