"""Which of Twilio's messages is the one in doubt."""

from typing import Any
from uuid import UUID

import pytest

from openchair.notifications.errors import Doubtful
from openchair.notifications.providers.provider import Doubted, Known, Provider
from openchair.notifications.providers.sms.twilio_lookup import conclude
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from tests.notifications.conftest import run
from tests.notifications.sms.conftest import ANNA, Put, outgoing
from tests.notifications.sms.test_note_delivery import DOUBTFUL
from tests.sandbox_process import Sandbox


@pytest.mark.parametrize(
    ("strays", "rivals", "known"),
    [
        ([], 0, Known.NOT_TAKEN),
        ([], 3, Known.NOT_TAKEN),
        (["SM1"], 0, Known.TAKEN),
        (["SM1"], 1, Known.UNKNOWN),
        (["SM2", "SM1"], 1, Known.TAKEN),
    ],
)
def test_conclusions(strays: list[str], rivals: int, known: Known) -> None:
    assert conclude(strays, rivals=rivals, reached_back=True).known is known


def test_a_list_that_is_too_short_proves_nothing() -> None:
    assert conclude([], rivals=0, reached_back=False).known is Known.UNKNOWN


async def test_two_doubts_at_once(
    database: Database, outside: Sandbox, providers: dict[str, Provider], put: Put, salon_id: UUID
) -> None:
    """One of two was taken: only callbacks can tell which. Both were: so was each."""
    messages = [await put(dedupe_key="1"), await put(dedupe_key="2")]
    for each in messages:
        await run(database, DOUBTFUL, id=each)
    twilio = providers["twilio"]
    await outside.fault("twilio", "drop")
    for taken, known in ((1, Known.UNKNOWN), (2, Known.TAKEN)):
        with pytest.raises(Doubtful):
            await twilio.send(outgoing(), hand_over=nothing)
        assert len(await outside.sms()) == taken
        for each in messages:
            assert (await twilio.look_up(doubted(salon_id, each))).known is known


def doubted(salon_id: UUID, message: UUID) -> Doubted:
    return Doubted(
        salon_id=salon_id,
        notification_id=message,
        recipient=ANNA,
        message_id="<m>",
        handed_over_at=utc_now(),
    )


async def nothing(*_: Any) -> None:
    """A hand-over that allows everything."""
