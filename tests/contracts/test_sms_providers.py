"""What every SMS provider does, against the sandbox as a real process."""

import asyncio
import socket
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from openchair.notifications.errors import DeliveryFailed, Doubtful, Permanent, Temporary
from openchair.notifications.providers.provider import Doubted, Finding, Known, Outgoing, Provider
from openchair.notifications.providers.sms.current import sms_providers
from openchair.notifications.providers.sms.settings import TWILIO, VONAGE
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.settings import base
from tests.notifications.sms.conftest import ANNA, outgoing
from tests.platform.outbound.conftest import logged
from tests.sandbox_process import Sandbox, eventually

NAMES = (TWILIO, VONAGE)


@pytest.fixture(params=NAMES)
def provider(request: pytest.FixtureRequest, providers: dict[str, Provider]) -> Provider:
    return providers[request.param]


class HandOver:
    """Counts, and sees what the provider had by then."""

    def __init__(self, outside: Sandbox, *, refuse: bool = False) -> None:
        self.outside, self.refuse = outside, refuse
        self.seen: list[int] = []

    async def __call__(self) -> None:
        self.seen.append(len(await self.outside.sms()))
        if self.refuse:
            raise LeaseLost


class LeaseLost(Exception):
    pass


async def fails(provider: Provider, outside: Sandbox, message: Outgoing) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as raised:
        await provider.send(message, hand_over=HandOver(outside))
    return raised.value


def doubted(message: Outgoing) -> Doubted:
    return Doubted(
        salon_id=message.salon_id,
        notification_id=message.notification_id,
        recipient=message.recipient,
        message_id=message.message_id,
        handed_over_at=utc_now(),
    )


async def test_it_is_taken(provider: Provider, outside: Sandbox, database: Database) -> None:
    hand_over = HandOver(outside)
    message = outgoing("Grüße, Anna! " * 20)
    accepted = await provider.send(message, hand_over=hand_over)
    (sms,) = await outside.sms()
    assert (sms["to"], sms["body"], sms["provider"]) == (ANNA, "Grüße, Anna! " * 20, provider.name)
    assert hand_over.seen == [0], "asked once, before anything had left"
    assert accepted.reference
    assert accepted.words
    assert accepted.segments == provider.units(message) == sms["segments"] == 2
    assert accepted.cost_micros
    assert accepted.cost_currency == "EUR"
    (row,) = await logged(database)
    assert (row["service_name"], row["status_code"]) == (provider.name, sms_status(provider))
    assert ANNA not in str(row)


def sms_status(provider: Provider) -> int:
    return 201 if provider.name == TWILIO else 200


async def test_the_callback_names_the_message(provider: Provider, outside: Sandbox) -> None:
    message = outgoing()
    await provider.send(message, hand_over=HandOver(outside))
    (sms,) = await outside.sms()
    url = sms["callback_url"]
    assert url.startswith(f"http://localhost:8000/api/{provider.name}-webhook?")
    assert f"notification={message.notification_id}" in url
    assert f"salon={message.salon_id}" in url


@pytest.mark.parametrize("body", ["Привіт, Анно! " * 10, "€uro & co = 100 % + {äöü} 😀\n"])
async def test_any_text(provider: Provider, outside: Sandbox, body: str) -> None:
    accepted = await provider.send(outgoing(body), hand_over=HandOver(outside))
    (sms,) = await outside.sms()
    assert sms["body"] == body
    assert accepted.segments == sms["segments"]


async def test_who_stops_it_is_heard_and_nothing_leaves(
    provider: Provider, outside: Sandbox
) -> None:
    with pytest.raises(LeaseLost):
        await provider.send(outgoing(), hand_over=HandOver(outside, refuse=True))
    assert await outside.sms() == []


