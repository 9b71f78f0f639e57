"""Tells subscribers by mail that trouble began, that somebody wrote about it, and that it is over:
one message each in the normal queue, a bounded number a round. Called by `watch.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.outbox import NewMessage, put_all
from openchair.operations.status_page.history import Outage
from openchair.operations.status_page.memory import PageMemory
from openchair.operations.status_page.settings import StatusPageSettings
from openchair.operations.status_page.subscribers import house_salon
from openchair.platform.settings.base import load

NEWS = "status.news"
BATCH = 200
TOLD_WITHIN = timedelta(hours=24)
USE_BY = timedelta(hours=24)

Occasion = Literal["start", "update", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing to tell. By `name` it is told once."""

    name: str
    occasion: Occasion
    outage: Outage
    at: datetime


async def announce(
    session: AsyncSession, *, memory: PageMemory, outages: Sequence[Outage], now: datetime
) -> list[str]:
    """Queue the next mails; answers the names of the news that need no more of them."""
    fresh = [each for each in outages if now - (each.until or now) <= TOLD_WITHIN]
    told = memory.told_news
    waiting = [news for outage in fresh for news in due(outage, told=told, now=now)]
    done = [name for outage in fresh for name in superseded(outage, told=told, now=now)]
    for news in waiting[:1]:
        after = memory.reach_by_mail.get(news.name, UUID(int=0))
        last = await _tell(session, news, after=after)
        if last is None:
            memory.reach_by_mail.pop(news.name, None)
            done.append(news.name)
        else:
            memory.reach_by_mail[news.name] = last
    return done


def due(outage: Outage, *, told: dict[str, None], now: datetime) -> Iterator[News]:
    """What there is to tell about it, in order. Who heard nothing of a start hears one word: that
    it is over, and how it was.
    """
    patience = timedelta(seconds=load(StatusPageSettings).status_mail_after_seconds)
    end = outage.until
    if not outage.parts or (end or now) - outage.since < patience:
        return
    start = _name(outage, "start")
    if end is None and start not in told:
        yield News(name=start, occasion="start", outage=outage, at=outage.since)
        return
    if end is not None:
        name = _name(outage, "end")
        if name not in told:
            yield News(name=name, occasion="end", outage=outage, at=end)
        return
    for note in outage.notes:
        name = f"{outage.id}:update:{note.id}"
        if name not in told:
            yield News(name=name, occasion="update", outage=outage, at=note.at)
            return


def superseded(outage: Outage, *, told: dict[str, None], now: datetime) -> list[str]:
    """What is not worth a mail any more: words that stood in the mail about the start, and what an
    end makes old.
    """
    names = [f"{outage.id}:update:{each.id}" for each in outage.notes]
    if outage.until is not None:
        names.append(_name(outage, "start"))
    elif _name(outage, "start") in told or now < outage.since:
        return []
    return [each for each in names if each not in told]


async def _tell(session: AsyncSession, news: News, *, after: UUID) -> UUID | None:
    """The next two hundred; answers whom it reached last, or None when everybody has it."""
    found = await session.execute(
        NEXT, {"after": after, "at": news.at if news.occasion != "end" else None, "limit": BATCH}
    )
    rows = found.all()
    if not rows:
        return None
    salon_id = await house_salon(session)
    outage = orjson.loads(orjson.dumps(news.outage, default=str))
    messages = [
        NewMessage(
            salon_id=salon_id,
            kind=NEWS,
            channel="email",
            recipient=row.email,
            language=row.language,
            data={"subscriber_id": str(row.id), "occasion": news.occasion, "outage": outage},
            reference=f"status-subscriber:{row.id}",
            dedupe_key=f"{NEWS}:{news.name}:{row.id}",
            expires_at=news.at + USE_BY,
            priority=3,
        )
        for row in rows
    ]
    await put_all(session, messages=messages)
    return rows[-1].id if len(rows) == BATCH else None


def _name(outage: Outage, occasion: Occasion) -> str:
    return f"{outage.id}:{occasion}"


NEXT = text("""
    SELECT id, email, language FROM status_subscribers
    WHERE confirmed_at IS NOT NULL AND id > :after
    ORDER BY id LIMIT :limit
""")
