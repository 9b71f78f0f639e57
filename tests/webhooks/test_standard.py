import base64

import pytest

from openchair.webhooks.standard import (
    BadSignature,
    key_of,
    new_secret,
    sign,
    signed_headers,
    verify,
)

BODY = b'{"test": 2432232314}'
NOW = 1614265330
# The vector that the specification's own libraries are tested with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
HEADERS = {
    "webhook-id": MESSAGE,
    "webhook-timestamp": str(NOW),
    "webhook-signature": SIGNATURE,
}


def test_it_signs_as_the_specifications_libraries_do() -> None:
    assert sign(key_of(SECRET), message_id=MESSAGE, timestamp=NOW, body=BODY) == SIGNATURE


@pytest.mark.parametrize("away", [-300, -299, 0, 300])
def test_what_was_signed_within_five_minutes_is_believed(away: int) -> None:
    assert verify([key_of(SECRET)], headers=HEADERS, body=BODY, now=NOW + away) == MESSAGE


@pytest.mark.parametrize("away", [-600, -301, 301, 600])
def test_older_or_from_the_future_is_not(away: int) -> None:
    with pytest.raises(BadSignature, match="300 s"):
        verify([key_of(SECRET)], headers=HEADERS, body=BODY, now=NOW + away)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "msg_another"},
        {"webhook-id": ""},
        {"webhook-id": "m" * 201},
        {"webhook-id": "msg\nx"},
        {"webhook-timestamp": str(NOW + 1)},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "1" * 40},
        {"webhook-timestamp": "١٦١٤٢٦٥٣٣٠"},
        {"webhook-signature": ""},
        {"webhook-signature": SIGNATURE.removeprefix("v1,")},
        {"webhook-signature": SIGNATURE.replace("v1,", "v2,")},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,ü"},
        {"webhook-signature": " ".join(["v1,x"] * 10 + [SIGNATURE])},
    ],
)
def test_every_part_counts(changed: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        verify([key_of(SECRET)], headers={**HEADERS, **changed}, body=BODY, now=NOW)


def test_another_body_or_another_secret_is_not_believed() -> None:
    with pytest.raises(BadSignature):
        verify([key_of(SECRET)], headers=HEADERS, body=BODY + b" ", now=NOW)
    with pytest.raises(BadSignature):
        verify([key_of(new_secret())], headers=HEADERS, body=BODY, now=NOW)


def test_two_secrets_are_believed_while_one_changes_over() -> None:
    old, new = key_of(new_secret()), key_of(new_secret())
    both = signed_headers([new, old], message_id="m", timestamp=NOW, body=BODY)
    assert both["webhook-signature"].count("v1,") == 2
    for mine in ([old], [new], [new, old]):
        assert verify(mine, headers=both, body=BODY, now=NOW) == "m"


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_???", "whsec_" + base64.b64encode(b"x" * 23).decode()]
)
def test_a_secret_that_cannot_be_one_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="it has to"):
        key_of(secret)


def test_fresh_secrets_are_long_and_differ() -> None:
    assert len(key_of(new_secret())) == 32
    assert new_secret() != new_secret()
