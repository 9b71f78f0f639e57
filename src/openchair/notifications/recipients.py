"""Checks an address at the post office's door, so that nothing unsendable is ever queued."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from openchair.platform.errors import Invalid

MAX_LENGTH = 254  # RFC 5321, 4.5.3.1.3: a path of 256 with its angle brackets


def check_recipient(*, channel: str, recipient: str) -> str:
    """The recipient as it will be written on the message; `Invalid` when it cannot be one.

    A mail address is checked for its form (RFC 5322, 6531) and its domain is made ASCII; a phone
    number must be a valid one in E.164. Nothing is looked up.
    """
    if channel == "email":
        return _check_mail(recipient)
    if channel == "sms":
        return _check_phone(recipient)
    raise Invalid(f"Messages cannot be sent by {channel}.", field="channel")


def _check_mail(recipient: str) -> str:
    try:
        found = validate_email(
            recipient[: MAX_LENGTH + 1],
            check_deliverability=False,
            globally_deliverable=False,
            strict=True,
        )
    except EmailNotValidError as error:
        raise Invalid(
            "This is not a complete mail address.", field="recipient", code="mail_address"
        ) from error
    return f"{found.local_part}@{found.ascii_domain}"


def _check_phone(recipient: str) -> str:
    try:
        number = phonenumbers.parse(recipient)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Invalid(
            "This is not a complete phone number with its country code.",
            field="recipient",
            code="phone_number",
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
