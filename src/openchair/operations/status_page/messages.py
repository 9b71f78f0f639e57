"""The words of the status page's mails: the link that confirms an address, and news. Registered by
`reactions.py`; the post office calls it when a mail goes out.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.errors import Outdated
from openchair.notifications.mails.fill import fill_html, fill_text
from openchair.notifications.mails.view import Link, MailView
from openchair.notifications.rendering import Message, Rendered, register
from openchair.operations.status_page.announce import NEWS
from openchair.operations.status_page.history import Outage
from openchair.operations.status_page.settings import StatusPageSettings
from openchair.operations.status_page.subscribers import CONFIRM, link
from openchair.operations.status_page.words import Speaker, speaker
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.salons.branding.brand import NEUTRAL

FOLDER = Path(__file__).parent / "mails"
_OUTAGE = TypeAdapter(Outage)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusMail(MailView):
    """News of the installation, or the link that confirms an address."""

    lines: tuple[str, ...]
    button: Link


def register_status_mails() -> None:
    """Let the post office write them; called when a process starts."""
    register(CONFIRM, render_confirm)
    register(NEWS, render_news)


async def render_confirm(session: AsyncSession, message: Message, now: datetime) -> Rendered:  # noqa: ARG001 -- every renderer is called alike
    """The link that confirms an address. Raises `Outdated` when nobody asks for it any more."""
    identifier = await _subscriber(session, message, confirmed=False)
    told = speaker(message.language)
    say, name = told.words.text, load(StatusPageSettings).name
    return _mail(
        told,
        subject=say("Please confirm: news about {name}", name=name),
        headline=say("One click, and you will hear"),
        lead=say(
            "Somebody, probably you, asked to be told at this address when something at {name} does"
            " not work. Please confirm that it was you.",
            name=name,
        ),
        lines=(say("If it was not you, do nothing: nothing more will come."),),
        button=Link(label=say("Yes, tell me"), url=link("confirm", identifier)),
        unsubscribe=None,
    )


async def render_news(session: AsyncSession, message: Message, now: datetime) -> Rendered:  # noqa: ARG001 -- as above
    """What began, what was said, or that it is over. Raises `Outdated` for who has unsubscribed."""
    identifier = await _subscriber(session, message, confirmed=True)
    told = speaker(message.language)
    outage = _OUTAGE.validate_python(message.data["outage"])
    say, name = told.words.text, load(StatusPageSettings).name
    title, is_over = told.title(outage), outage.until is not None
    headline = say("It works again") if is_over else title
    address = load(InstallationSettings).status_address
    unsubscribe = link("unsubscribe", identifier)
    return _mail(
        told,
        subject=f"{name}: {headline}",
        headline=headline,
        lead=_lead(told, outage, title),
        lines=tuple(f"{told.moment(each.at)}: {each.words}" for each in reversed(outage.notes)),
        button=Link(
            label=say("See how it is now"),
            url=f"{address}/{told.language}/incidents/{outage.id}.html",
        ),
        unsubscribe=Link(label=say("No more of these mails"), url=unsubscribe),
    )


def _lead(told: Speaker, outage: Outage, title: str) -> str:
    say = told.words.text
    if outage.until is None:
        safe = " ".join(told.comfort(outage.parts))
        when = say(
            "Since {moment}: {parts}.", moment=told.moment(outage.since), parts=_which(told, outage)
        )
        return f"{when} {safe}".strip()
    return say(
        "{title}, from {begin} to {end}: {parts}.",
        title=title,
        begin=told.moment(outage.since),
        end=told.moment(outage.until),
        parts=_which(told, outage),
    )


def _which(told: Speaker, outage: Outage) -> str:
    return told.listed(outage.parts)


def _mail(
    told: Speaker,
    *,
    subject: str,
    headline: str,
    lead: str,
    lines: tuple[str, ...],
    button: Link,
    unsubscribe: Link | None,
) -> Rendered:
    name = load(StatusPageSettings).name
    address = f"{load(InstallationSettings).status_address}/{told.language}/index.html"
    view = StatusMail(
        language=told.language,
        brand=NEUTRAL,
        salon=name,
        subject=subject,
        greeting=told.words.text("Status of {name}", name=name),
        headline=headline,
        lead=lead,
        preview=lead[:120],
        lines=lines,
        button=button,
        footer=(told.words.text("You get this mail because you asked for it on our status page."),),
        home=Link(label=told.words.text("Status page"), url=address),
        unsubscribe=unsubscribe,
    )
    return Rendered(
        subject=subject,
        text=fill_text("news.txt", folder=FOLDER, view=view),
        html=fill_html("news.mjml", folder=FOLDER, brand=NEUTRAL, view=view),
        sender_name=name,
        reply_to=None,
        unsubscribe_url=None if unsubscribe is None else unsubscribe.url,
    )


async def _subscriber(session: AsyncSession, message: Message, *, confirmed: bool) -> UUID:
    identifier = UUID(message.data["subscriber_id"])
    found = (await session.execute(FIND, {"id": identifier})).first()
    if found is None or (found.confirmed_at is not None) != confirmed:
        raise Outdated("the address is confirmed already, or is no longer subscribed")
    return identifier


FIND = text("SELECT confirmed_at FROM status_subscribers WHERE id = :id")
