"""Phone numbers as people read them; stored they are E.164 (ITU-T)."""

import phonenumbers


def readable_phone(number: str) -> str:
    """`+41711234567` → `+41 71 123 45 67`; what cannot be read stays as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