async def test_nothing_leaves_when_nobody_listens(
    database: Database, outside: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        for name in NAMES:
            address = f"http://127.0.0.1:{bound.getsockname()[1]}"
            monkeypatch.setenv(f"{name.upper()}_BASE_URL", address)
        base.forget()
        for provider in sms_providers(database):
            hand_over = HandOver(outside)
            with pytest.raises(Temporary) as raised:
                await provider.send(outgoing(), hand_over=hand_over)
            assert raised.value.provider_down
            assert hand_over.seen == []
    assert [row["attempt"] for row in await logged(database)] == [1, 1], "the queue tries again"


async def test_slow_down(provider: Provider, outside: Sandbox) -> None:
    await outside.fault(provider.name, "rate_limit", seconds=7)
    failure = await fails(provider, outside, outgoing())
    assert isinstance(failure, Temporary)
    assert (failure.failure_type, failure.retry_after) == ("rate_limit", 7)
    assert not failure.provider_down


@pytest.mark.parametrize("fault", ["error_500", "drop", "refuse"])
async def test_what_may_have_been_taken_is_in_doubt(
    provider: Provider, outside: Sandbox, fault: str
) -> None:
    await outside.fault(provider.name, fault)
    failure = await fails(provider, outside, outgoing())
    assert isinstance(failure, Doubtful)
    assert failure.provider_down
    assert len(await outside.sms()) == (1 if fault == "drop" else 0), "nothing is sent twice"


async def test_a_late_answer_is_in_doubt(
    provider: Provider, outside: Sandbox, short_patience: None
) -> None:
    await outside.fault(provider.name, "slow", seconds=3)
    failure = await fails(provider, outside, outgoing())
    assert isinstance(failure, Doubtful)
    assert failure.failure_type == "timeout"
    assert len(await outside.sms()) == 1


@pytest.fixture
def short_patience(outside: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("OPENCHAIR_OUTBOUND_TIMEOUT_SECONDS", "1")
    base.forget()
    yield
    monkeypatch.delenv("OPENCHAIR_OUTBOUND_TIMEOUT_SECONDS")
    base.forget()


async def test_a_wrong_secret_is_mended_and_not_blamed_on_the_message(
    database: Database, outside: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "wrong")
    monkeypatch.setenv("VONAGE_API_SECRET", "wrong")
    base.forget()
    for provider in sms_providers(database):
        failure = await fails(provider, outside, outgoing())
        assert isinstance(failure, Temporary)
        assert (failure.failure_type, failure.provider_down) == ("auth_error", True)
        finding = await provider.look_up(doubted(outgoing()))
        assert finding.known is Known.UNKNOWN


async def test_a_number_that_cannot_be_one(provider: Provider, outside: Sandbox) -> None:
    failure = await fails(provider, outside, outgoing(recipient="+491"))
    assert isinstance(failure, Permanent)
    assert failure.failure_type in {"hard_bounce", "validation_error"}


async def test_too_long_a_text(provider: Provider, outside: Sandbox) -> None:
    failure = await fails(provider, outside, outgoing("x" * 3300))
    assert isinstance(failure, Permanent)
    assert failure.failure_type == "content_rejected"


async def test_a_doubt_is_settled_by_asking(provider: Provider, outside: Sandbox) -> None:
    message = outgoing()
    await outside.fault(provider.name, "drop", times=1)
    await fails(provider, outside, message)
    finding = await provider.look_up(doubted(message))
    assert finding.known is Known.TAKEN
    assert finding.reference


async def test_a_doubt_that_is_settled_by_asking_has_its_price(
    provider: Provider, outside: Sandbox
) -> None:
    message = outgoing("x" * 200)
    await outside.fault(provider.name, "drop", times=1)
    await fails(provider, outside, message)

    async def priced() -> Finding | None:
        finding = await provider.look_up(doubted(message))
        return finding if finding.cost_micros else None

    finding = await eventually(priced, pause=0.2)
    assert finding is not None
    micros, currency = {"twilio": (7_900, "USD"), "vonage": (33_300, "EUR")}[provider.name]
    assert (finding.cost_micros, finding.cost_currency) == (2 * micros, currency)


async def test_what_was_not_taken_is_not_there(provider: Provider, outside: Sandbox) -> None:
    finding = await provider.look_up(doubted(outgoing()))
    assert finding.known is Known.NOT_TAKEN


async def test_an_older_message_to_the_same_person_is_another(
    provider: Provider, outside: Sandbox, database: Database
) -> None:
    earlier = outgoing()
    accepted = await provider.send(earlier, hand_over=HandOver(outside))
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(
            KNOWN_BY_US,
            {
                "salon": earlier.salon_id,
                "id": earlier.notification_id,
                "to": ANNA,
                "provider": provider.name,
                "reference": accepted.reference,
            },
        )
    finding = await provider.look_up(doubted(outgoing()))
    assert finding.known is Known.NOT_TAKEN


KNOWN_BY_US = text("""
    INSERT INTO notifications (salon_id, id, channel, kind, recipient, language, data, reference,
        dedupe_key, message_id, status, sent_at, provider, provider_reference)
    VALUES (:salon, :id, 'sms', 'x', :to, 'en', '{}', 'r', 'd', '<m>', 'sent', now(), :provider,
        :reference)
""")


async def test_a_dead_provider_knows_nothing(provider: Provider, outside: Sandbox) -> None:
    await outside.fault(provider.name, "refuse")
    finding = await provider.look_up(doubted(outgoing()))
    assert finding.known is Known.UNKNOWN


async def test_five_a_second_whoever_sends(
    database: Database, outside: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two pools stand for two workers: what they share is the database."""
    monkeypatch.setenv("OPENCHAIR_SMS_PER_SECOND", "5")
    base.forget()
    other = Database(database.url)
    workers = [sms_providers(database)[0], sms_providers(other)[0]]
    times: list[float] = []
    clock = asyncio.get_running_loop().time

    async def note() -> None:
        times.append(clock())

    async with asyncio.timeout(20):
        await asyncio.gather(
            *(workers[number % 2].send(outgoing(), hand_over=note) for number in range(15))
        )
    await other.close()
    times.sort()
    assert len(await outside.sms()) == 15
    assert times[-1] - times[0] >= 14 * 0.2 - 0.15
    assert all(later - earlier >= 0.75 for earlier, later in zip(times, times[5:], strict=False))
