"""Who somebody says they are and how to reach them, made clean or refused.

Pure rules: no look-ups in the network or the database. Called where a booking is confirmed.
"""

import unicodedata
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from openchair.platform.errors import Invalid

NAME_LENGTH = 200
EMAIL_LENGTH = 254
PHONE_LENGTH = 40
_BIDI_CONTROLS = dict.fromkeys(
    (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Contact:
    """A cleaned name and at least one way to reach the person: e-mail lower case and in ASCII
    (international domains as in RFC 5890), phone as in E.164.
    """

    name: str
    email: str | None
    phone_e164: str | None


def clean_contact(
    *, name: str, email: str | None, phone: str | None, country: str, known: bool = False
) -> Contact:
    """The contact as it is stored. `country` (ISO 3166 alpha-2) reads phones without a prefix.
    Somebody `known`, whom the team chose from its list, need not be reachable.

    Raises `Invalid` with the field `customer.name`, `customer.email` or `customer.phone`.
    """
    cleaned_name = clean_name(name)
    cleaned_email = clean_email(email) if email and email.strip() else None
    cleaned_phone = clean_phone(phone, country=country) if phone and phone.strip() else None
    if cleaned_email is None and cleaned_phone is None and not known:
        raise Invalid(
            "Please give an e-mail address or a phone number, so that we can reach you.",
            code="contact_missing",
            field="customer.email",
        )
    return Contact(cleaned_name, cleaned_email, cleaned_phone)


def clean_name(name: str) -> str:
    """The name in NFC, without bidirectional controls (they could reorder the text around it)
    and with single spaces. Every script and emoji is welcome.
    """
    field = "customer.name"
    if len(name) > NAME_LENGTH * 4:
        raise _name_too_long()
    if has_control_characters(name):
        raise Invalid(
            "The name contains characters that cannot be printed. Please type it again.",
            code="name_invalid",
            field=field,
        )
    cleaned = " ".join(unicodedata.normalize("NFC", name.translate(_BIDI_CONTROLS)).split())
    if not any(unicodedata.category(each)[0] in "LNS" for each in cleaned):
        raise Invalid("Please tell us your name.", code="name_missing", field=field)
    if len(cleaned) > NAME_LENGTH:
        raise _name_too_long()
    return cleaned


def clean_email(email: str) -> str:
    """The address in lower case and ASCII; only its form is checked, never its server."""
    offered = email.strip()
    try:
        if len(offered) > EMAIL_LENGTH or has_control_characters(offered):
            raise EmailNotValidError  # noqa: TRY301 - one refusal for every reason
        found = validate_email(
            offered, check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError:
        raise Invalid(
            "This e-mail address does not look right. Please check it, for example anna@mail.ch.",
            code="email_invalid",
            field="customer.email",
        ) from None
    return (found.ascii_email or found.normalized).lower()


def clean_phone(phone: str, *, country: str) -> str:
    """The number as in E.164; without a country prefix it is read as one of `country`."""
    offered = phone.strip()
    try:
        if len(offered) > PHONE_LENGTH or has_control_characters(offered):
            raise _not_a_phone()
        number = phonenumbers.parse(offered, country)
    except phonenumbers.NumberParseException:
        raise _not_a_phone() from None
    if not phonenumbers.is_valid_number(number):
        raise _not_a_phone()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def has_control_characters(text: str) -> bool:
    """Whether the text holds something that is no character: null bytes, line breaks, lone
    surrogates. Joiners of emoji and of Persian or Indic scripts are characters.
    """
    return any(unicodedata.category(each) in _REFUSED_CATEGORIES for each in text)


def _name_too_long() -> Invalid:
    return Invalid(
        f"Please use at most {NAME_LENGTH} characters for the name.",
        code="name_too_long",
        field="customer.name",
    )


def _not_a_phone() -> Invalid:
    return Invalid(
        "This phone number does not look right. Please type it with its country prefix, "
        "for example +41 44 668 18 00.",
        code="phone_invalid",
        field="customer.phone",
    )
