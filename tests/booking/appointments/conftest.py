"""The house of the booking cases, for what the desk does with a visit."""

from tests.cases.conftest import house, open_house

__all__ = ["house", "open_house"]
