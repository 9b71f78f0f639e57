"""The roles that the operator's runbooks name, and where each stands when somebody is called. Pure.

Source: both runbooks, "Escalation Contacts", "Primary Contacts" and "Service Providers".
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from openchair.platform.errors import Invalid

Tier = Literal["technical", "business", "vendor"]
TIERS: tuple[Tier, ...] = ("technical", "business", "vendor")
MOST_ROLE = 60
LAST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role; the lowest `rank` of a tier is called first. `url` is where a vendor is asked."""

    name: str
    tier: Tier
    rank: int
    duty: str
    url: str | None = None


ROLES = (
    Role(name="Incident Commander", tier="technical", rank=1, duty="leads while something is down"),
    Role(name="Technical Lead", tier="technical", rank=2, duty="decides what is done about it"),
    Role(name="DevOps Engineer", tier="technical", rank=3, duty="machines, releases, restarts"),
    Role(name="Database Administrator", tier="technical", rank=4, duty="PostgreSQL and backups"),
    Role(name="Security Officer", tier="technical", rank=5, duty="break-ins and personal data"),
    Role(name="Operations Manager", tier="business", rank=1, duty="the salon's day goes on"),
    Role(name="Business Owner", tier="business", rank=2, duty="money, and the last word"),
    Role(name="CTO", tier="business", rank=3, duty="answers for the technology"),
    Role(name="CEO", tier="business", rank=4, duty="answers for everything"),
    Role(name="PR/Comms", tier="business", rank=5, duty="what the public is told"),
    Role(name="Hosting Support", tier="vendor", rank=1, duty="whoever runs the machine"),
    Role(name="Mail Support", tier="vendor", rank=2, duty="whoever takes our mail"),
    Role(name="SMS Support", tier="vendor", rank=3, duty="whoever takes our SMS"),
    Role(
        name="Stripe Support",
        tier="vendor",
        rank=4,
        duty="payments",
        url="https://support.stripe.com",
    ),
)


def known_role(name: str) -> Role | None:
    """The runbooks' role of that name, in any case and with any dashes; else None."""
    wanted = _plain(name)
    return next((role for role in ROLES if _plain(role.name) == wanted), None)


def check_role(name: str) -> str:
    """The role's name as the runbooks write it, or any other that fits on a line. Raises `Invalid`,
    also for what is surely a slip.
    """
    if (role := known_role(name)) is not None:
        return role.name
    name = " ".join(name.split())
    if not name or len(name) > MOST_ROLE or not name.isprintable():
        raise Invalid(f"A role has 1 to {MOST_ROLE} characters.", field="role")
    near = get_close_matches(_plain(name), [_plain(role.name) for role in ROLES], n=1, cutoff=0.85)
    if near and (meant := known_role(near[0])):
        raise Invalid(f"There is no role {name!r}. Did you mean {meant.name!r}?", field="role")
    return name


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
