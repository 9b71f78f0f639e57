"""Phone numbers as people read them; stored they are E.164 (ITU-T)."""

import re

import phonenumbers


def readable_phone(number: str) -> str:
    """`+41711234567` → `+41 71 123 45 67`; what cannot be read stays as it is."""
    if not number.startswith("+"):
        return number
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def as_stored(typed: str, *, country: str) -> str:
    """The beginning of a number as it is stored, in E.164: `079 12` → `+417912` in Switzerland;
    what is no beginning of a number stays as it is.
    """
    digits = re.sub(r"[\s()./-]", "", typed)
    if not re.fullmatch(r"\+?[0-9]+", digits):
        return typed
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if digits.startswith("0"):
        return f"+{phonenumbers.country_code_for_region(country)}{digits[1:]}"
    return digits


def example_phone(country: str) -> str:
    """What a mobile number of a country (ISO 3166) looks like; empty where nobody knows."""
    found = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    if found is None:
        return ""
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
