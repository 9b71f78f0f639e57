"""What the stories of a salon's own day stand on."""

from collections.abc import AsyncIterator

import pytest

from tests.served import Served
from tests.stories.own_salon import OwnSalon, own_salon


@pytest.fixture
async def salon(served: Served) -> AsyncIterator[OwnSalon]:
    """A salon that no other test comes into."""
    async with own_salon(served) as made:
        yield made
