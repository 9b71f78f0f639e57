"""Finds clients while somebody is still typing: by name, mail address or phone number in any
spelling, also with a slip in it. Called by the console's list and by everything that asks for a
client; changes nothing. Who was merged or erased is not found, nor the row of the walk-ins.

What begins with the words typed comes first, then words that begin so, then any part, and only
after these what merely resembles them. All of it reads the index `ix_customers_search`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.errors import Invalid

MOST_ROWS = 100
TEXT_LENGTH = 80
MOST_WORDS = 5
SHORT, LIKENESS_FROM = 2, 4
"""Words of at most so many letters are looked for where words begin; likeness needs more."""
LIKENESS, LIKENESS_OF_SWAPPED = 0.4, 0.8
ALL_OF_THEM, NAME = "search_text", "fold_text(name)"
SPELLINGS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ay", "ai"), ("ey", "ei"))
_PHONE = re.compile(r"[+(]?[\d\s().\-/]{3,}")


@dataclass(frozen=True, slots=True)
class FoundClient:
    """One client of the list; `phone` as in E.164."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    has_allergies: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: how near the match was, and whose name it was."""

    nearness: int
    name: str
    id: UUID


@dataclass(frozen=True, slots=True)
class ClientPage:
    """Some clients, and from where the next page goes on; None when these were the last."""

    clients: tuple[FoundClient, ...]
    after: Place | None


async def search_clients(
    session: AsyncSession,
    *,
    salon_id: UUID,
    text: str = "",
    limit: int = 50,
    after: Place | None = None,
    names_only: bool = False,
) -> ClientPage:
    """The clients that fit `text`, the best first; without one all of them by name. `names_only` is
    for those who do not see how everybody is reached: else they would find it out, a digit a time.

    At most `limit` (100 at the most) behind `after`. Raises `Invalid` on `q` for more than eighty
    characters.
    """
    if len(text) > TEXT_LENGTH:
        raise Invalid("Please look for fewer words at once.", field="q")
    words = await _folded(session, words_of(text))
    most = max(1, min(limit, MOST_ROWS))
    values: dict[str, Any] = {
        "salon_id": salon_id,
        "limit": most + 1,
        "nearness": after.nearness if after else -1,
        "name": after.name if after else "",
        "id": after.id if after else UUID(int=0),
        **_words_as_values(words),
    }
    rows = (await session.execute(_statement(words, names_only=names_only), values)).all()
    clients = tuple(
        FoundClient(row.id, row.name, row.email, row.phone, row.has_allergies, row.created_at)
        for row in rows[:most]
    )
    if len(rows) <= most:
        return ClientPage(clients, None)
    last = rows[most - 1]
    return ClientPage(clients, Place(last.nearness, last.sorted_name, last.id))


def words_of(text: str) -> tuple[str, ...]:
    """What is looked for: a phone number as the end of it that every spelling shares, anything
    else word by word.

    `079 123 45 67`, `+41 79 123 45 67` and `0041 (0)79 1234567` all find `+41791234567`.
    """
    cleaned = " ".join(text.replace("\x00", "").split())
    if _PHONE.fullmatch(cleaned):
        digits = re.sub(r"\D", "", cleaned.replace("(0)", ""))
        return (digits.lstrip("0") or digits,)
    return tuple(cleaned.split()[:MOST_WORDS])


