"""Amounts as people type and read them in a form: `89`, `89.50`, `89,5`, `1'200`. Pure."""

import re
from decimal import Decimal

from babel.numbers import get_currency_precision

AMOUNT = re.compile(
    r"[0-9]{1,3}(?:['\u2019 \u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?|[0-9]{1,9}(?:[.,][0-9]+)?"
)


def read_amount(text: str, *, currency: str) -> int | None:
    """Minor units of the currency; None for what is no amount of it."""
    plain = text.strip()
    if not AMOUNT.fullmatch(plain):
        return None
    digits = re.sub(r"['\u2019 \u00a0\u202f]", "", plain).replace(",", ".")
    minor = Decimal(digits).scaleb(get_currency_precision(currency))
    return int(minor) if minor == minor.to_integral_value() else None


def write_amount(minor: int, *, currency: str) -> str:
    """As a form shows it: with its decimals only where there are some."""
    digits = get_currency_precision(currency)
    amount = Decimal(minor).scaleb(-digits)
    return str(int(amount)) if amount == amount.to_integral_value() else f"{amount:.{digits}f}"
