"""Callbacks in every order end in the same state."""

from dataclasses import dataclass
from itertools import permutations

import pytest

from openchair.notifications.providers.sms.rules import Step, decide
from openchair.notifications.providers.sms.statuses import DELIVERED, TWILIO, VONAGE, rank


@dataclass
class Message:
    state: str = "sent"
    delivery_status: str | None = None
    reference: str | None = "SM1"

    def told(self, status: str, *, reference: str = "SM1") -> Step:
        step = decide(
            state=self.state,
            delivery_status=self.delivery_status,
            known_reference=self.reference,
            reference=reference,
            status=status,
        )
        if step is Step.IGNORE:
            return step
        self.delivery_status, self.reference = status, reference
        if step in {Step.SETTLE, Step.TAKE}:
            self.state = "sent"
        if step in {Step.LOSE, Step.SETTLE_LOST}:
            self.state = "failed"
        return step


@pytest.mark.parametrize("state", ["sent", "doubtful"])
@pytest.mark.parametrize("order", [*permutations(["queued", "sent", "delivered"])])
def test_delivered_in_any_order(state: str, order: tuple[str, ...]) -> None:
    message = Message(state, reference="SM1" if state == "sent" else None)
    for status in (*order, *order):
        message.told(status)
    assert (message.state, message.delivery_status) == ("sent", "delivered")


@pytest.mark.parametrize("state", ["sent", "doubtful"])
@pytest.mark.parametrize("order", [*permutations(["queued", "sent", "undelivered"])])
def test_lost_in_any_order(state: str, order: tuple[str, ...]) -> None:
    message = Message(state, reference="SM1" if state == "sent" else None)
    steps = [message.told(status) for status in (*order, *order)]
    assert (message.state, message.delivery_status) == ("failed", "undelivered")
    assert len([step for step in steps if step in {Step.LOSE, Step.SETTLE_LOST}]) == 1


@pytest.mark.parametrize("order", [*permutations(["sent", "undelivered", "delivered"])])
def test_who_delivers_after_all_has_delivered(order: tuple[str, ...]) -> None:
    message = Message()
    for status in order:
        message.told(status)
    assert (message.state, message.delivery_status) == ("sent", "delivered")


def test_before_we_have_written_that_it_was_sent() -> None:
    message = Message("sending", reference=None)
    assert message.told("queued") is Step.NOTE
    assert message.told("queued") is Step.IGNORE
    assert message.state == "sending"


def test_an_earlier_try_says_nothing_about_a_later_one() -> None:
    assert Message("sent").told("undelivered", reference="SM0") is Step.IGNORE
    assert Message("failed", "undelivered").told("delivered", reference="SM0") is Step.IGNORE


def test_a_second_try_that_is_lost_is_given_up_again() -> None:
    """The first try's `undelivered` still stands on the row while the second is sent."""
    message = Message("sent", "undelivered", "SM2")
    assert message.told("undelivered", reference="SM2") is Step.LOSE


def test_what_waits_to_be_sent_again() -> None:
    assert Message("pending", reference=None).told("sent") is Step.TAKE
    assert Message("pending", reference=None).told("failed") is Step.IGNORE
    assert Message("pending", "undelivered").told("undelivered") is Step.IGNORE
    assert Message("pending", "undelivered").told("delivered") is Step.TAKE


@pytest.mark.parametrize("state", ["cancelled", "suppressed", "expired"])
def test_an_end_stays(state: str) -> None:
    message = Message(state, reference=None)
    message.told("delivered")
    assert message.state == state


def test_every_word_of_a_provider_has_a_rank() -> None:
    assert all(rank(status) > 0 for status in (*TWILIO.values(), *VONAGE.values()))
    assert rank(None) == 0
    assert rank(DELIVERED) > max(rank(each) for each in TWILIO.values() if each != DELIVERED)
