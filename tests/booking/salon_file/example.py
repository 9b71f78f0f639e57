"""The example of docs/salon-file.md, so that what the page shows is what the tests import."""

from pathlib import Path

from openchair.booking.salon_file.read import read_salon_file
from openchair.booking.salon_file.schema import SalonFile

PAGE = Path(__file__).parents[3] / "docs" / "salon-file.md"


def example_text() -> str:
    return PAGE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]


def example(*changes: tuple[str, str]) -> SalonFile:
    """The example with these texts replaced, each at its first place."""
    return read_salon_file(changed(*changes).encode())


def changed(*changes: tuple[str, str]) -> str:
    text = example_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
