"""The feed of the status page (Atom, RFC 4287), in one language. Pure; `pages.py` calls it."""

from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from openchair.operations.status_page.history import Outage
from openchair.operations.status_page.view import Facts
from openchair.operations.status_page.words import Speaker
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

MOST = 50


def draw_feed(facts: Facts, speaker: Speaker, *, name: str, now: datetime) -> bytes:
    """The newest fifty troubles."""
    base = load(InstallationSettings).status_address
    language = speaker.language
    newest = facts.outages[:MOST]
    updated = max((_changed(each) for each in newest), default=datetime(2026, 1, 1, tzinfo=UTC))
    entries = "".join(_entry(each, speaker, base=base) for each in newest)
    title = f"{name}: {speaker.words.text('Status')}"
    document = (
        f'<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">\n'
        f"<title>{escape(title)}</title>\n"
        f"<id>{escape(base)}/{language}/feed.atom</id>\n"
        f"<updated>{_stamp(min(updated, now))}</updated>\n"
        f"<author><name>{escape(name)}</name></author>\n"
        f'<link rel="self" href={quoteattr(f"{base}/{language}/feed.atom")}/>\n'
        f'<link rel="alternate" type="text/html"'
        f" href={quoteattr(f'{base}/{language}/index.html')}/>\n"
        f"{entries}</feed>\n"
    )
    return document.encode()


def _entry(outage: Outage, speaker: Speaker, *, base: str) -> str:
    address = f"{base}/{speaker.language}/incidents/{outage.id}.html"
    lines = [speaker.listed(outage.parts)] if outage.parts else []
    lines += [f"{speaker.moment(each.at)}: {each.words}" for each in reversed(outage.notes)]
    if outage.until is not None and outage.parts:
        lines.insert(
            0, f"{speaker.words.text('It works again since')} {speaker.moment(outage.until)}"
        )
    html = "".join(f"<p>{escape(each)}</p>" for each in lines)
    return (
        f"<entry><title>{escape(speaker.title(outage))}</title>"
        f"<id>{escape(address)}</id><link href={quoteattr(address)}/>"
        f"<published>{_stamp(outage.since)}</published>"
        f"<updated>{_stamp(_changed(outage))}</updated>"
        f'<content type="html">{escape(html)}</content></entry>\n'
    )


def _changed(outage: Outage) -> datetime:
    moments = [outage.since, *(each.at for each in outage.notes)]
    return max(moments if outage.until is None else [*moments, outage.until])


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
