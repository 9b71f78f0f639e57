"""What callers get, for the OpenAPI document. The endpoints write it from the domain's own
dataclasses; a test holds every answer to these shapes.
"""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Words = Annotated[
    dict[str, str],
    Field(
        description="One text in the salon's languages (ISO 639-1).",
        examples=[{"de": "Haarschnitt", "en": "Haircut"}],
    ),
]


class Answer(BaseModel):
    """An object of an answer; it has no other members."""

    model_config = ConfigDict(extra="forbid")


class Money(Answer):
    """A price."""

    amount: int = Field(description="Minor units: Rappen, grosze, cents.", examples=[8500])
    currency: str = Field(description="ISO 4217.", examples=["CHF"])


class SalonSummary(Answer):
    """A salon in the list."""

    id: UUID
    slug: str = Field(examples=["schnittwerk"])
    name: str
    tagline: Words
    city: str
    default_language: str
    languages: list[str]


class Salons(Answer):
    """A page of salons, by slug."""

    salons: list[SalonSummary]
    next: str | None = Field(description="Send it as `after` for the next page; null at the end.")


class Tax(Answer):
    """The tax on prices."""

    name: str
    basis_points: int = Field(description="810 is 8.1 %.")
    included: bool = Field(description="Whether prices contain it.")


class Policies(Answer):
    """The salon's booking rules, in minutes unless the name says days."""

    lead_minutes: int
    horizon_days: int
    granularity_minutes: int
    hold_minutes: int
    cancel_deadline_minutes: int
    reschedule_deadline_minutes: int
    reschedule_limit: int
    waitlist_offer_minutes: int = Field(
        description="How long a time is kept for somebody who waits and was offered it."
    )


class OpeningHours(Answer):
    """One stretch of a weekday."""

    weekday: int = Field(description="0 is Monday.")
    opens_minute: int = Field(description="Minutes since local midnight.")
    closes_minute: int = Field(description="Past 1440 is the next day.")


class Holiday(Answer):
    """A date on which the salon stays closed."""

    date: date
    name: Words


class Location(Answer):
    """Where the salon is."""

    id: UUID
    name: str
    street: str
    postal_code: str
    city: str
    country: str = Field(description="ISO 3166 alpha-2.")
    latitude: float
    longitude: float
    directions: Words
    opening_hours: list[OpeningHours]
    holidays: list[Holiday]


class Salon(Answer):
    """Everything public about a salon."""

    id: UUID
    slug: str
    name: str
    tagline: Words
    about: Words
    time_zone: str = Field(description="IANA name.", examples=["Europe/Zurich"])
    currency: str
    languages: list[str]
    default_language: str
    tax: Tax
    email: str
    phone: str
    policies: Policies
    location: Location


class Category(Answer):
    """A heading of the price list."""

    id: UUID
    slug: str
    name: Words
    colour: str


class Bookable(Answer):
    """A variant or an add-on; its id is booked like a service's."""

    id: UUID
    category_id: UUID
    kind: Literal["service", "variant", "addon"]
    parent_id: UUID | None
    slug: str
    name: Words
    description: Words
    duration_minutes: int = Field(description="What the client spends.")
    price: Money = Field(description="The usual price.")
    price_from: Money = Field(description="The lowest price anybody asks.")
    staff_ids: list[UUID]


class Service(Bookable):
    """A service. With variants, its own id stands for the first of them."""

    variants: list[Bookable]
    addons: list[Bookable]


class Services(Answer):
    """The price list."""

    categories: list[Category]
    services: list[Service]


class StaffMember(Answer):
    """Somebody clients can choose."""

    id: UUID
    slug: str
    name: str
    title: Words
    bio: Words
    colour: str
    languages: list[str]
    service_ids: list[UUID]


class Staff(Answer):
    """The team."""

    staff: list[StaffMember]


class Slot(Answer):
    """A time at which the visit can begin."""

    start: datetime = Field(examples=["2026-05-04T14:30:00+02:00"])
    staff_ids: list[UUID] = Field(description="Who can do the first service then.")


class Day(Answer):
    """A local date; `slots` is empty when nothing is free."""

    date: date
    slots: list[Slot]


class Availability(Answer):
    """Free times."""

    time_zone: str = Field(examples=["Europe/Zurich"])
    days: list[Day]
    next_free: datetime | None = Field(
        description="The first free time from `from` on, also behind `to`; null when there is none."
    )


class HeldAppointment(Answer):
    """One service of the visit."""

    service_id: UUID
    staff_id: UUID
    start: datetime
    end: datetime
    price: Money


class Hold(Answer):
    """A time that is kept."""

    hold_id: UUID
    expires_at: datetime = Field(description="Until then nobody else can take it.")
    start: datetime
    end: datetime
    staff_id: UUID = Field(description="Who begins the visit.")
    price: Money = Field(description="For the whole visit.")
    appointments: list[HeldAppointment]


class Confirmed(Answer):
    """A booking that is agreed; a confirmation is on its way."""

    booking_id: UUID
    status: Literal["confirmed"]
    start: datetime
    end: datetime
    manage_url: str = Field(description="The client's page to move or cancel it; keep it private.")


class Appointment(HeldAppointment):
    """One service of the booking, named as it was booked."""

    id: UUID
    service_name: Words
    staff_name: str


class Customer(Answer):
    """Who comes."""

    name: str
    email: str | None
    phone: str | None = Field(description="E.164.")
    language: str


class Booking(Answer):
    """A booking as its client sees it."""

    booking_id: UUID
    salon: str = Field(description="The salon's slug.")
    status: Literal["confirmed", "arrived", "in_chair", "done", "paid", "no_show", "cancelled"]
    start: datetime
    end: datetime
    time_zone: str
    price: Money
    customer: Customer
    note: str
    appointments: list[Appointment]
    can_cancel_until: datetime | None = Field(description="Null when it cannot be cancelled.")
    can_reschedule_until: datetime | None = Field(description="Null when it cannot be moved.")
    created_at: datetime
    cancelled_at: datetime | None
    manage_url: str
