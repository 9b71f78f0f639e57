"""The salon's people, their roles and invitations, ready to be shown. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openchair.identity.accounts.permissions import ROLES
from openchair.identity.invitations.queries import Invitation
from openchair.identity.team.people import TeamPerson
from openchair.identity.team.role_changes import RoleChange
from openchair.platform.languages.catalogues import Words
from openchair.web.console.door import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """One of the team. `seen` is empty for somebody who is logged in nowhere."""

    id: UUID
    name: str
    email: str
    role: str
    role_name: str
    staff_id: UUID | None
    stylist: str
    seen: str
    protected_by: str
    is_self: bool
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationView:
    """Somebody who was asked and has not joined yet."""

    id: UUID
    email: str
    role_name: str
    stylist: str
    until: str
    is_over: bool
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """One line of the roles' history."""

    when: str
    at: datetime
    sentence: str


def view_person(desk: Desk, found: TeamPerson, *, stylists: Mapping[UUID, str]) -> PersonView:
    """One line of the list."""
    return PersonView(
        id=found.user_id,
        name=found.name,
        email=found.email,
        role=found.role,
        role_name=role_name(desk.words, found.role),
        staff_id=found.staff_id,
        stylist=stylists.get(found.staff_id, "") if found.staff_id else "",
        seen=desk.formats.date_and_time(found.last_seen_at) if found.last_seen_at else "",
        protected_by=_protection(desk.words, found),
        is_self=found.user_id == desk.person.session.user_id,
        url=desk.url(f"/salon/people/{found.user_id}"),
    )


def view_invitation(
    desk: Desk, found: Invitation, *, stylists: Mapping[UUID, str]
) -> InvitationView:
    """One line of the open invitations."""
    return InvitationView(
        id=found.id,
        email=found.email,
        role_name=role_name(desk.words, found.role),
        stylist=stylists.get(found.staff_id, "") if found.staff_id else "",
        until=desk.formats.date_and_time(found.expires_at),
        is_over=found.state(desk.now) == "expired",
        url=desk.url(f"/salon/people/invitations/{found.id}"),
    )


def view_change(desk: Desk, found: RoleChange) -> ChangeView:
    """What happened, in one sentence."""
    words = desk.words
    name = found.name or words.text("An account that is gone")
    by = found.by or "OpenChair"
    if found.old_role is None:
        sentence = words.text(
            "{name} joined as {role} ({by})",
            name=name,
            role=role_name(words, found.new_role or ""),
            by=by,
        )
    elif found.new_role is None:
        sentence = words.text(
            "{name} left the team, was {role} ({by})",
            name=name,
            role=role_name(words, found.old_role),
            by=by,
        )
    else:
        sentence = words.text(
            "{name}: {before} → {after} ({by})",
            name=name,
            before=role_name(words, found.old_role),
            after=role_name(words, found.new_role),
            by=by,
        )
    return ChangeView(when=desk.formats.date_and_time(found.at), at=found.at, sentence=sentence)


def role_name(words: Words, role: str) -> str:
    """What the role is called."""
    return {
        "owner": words.text("Owner"),
        "manager": words.text("Manager"),
        "staff": words.text("Stylist"),
        "receptionist": words.text("Reception"),
    }.get(role, role)


def role_choices(words: Words) -> list[tuple[str, str, str]]:
    """Every role: its value, its name, and what it may do, in one line."""
    about = {
        "owner": words.text("Everything, also people, rights and the budget"),
        "manager": words.text("Everything but people and the budget"),
        "staff": words.text("The calendar; changes and takings of their own visits only"),
        "receptionist": words.text("Visits, clients and messages; no reports and no exports"),
    }
    return [(role, role_name(words, role), about[role]) for role in ROLES]


def notice_of(desk: Desk, did: str, *, name: str) -> str:
    """What was just done, by the name that the address gives it."""
    say = desk.words.text
    return {
        "invited": say("The invitation is on its way."),
        "resent": say("A new invitation is on its way. The old link no longer counts."),
        "revoked": say("The invitation is taken back. Its link no longer counts."),
        "changed": say("{name} has a new role.", name=name),
        "linked": say("Saved."),
        "removed": say("{name} is no longer in the team.", name=name),
        "undone": say("{name} is as before.", name=name),
    }.get(did, "")


def _protection(words: Words, found: TeamPerson) -> str:
    if found.has_second_factor:
        return words.text("Second factor")
    return words.text("Passkey") if found.passkeys else ""
