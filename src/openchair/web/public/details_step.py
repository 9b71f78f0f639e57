"""Fourth step of the wizard: who comes, and what they agree to. Checks the form as a whole, so
that every field says at once what it needs. Pure.
"""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import FormData

from openchair.booking.appointments.request import NOTE_LENGTH, CustomerDetails
from openchair.customers.profiles.contact import clean_email, clean_name, clean_phone
from openchair.platform.errors import Problem
from openchair.web.public.problems import problem_text
from openchair.web.public.site import Site


@dataclass(frozen=True, slots=True)
class DetailsForm:
    """What was typed, kept as it is for showing it again."""

    name: str = ""
    email: str = ""
    phone: str = ""
    note: str = ""
    terms: bool = False
    reminders: bool = False
    marketing: bool = False

    @property
    def consents(self) -> dict[str, bool]:
        """All that was asked, yes or no."""
        return {
            "terms": self.terms,
            "reminders": self.reminders,
            "marketing": self.marketing,
        }

    def customer(self, language: str) -> CustomerDetails:
        """As the domain takes it."""
        return CustomerDetails(
            name=self.name, email=self.email or None, phone=self.phone or None, language=language
        )


def read_details(form: FormData) -> DetailsForm:
    """The typed details; a missing field is an empty one."""

    def typed(name: str) -> str:
        value = form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    return DetailsForm(
        name=typed("name"),
        email=typed("email"),
        phone=typed("phone"),
        note=typed("note"),
        terms=bool(typed("terms")),
        reminders=bool(typed("reminders")),
        marketing=bool(typed("marketing")),
    )


def check_details(*, site: Site, form: DetailsForm) -> dict[str, str]:
    """Field → what to do about it; empty when all is well."""
    country = site.salon.location.country
    wrong: dict[str, str] = {}

    def check(field: str, clean: Callable[[], object]) -> None:
        try:
            clean()
        except Problem as problem:
            wrong[field] = problem_text(words=site.words, problem=problem)

    check("name", lambda: clean_name(form.name))
    if form.email:
        check("email", lambda: clean_email(form.email))
    if form.phone:
        check("phone", lambda: clean_phone(form.phone, country=country))
    if not form.email and not form.phone:
        wrong["email"] = site.words.text("Please give an e-mail address or a phone number.")
    if len(form.note) > NOTE_LENGTH:
        wrong["note"] = site.words.text("This note is too long. Please shorten it.")
    if not form.terms:
        wrong["terms"] = site.words.text("Please agree to the terms, so that we can book.")
    return wrong
