"""How contacts look at the terminal: the table, the empty roles, one contact's state. For
`contacts.py`.
"""

from collections.abc import Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from openchair.operations.oncall.contact import Contact, masked
from openchair.operations.oncall.queries import missing_roles

CONFIRMED, OPEN = "✓", "(not confirmed)"


def contacts_table(contacts: Sequence[Contact]) -> Table:
    """Everybody in the order in which they are called."""
    table = Table("tier", "rank", "name", "role", "mail", "phone", "page", "reached", box=None)
    table.header_style = "dim"
    for each in contacts:
        vendor = each.tier == "vendor"
        table.add_row(
            each.tier,
            str(each.rank),
            Text(each.name if each.is_active else f"{each.name} (away)"),
            Text(each.role),
            _address(each.email, each.email_verified_at, vendor=vendor),
            _address(each.phone, each.phone_verified_at, vendor=vendor),
            Text(each.url or ""),
            _reached(each),
        )
    return table


def missing_lines(contacts: Sequence[Contact]) -> list[str]:
    """Which roles of the runbooks nobody has, and how to change that."""
    missing = missing_roles(contacts)
    if not missing:
        return []
    lines = [] if contacts else ["There are no contacts: nobody is called when something breaks."]
    lines.append(f"{len(missing)} roles of the runbooks have nobody:")
    widest = max(len(role.name) for role in missing)
    lines += [f"  {role.tier:<9}  {role.name:<{widest}}  {role.duty}" for role in missing]
    role = missing[0].name
    lines.append("Add somebody, with the role that matters most where they have several:")
    lines.append(f"  openchair contacts add 'NAME' --role '{role}' --email ADDRESS --phone +49…")
    return lines


def state_of(contact: Contact) -> Text:
    """One line: who, and which addresses are confirmed."""
    line = Text(f"{contact.name}, {contact.role}")
    line.append("" if contact.is_active else " (away)", style="dim")
    for word, address, at in (
        ("mail", contact.email, contact.email_verified_at),
        ("phone", contact.phone, contact.phone_verified_at),
    ):
        if address is None:
            continue
        if contact.tier == "vendor":
            line.append(f"; {word} {address}")
        elif at is not None:
            line.append(f"; {word} confirmed {at:%Y-%m-%d}", style="green")
        else:
            line.append(f"; {word} not confirmed", style="yellow")
    return line.append(f"; {contact.url}" if contact.url else "")


def plan_lines(contacts: Sequence[Contact]) -> list[str]:
    """What sending codes would do."""
    lines = ["A code of six digits would go to:"]
    for each in contacts:
        ways = {"email": each.email, "phone": each.phone}
        places = ", ".join(masked(ways[kind]) or "" for kind in each.unverified)
        lines.append(f"  {each.name}: {places}")
    return lines


def _reached(contact: Contact) -> str:
    if contact.reached_at is not None:
        return f"{contact.reached_at:%Y-%m-%d %H:%M}"
    return "" if contact.tier == "vendor" else "never"


def _address(address: str | None, at: datetime | None, *, vendor: bool) -> Text:
    if address is None:
        return Text("")
    if vendor:
        return Text(address)
    return Text(f"{address} {CONFIRMED if at else OPEN}", style="green" if at else "yellow")
