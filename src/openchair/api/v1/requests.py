"""What callers send. Who a person is, and whether a time is free, is judged by the domain."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from openchair.api.v1.fields import Instant, LocalDate, Request, Text, Uuid

MOST_SERVICES = 8
NOTE_LENGTH = 1000
REASON_LENGTH = 500
START = "2026-05-04T14:30:00+02:00"
SERVICE = "0198c5a2-7d1e-7c3a-9f42-5b8e6d0a1c2f"
PERSON = "0198c5a2-7d1e-7f00-8a11-2c4d6e8f0a1b"
HOLD = "0198c5b0-11aa-7bbb-8ccc-123456789abc"

ServiceIds = Annotated[
    list[Uuid],
    Field(
        min_length=1,
        max_length=MOST_SERVICES,
        description="What is booked, in order; an add-on follows its service.",
        examples=[[SERVICE]],
        json_schema_extra={"uniqueItems": True},
    ),
]
StaffId = Annotated[
    Uuid | None,
    Field(description="Who does it; left out: whoever is free first.", examples=[PERSON]),
]
Start = Annotated[
    Instant, Field(description="One of the times that availability offers.", examples=[START])
]


class SalonsQuery(Request):
    """Which part of the list of salons."""

    limit: int = Field(default=50, ge=1, le=100, description="At most so many salons.")
    after: str | None = Field(
        default=None,
        max_length=60,
        pattern=r"^[a-z0-9-]*$",
        description="The slug of the last salon seen: `next` of the page before.",
        examples=["mariia-hub"],
    )


class AvailabilityQuery(Request):
    """Which visit, and on which local dates of the salon."""

    service_id: list[Uuid] = Field(
        min_length=1,
        max_length=MOST_SERVICES,
        description="What is booked, in order; repeat it for several services in one visit.",
        examples=[[SERVICE]],
        json_schema_extra={"uniqueItems": True},
    )
    first: LocalDate = Field(alias="from", description="First local date.", examples=["2026-05-04"])
    last: LocalDate = Field(
        alias="to", description="Last local date, at most 62 days in all.", examples=["2026-05-31"]
    )
    staff_id: list[Uuid] = Field(
        default=[],
        max_length=MOST_SERVICES,
        description="Who does it: once for all services, or once for each of them. "
        "Left out: whoever is free.",
        examples=[[PERSON]],
    )


class HoldRequest(Request):
    """The visit to keep the time for."""

    service_ids: ServiceIds
    start: Start
    staff_id: StaffId = None


class CustomerDetails(Request):
    """Who comes; an e-mail address or a phone number is needed."""

    name: str = Field(
        description="As the person writes it.",
        examples=["Anna Muster"],
        json_schema_extra={"minLength": 1, "maxLength": 200},
    )
    email: str | None = Field(
        default=None, description="Where the confirmation goes.", examples=["anna@example.org"]
    )
    phone: str | None = Field(
        default=None,
        description="With country prefix, or as dialled in the salon's country.",
        examples=["+41 44 668 18 00"],
    )
    language: str | None = Field(
        default=None,
        max_length=8,
        description="One of the salon's languages, for mails; left out: the salon's own.",
        examples=["de"],
    )


class Consents(Request):
    """What the client agreed to. What is left out was not asked."""

    terms: bool | None = Field(
        default=None, strict=True, description="Terms and cancellation policy."
    )
    reminders: bool | None = Field(
        default=None, strict=True, description="A reminder before the visit."
    )
    marketing: bool | None = Field(default=None, strict=True, description="News and offers.")


Note = Annotated[
    Text, Field(max_length=NOTE_LENGTH, description="For the salon.", examples=["First visit."])
]


class HeldBooking(Request):
    """Confirms a time that was held before."""

    hold_id: Uuid = Field(examples=[HOLD])
    customer: CustomerDetails
    consents: Consents = Field(default_factory=Consents)
    note: Note = ""


class DirectBooking(Request):
    """Books a time at once."""

    service_ids: ServiceIds
    start: Start
    staff_id: StaffId = None
    customer: CustomerDetails
    consents: Consents = Field(default_factory=Consents)
    note: Note = ""


def _kind(body: Any) -> Literal["hold", "time"] | None:
    if isinstance(body, HeldBooking | DirectBooking):
        return "hold" if isinstance(body, HeldBooking) else "time"
    if not isinstance(body, dict):
        return None
    return "hold" if "hold_id" in body else "time"


BookingRequest = Annotated[
    Annotated[HeldBooking, Tag("hold")] | Annotated[DirectBooking, Tag("time")],
    Discriminator(_kind),
]


class CancelRequest(Request):
    """Why, if the client says so."""

    reason: Text = Field(default="", max_length=REASON_LENGTH, examples=["I am ill."])


class RescheduleRequest(Request):
    """The new time; services stay as they are."""

    start: Start
    staff_id: StaffId = None
