"""placeholder"""

from typing import Any


def render(document: Any) -> str:
    return ""