async def _folded(session: AsyncSession, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words as names are kept for looking them up; and from here on plans are made for the
    very words, as what is rare and what is common need different ones, and by the index. How many
    names resemble a word PostgreSQL only guesses from a sample, and one unlucky ANALYZE would have
    it compare every client.
    """
    if not words:
        return ()
    values = {"likeness": str(LIKENESS), "words": list(words)}
    row = (await session.execute(_FOLD, values)).one()
    return tuple(word for word in row.words if word.strip())


def _words_as_values(words: tuple[str, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {"whole": f"{_literal(' '.join(words))}%"} if words else {}
    for number, word in enumerate(words):
        other = _without_digraphs(word)
        values[f"first_{number}"] = f"{_literal(word)}%"
        values[f"begin_{number}"] = f"% {_literal(word)}%"
        values[f"part_{number}"] = f"%{_literal(word)}%"
        values[f"other_part_{number}"] = f"%{_literal(other)}%"
        values[f"word_{number}"] = word
        values[f"other_{number}"] = other
        values[f"swapped_{number}"] = [f"%{_literal(each)}%" for each in _swapped(word)]
    return values


def _literal(word: str) -> str:
    """For LIKE: its own signs stand for themselves."""
    return re.sub(r"([\\%_])", r"\\\1", word)


def _without_digraphs(word: str) -> str:
    """`mueller` is also looked for as `muller`, which is how `Müller` is kept without its dots."""
    for pair, vowel in SPELLINGS:
        word = word.replace(pair, vowel)
    return word


def _statement(words: tuple[str, ...], *, names_only: bool) -> Any:
    """What is compared is all there is to a client, or the name alone; the index reads all."""
    if not words:
        return _ALL
    of = NAME if names_only else ALL_OF_THEM
    fits = _each(words, _fits, of)
    exact = _EXACT.format(fits=fits, begins=_each(words, _begins, of), of=of)
    if not all(_may_be_a_slip(word) for word in words):
        return sql(exact)
    alike = " + ".join(_likeness(number, of) for number in range(len(words)))
    return sql(
        _ALSO_ALIKE.format(
            exact=exact,
            fits=fits,
            resembles=_each(words, _resembles, of),
            likeness=f"({alike}) / {len(words)}",
        )
    )


def _each(words: tuple[str, ...], condition: Callable[[int, str, str], str], of: str) -> str:
    """The condition for every word; for a name that the index does not know by itself as well."""
    compared = (ALL_OF_THEM,) if of == ALL_OF_THEM else (ALL_OF_THEM, of)
    return " AND ".join(
        condition(number, word, each) for each in compared for number, word in enumerate(words)
    )


def _may_be_a_slip(word: str) -> bool:
    """Of numbers and mail addresses all are alike; so are very short words."""
    return len(word) >= LIKENESS_FROM and not any(sign.isdigit() or sign in "@." for sign in word)


def _swapped(word: str) -> list[str]:
    """The word with two neighbouring letters the other way round, which leaves few trigrams."""
    return [
        word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        for at in range(len(word) - 1)
        if word[at] != word[at + 1]
    ]


def _fits(number: int, word: str, of: str) -> str:
    if len(word) <= SHORT:
        return _begins(number, word, of)
    return f"({of} LIKE :part_{number} OR {of} LIKE :other_part_{number})"


def _begins(number: int, _word: str, of: str) -> str:
    return f"({of} LIKE :first_{number} OR {of} LIKE :begin_{number})"


def _resembles(number: int, _word: str, of: str) -> str:
    return (
        f"({of} %> :word_{number} OR {of} %> :other_{number}"
        f" OR {of} LIKE ANY (CAST(:swapped_{number} AS text[])))"
    )


def _likeness(number: int, of: str) -> str:
    return (
        f"greatest(word_similarity(:word_{number}, {of}),"
        f" word_similarity(:other_{number}, {of}),"
        f" CASE WHEN {of} LIKE ANY (CAST(:swapped_{number} AS text[]))"
        f" THEN {LIKENESS_OF_SWAPPED} ELSE 0 END)"
    )


_FOLD = sql("""
    SELECT ARRAY(
            SELECT fold_text(word)
            FROM unnest(CAST(:words AS text[])) WITH ORDINALITY AS given (word, number)
            ORDER BY number
        ) AS words,
        set_config('pg_trgm.word_similarity_threshold', :likeness, true),
        set_config('plan_cache_mode', 'force_custom_plan', true),
        set_config('enable_seqscan', 'off', true)
""")
_ALIVE = "salon_id = :salon_id AND kind = 'person' AND merged_into IS NULL AND erased_at IS NULL"
_COLUMNS = """id, name, email, phone, allergies <> '' AS has_allergies, created_at,
    lower(name) AS sorted_name"""
_ALL = sql(f"""
    SELECT {_COLUMNS}, 0 AS nearness FROM customers
    WHERE {_ALIVE} AND (lower(name), id) > (:name, :id)
    ORDER BY lower(name), id LIMIT :limit
""")  # noqa: S608 - the parts are this module's own
_EXACT = f"""
    SELECT * FROM (
        SELECT {_COLUMNS},
            CASE WHEN {{of}} LIKE :whole THEN 0
                 WHEN {{begins}} THEN 1 ELSE 2 END AS nearness
        FROM customers WHERE {_ALIVE} AND {{fits}}
    ) AS fitting
    WHERE (nearness, sorted_name, id) > (:nearness, :name, :id)
    ORDER BY nearness, sorted_name, id LIMIT :limit
"""  # noqa: S608 - the parts are this module's own
_ALSO_ALIKE = f"""
    WITH exact AS MATERIALIZED ({{exact}}),
    alike AS (
        SELECT * FROM (
            SELECT {_COLUMNS},
                (10 + round(100 * (1 - ({{likeness}}))))::integer AS nearness
            FROM customers
            WHERE (SELECT count(*) FROM exact) < :limit
                AND {_ALIVE} AND {{resembles}} AND NOT ({{fits}})
        ) AS resembling
        WHERE (nearness, sorted_name, id) > (:nearness, :name, :id)
        ORDER BY nearness, sorted_name, id LIMIT :limit
    )
    SELECT * FROM exact UNION ALL SELECT * FROM alike
    ORDER BY nearness, sorted_name, id LIMIT :limit
"""  # noqa: S608 - the parts are this module's own
