"""The single values of a salon file: words, prices, addresses, colours.

Each is read from text with a sentence for what is wrong, and written back as the same text.
What depends on the salon (its languages, its currency) comes by `Context`.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import phonenumbers
from babel.numbers import get_currency_precision
from email_validator import EmailNotValidError, validate_email
from pydantic import PlainSerializer, PlainValidator, SerializationInfo, ValidationInfo

LANGUAGES = ("de", "en", "pl", "uk")
MAX_PRICE_MINOR = 100_000_000
NO_WORDS: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Context:
    """What single values need to know of their salon."""

    languages: tuple[str, ...] = LANGUAGES
    default_language: str = "en"
    currency: str = "EUR"

    @property
    def digits(self) -> int:
        """Decimals of the currency: 2 for CHF, 0 for JPY."""
        return get_currency_precision(self.currency)


def _context(info: ValidationInfo | SerializationInfo) -> Context:
    found = info.context
    return found if isinstance(found, Context) else Context()


# --------------------------------------------------------------------------- text


def clean(value: Any, *, limit: int, required: bool = True) -> str:
    """A text without control characters, in Unicode's composed form, at most `limit` long."""
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004 -- pydantic gathers ValueErrors
    text = unicodedata.normalize("NFC", value).strip()
    if required and not text:
        raise ValueError("must not be empty")
    if len(text) > limit:
        raise ValueError(f"is {len(text)} characters long; at most {limit} fit")
    if any(unicodedata.category(mark) == "Cc" and mark != "\n" for mark in text):
        raise ValueError("holds a character that cannot be shown")
    return text


def text_of(limit: int, *, required: bool = True) -> PlainValidator:
    """A validator for a text of at most `limit` characters."""
    return PlainValidator(lambda value: clean(value, limit=limit, required=required))


Line = Annotated[str, text_of(200)]
Remark = Annotated[str, text_of(200, required=False)]


def _words(limit: int) -> PlainValidator:
    def read(value: Any, info: ValidationInfo) -> dict[str, str]:
        context = _context(info)
        if isinstance(value, str):
            value = {context.default_language: value}
        if not isinstance(value, dict):
            raise ValueError("must be a text, or one text for each language")  # noqa: TRY004
        unknown = [key for key in value if key not in context.languages]
        if unknown:
            raise ValueError(
                f"has a text in {unknown[0]}, but the salon's languages are "
                f"{', '.join(context.languages)}"
            )
        if value and context.default_language not in value:
            raise ValueError(f"lacks the text in {context.default_language}, the salon's own")
        found = {}
        for language in context.languages:
            if language in value:
                try:
                    found[language] = clean(value[language], limit=limit)
                except ValueError as error:
                    raise ValueError(f"in {language} {error}") from error
        return found

    return PlainValidator(read)


def _write_words(value: Mapping[str, str], info: SerializationInfo) -> dict[str, str] | str:
    context = _context(info)
    if len(context.languages) == 1 and len(value) == 1:
        return next(iter(value.values()))
    return dict(value)


_words_out = PlainSerializer(_write_words)
Name = Annotated[dict[str, str], _words(80), _words_out]
Sentence = Annotated[dict[str, str], _words(200), _words_out]
Paragraph = Annotated[dict[str, str], _words(1500), _words_out]


def _pattern(expression: str, problem: str) -> PlainValidator:
    compiled = re.compile(expression)

    def read(value: Any) -> str:
        if not isinstance(value, str) or compiled.fullmatch(value) is None:
            raise ValueError(problem)
        return value

    return PlainValidator(read)


Slug = Annotated[
    str,
    _pattern(
        r"(?=.{1,60}$)[a-z0-9](?:-?[a-z0-9])*",
        "must be a short name of small letters, digits and single hyphens, such as womens-cut",
    ),
]
HexColour = Annotated[
    str, _pattern(r"#[0-9a-f]{6}", 'must be a colour such as "#c2410c", small letters, in quotes')
]
Country = Annotated[str, _pattern(r"[A-Z]{2}", "must be a country code of two letters such as CH")]


def _read_email(value: Any) -> str:
    try:
        found = validate_email(str(value), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError(f"{value!s:.80} is not an e-mail address: {error}") from error
    return found.lower()


def _read_phone(value: Any) -> str:
    try:
        number = phonenumbers.parse(str(value), None)
    except phonenumbers.NumberParseException as error:
        raise ValueError("must be a number with its country, such as +41 71 222 33 44") from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError(f"{value!s:.40} has too many or too few digits to be a phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


Email = Annotated[str, PlainValidator(_read_email)]
Phone = Annotated[str, PlainValidator(_read_phone)]


# --------------------------------------------------------------------------- money


def _read_price(value: Any, info: ValidationInfo) -> int:
    if isinstance(value, int):
        return value
    context = _context(info)
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"must be an amount such as {_sample(context)}, without a sign") from None
    minor = amount.scaleb(context.digits) if amount.is_finite() else Decimal("NaN")
    if minor != minor.to_integral_value():
        raise ValueError("has more decimals than its currency has")
    if not 0 <= minor <= MAX_PRICE_MINOR:
        raise ValueError("must be between 0 and a million")
    return int(minor)


def _sample(context: Context) -> str:
    return write_price(8900, context)


def write_price(minor: int, context: Context) -> str:
    """Minor units as the decimal text a person types: 8900 CHF → 89.00."""
    return f"{Decimal(minor).scaleb(-context.digits):.{context.digits}f}"


Price = Annotated[
    int,
    PlainValidator(_read_price),
    PlainSerializer(lambda minor, info: write_price(minor, _context(info))),
]


def _read_percent(value: Any) -> int:
    if isinstance(value, int):
        return value
    try:
        points = Decimal(str(value)) * 100
    except InvalidOperation:
        raise ValueError("must be a percentage such as 8.1") from None
    if points != points.to_integral_value() or not 0 <= points <= 10_000:
        raise ValueError("must be a percentage between 0 and 100 with at most two decimals")
    return int(points)


Percent = Annotated[
    int,
    PlainValidator(_read_percent),
    PlainSerializer(lambda points: f"{Decimal(points) / 100:f}"),
]
