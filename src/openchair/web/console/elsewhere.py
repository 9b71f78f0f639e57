"""A way out of any depth of a page: the reader is led to another page of the console instead.
Raised where what a form names is not there; `failures.py` answers it.
"""

from openchair.platform.errors import NotFound


class Elsewhere(NotFound):
    """What was asked for is not there; `address`, a page of ours, is the place to look."""

    def __init__(self, address: str) -> None:
        super().__init__("There is nothing at this address. Please check the link.")
        self.address = address
