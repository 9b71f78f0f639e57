"""E-mail addresses of accounts: one spelling each."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from openchair.platform.errors import Invalid

MAX_LENGTH = 254


def normal_email(typed: str) -> str:
    """The spelling under which an account is kept; any text is accepted, so that a log-in with
    a strange one simply finds nobody.
    """
    printable = "".join(sign for sign in typed if unicodedata.category(sign)[0] != "C")
    return unicodedata.normalize("NFC", printable).strip().lower()[:MAX_LENGTH]


def require_email(typed: str) -> str:
    """The spelling of an address for a new account. Raises `Invalid` (field `email`)."""
    try:
        found = validate_email(typed.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise Invalid(
            "Please check the e-mail address; it should look like name@example.com.",
            field="email",
            code="email_not_valid",
        ) from error
    return normal_email(found.normalized)
