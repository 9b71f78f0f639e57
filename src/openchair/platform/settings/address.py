"""The type of settings that hold an address: of ours, or of another service."""

from typing import Annotated

from pydantic import AfterValidator


def check_address(value: str) -> str:
    """Without a trailing slash; nothing stays nothing. Raises `ValueError` for what is none."""
    if value and not value.startswith(("http://", "https://")):
        raise ValueError("it has to begin with https:// or http://")
    return value.rstrip("/")


HttpAddress = Annotated[str, AfterValidator(check_address)]
