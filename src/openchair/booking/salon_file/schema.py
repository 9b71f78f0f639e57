"""The shape of a salon file: one readable document for everything a salon is.

`read.py` fills it from YAML, `export.py` from the database; both yield the same canonical values.
What one value means stands in `values.py` and `hours.py`; what must fit together in `check.py`.
"""

from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from openchair.booking.salon_file.brand import Brand
from openchair.booking.salon_file.hours import Date, Shifts, Spans, When
from openchair.booking.salon_file.strict import Strict
from openchair.booking.salon_file.values import (
    NO_WORDS,
    Context,
    Country,
    Email,
    HexColour,
    Line,
    Name,
    Paragraph,
    Percent,
    Phone,
    Price,
    Remark,
    Sentence,
    Slug,
)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Language = Literal["de", "en", "pl", "uk"]
Languages = Annotated[tuple[Language, ...], Field(min_length=1, max_length=4)]
Spoken = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Hands = Annotated[int, Field(ge=5, le=720)]
Rest = Annotated[int, Field(ge=0, le=720)]
Buffer = Annotated[int, Field(ge=0, le=240)]


class Tax(Strict):
    """Percent of the price, contained in it or added."""

    name: Line
    percent: Percent
    included: bool = True


class Policies(Strict):
    """The booking rules; minutes unless the name says days. Defaults are the database's."""

    lead_minutes: Annotated[int, Field(ge=0, le=525_600)] = 60
    horizon_days: Annotated[int, Field(ge=1, le=730)] = 90
    granularity_minutes: Annotated[int, Field(ge=5, le=240)] = 15
    hold_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    cancel_deadline_minutes: Annotated[int, Field(ge=0, le=525_600)] = 1440
    reschedule_deadline_minutes: Annotated[int, Field(ge=0, le=525_600)] = 1440
    reschedule_limit: Annotated[int, Field(ge=0, le=100)] = 3
    waitlist_offer_minutes: Annotated[int, Field(ge=5, le=1440)] = 30


class Location(Strict):
    """The place."""

    name: Line
    street: Line
    postal_code: Line
    city: Line
    country: Country
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    directions: Sentence = NO_WORDS


class OpeningWeek(Strict):
    """Hours of each weekday; a day left out is closed."""

    monday: Spans = ()
    tuesday: Spans = ()
    wednesday: Spans = ()
    thursday: Spans = ()
    friday: Spans = ()
    saturday: Spans = ()
    sunday: Spans = ()


class WorkingWeek(Strict):
    """Shifts of each weekday; a day left out is free."""

    monday: Shifts = ()
    tuesday: Shifts = ()
    wednesday: Shifts = ()
    thursday: Shifts = ()
    friday: Shifts = ()
    saturday: Shifts = ()
    sunday: Shifts = ()


class Holiday(Strict):
    """A date on which the place stays closed."""

    date: Date
    name: Name


class ResourceGroup(Strict):
    """Interchangeable chairs, rooms or devices."""

    slug: Slug
    kind: Literal["chair", "room", "device"]
    name: Name
    items: Annotated[tuple[Line, ...], Field(min_length=1, max_length=100)]


class Variant(Strict):
    """One form of a service (hair length). Buffers and needs left out are the service's."""

    slug: Slug
    name: Name
    description: Sentence = NO_WORDS
    price: Price
    minutes: Hands
    processing_minutes: Rest = 0
    finish_minutes: Rest = 0
    buffer_before_minutes: Buffer | None = None
    buffer_after_minutes: Buffer | None = None
    needs: tuple[Slug, ...] | None = None


class AddOn(Strict):
    """Something that goes with one service, or (beside the services) with any."""

    slug: Slug
    name: Name
    description: Sentence = NO_WORDS
    price: Price
    minutes: Hands
    processing_minutes: Rest = 0
    finish_minutes: Rest = 0
    buffer_before_minutes: Buffer = 0
    buffer_after_minutes: Buffer = 0
    needs: tuple[Slug, ...] | None = None


class Service(Strict):
    """A service. With variants its price and minutes are theirs and stay out of here."""

    slug: Slug
    name: Name
    description: Sentence = NO_WORDS
    price: Price | None = None
    minutes: Hands | None = None
    processing_minutes: Rest = 0
    finish_minutes: Rest = 0
    buffer_before_minutes: Buffer = 0
    buffer_after_minutes: Buffer = 0
    needs: tuple[Slug, ...] = ()
    variants: Annotated[tuple[Variant, ...], Field(max_length=20)] = ()
    addons: Annotated[tuple[AddOn, ...], Field(max_length=20)] = ()


class Category(Strict):
    """A heading of the price list with what stands under it."""

    slug: Slug
    name: Name
    colour: HexColour
    services: Annotated[tuple[Service, ...], Field(min_length=1, max_length=100)]
    addons: Annotated[tuple[AddOn, ...], Field(max_length=50)] = ()


class Skill(Strict):
    """A service, perhaps with this person's own price or minutes, or without some variants.
    In the file a bare name is enough.
    """

    service: Slug
    price: Price | None = None
    minutes: Hands | None = None
    finish_minutes: Rest | None = None
    without: tuple[Slug, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        return {"service": data} if isinstance(data, str) else data


class DatedShifts(Strict):
    """Hours of one date, in place of the weekly ones."""

    date: Date
    hours: Shifts


class TimeOff(Strict):
    """An absence; a date means the whole of it, no end means until further notice."""

    begins: When
    ends: When | None = None
    reason: Remark = ""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        zone = ZoneInfo("UTC")
        if self.ends is not None and self.ends.ends(zone) <= self.begins.starts(zone):
            raise ValueError("must end after it begins")
        return self


class Person(Strict):
    """Somebody who serves clients."""

    slug: Slug
    name: Line
    title: Name = NO_WORDS
    bio: Sentence = NO_WORDS
    colour: HexColour
    languages: Annotated[tuple[Spoken, ...], Field(max_length=20)] = ()
    services: Annotated[tuple[Skill, ...], Field(max_length=500)] = ()
    hours: WorkingWeek = WorkingWeek()
    dated_hours: Annotated[tuple[DatedShifts, ...], Field(max_length=400)] = ()
    time_off: Annotated[tuple[TimeOff, ...], Field(max_length=200)] = ()


class LogIn(Strict):
    """Somebody who may open the console. The password is never in a file."""

    email: Email
    name: Line
    role: Literal["owner", "manager", "staff", "receptionist"]
    language: Language = "en"
    staff: Slug | None = None


class SalonFile(Strict):
    """A whole salon."""

    format: Literal["openchair 1"]
    slug: Slug
    name: Line
    tagline: Sentence
    about: Paragraph = NO_WORDS
    email: Email
    phone: Phone
    time_zone: Line
    currency: Line
    languages: Languages
    default_language: Language
    tax: Tax
    cash_rounding: Price = 1
    policies: Policies = Policies()
    location: Location
    opening_hours: OpeningWeek
    holidays: Annotated[tuple[Holiday, ...], Field(max_length=400)] = ()
    resources: Annotated[tuple[ResourceGroup, ...], Field(max_length=50)] = ()
    price_list: Annotated[tuple[Category, ...], Field(min_length=1, max_length=50)]
    team: Annotated[tuple[Person, ...], Field(max_length=200)] = ()
    logins: Annotated[tuple[LogIn, ...], Field(max_length=200)] = ()
    brand: Brand = Brand()

    @property
    def context(self) -> Context:
        """What its single values need to be written."""
        return Context(self.languages, self.default_language, self.currency)
