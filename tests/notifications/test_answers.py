import aiosmtplib
import pytest

from openchair.notifications.errors import Permanent, Temporary
from openchair.notifications.models import FAILURE_TYPES
from openchair.notifications.providers.email.answers import Step, refused

CASES: list[tuple[Exception, Step, type[Exception], str]] = [
    (
        aiosmtplib.SMTPRecipientRefused(550, "no such user", "a"),
        "address",
        Permanent,
        "hard_bounce",
    ),
    (
        aiosmtplib.SMTPRecipientRefused(452, "mailbox busy", "a"),
        "address",
        Temporary,
        "soft_bounce",
    ),
    (
        aiosmtplib.SMTPRecipientRefused(552, "mailbox full", "a"),
        "address",
        Temporary,
        "soft_bounce",
    ),
    (aiosmtplib.SMTPRecipientRefused(421, "closing", "a"), "address", Temporary, "rate_limit"),
    (aiosmtplib.SMTPSenderRefused(550, "who are you", "s"), "address", Temporary, "auth_error"),
    (aiosmtplib.SMTPAuthenticationError(535, "no"), "connect", Temporary, "auth_error"),
    (aiosmtplib.SMTPConnectResponseError(421, "busy"), "connect", Temporary, "rate_limit"),
    (aiosmtplib.SMTPConnectError("refused"), "connect", Temporary, "provider_error"),
    (aiosmtplib.SMTPConnectTimeoutError("slow"), "connect", Temporary, "timeout"),
    (aiosmtplib.SMTPReadTimeoutError("slow"), "address", Temporary, "timeout"),
    (aiosmtplib.SMTPServerDisconnected("gone"), "address", Temporary, "provider_error"),
    (aiosmtplib.SMTPDataError(554, "spam"), "content", Permanent, "content_rejected"),
    (aiosmtplib.SMTPDataError(451, "later"), "content", Temporary, "provider_error"),
    (OSError("no route"), "connect", Temporary, "provider_error"),
]


@pytest.mark.parametrize("error, step, kind, category", CASES)
def test_what_a_refusal_means(
    error: Exception, step: Step, kind: type[Exception], category: str
) -> None:
    found = refused(error, step=step)
    assert type(found) is kind
    assert found.failure_type == category
    assert category in FAILURE_TYPES
