"""Phone numbers as people read them; stored they are E.164 (ITU-T)."""

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


def example_phone(country: str) -> str:
    """What a mobile number of a country (ISO 3166) looks like; empty where nobody knows."""
    found = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    if found is None:
        return ""
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
