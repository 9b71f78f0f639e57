"""What the Slack and the webhook receiver took: body and headers as they came, bounded."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from openchair_sandbox.database import pattern

SCHEMA = """
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    receiver TEXT NOT NULL,
    name TEXT NOT NULL,
    received_at TEXT NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS posts_receiver ON posts (receiver, id);
"""


@dataclass(frozen=True, slots=True)
class Post:
    """One request. `receiver` is slack or webhook, `name` the end of its address."""

    id: int
    receiver: str
    name: str
    received_at: datetime
    headers: dict[str, str]
    body: str

    @property
    def fields(self) -> dict[str, Any]:
        """The body's fields, when it is a JSON object or a form; else none."""
        if "form" in self.headers.get("content-type", ""):
            return dict(parse_qsl(self.body, keep_blank_values=True))
        try:
            body = json.loads(self.body)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def readable(self) -> str:
        """The body laid out for reading."""
        return json.dumps(self.fields, indent=2, ensure_ascii=False) if self.fields else self.body


@dataclass(frozen=True, slots=True)
class PostPage:
    """Some of them, newest first; `older` is the id to go on before, or None at the end."""

    posts: tuple[Post, ...]
    total: int
    older: int | None


class PostStore:
    """Everything that was posted to this sandbox; keeps the newest `keep`."""

    def __init__(self, database: sqlite3.Connection, *, keep: int) -> None:
        self._keep = keep
        self._database = database
        database.executescript(SCHEMA)

    def add(self, *, receiver: str, name: str, headers: Mapping[str, str], body: bytes) -> int:
        """Store one request, drop the oldest beyond the bound, answer its id."""
        number = self._database.execute(
            "INSERT INTO posts (receiver, name, received_at, headers, body) VALUES (?, ?, ?, ?, ?)",
            (
                receiver,
                name,
                datetime.now(UTC).isoformat(),
                json.dumps(dict(headers), ensure_ascii=False),
                body.decode("utf-8", errors="replace"),
            ),
        ).lastrowid
        self._database.execute("DELETE FROM posts WHERE id <= ?", ((number or 0) - self._keep,))
        return int(number or 0)

    def find(
        self,
        *,
        receiver: str,
        name: str = "",
        text: str = "",
        before: int | None = None,
        limit: int = 25,
    ) -> PostPage:
        """Newest first. `text` is part of body, name or headers; `name` is exact."""
        matching = (
            "receiver = :receiver AND (:name = '' OR name = :name)"
            " AND (body LIKE :text ESCAPE '\\' OR name LIKE :text ESCAPE '\\'"
            " OR headers LIKE :text ESCAPE '\\')"
        )
        given = {
            "receiver": receiver,
            "name": name,
            "text": pattern(text),
            "before": before or 2**62,
            "limit": limit + 1,
        }
        rows = self._database.execute(
            "SELECT id, receiver, name, received_at, headers, body FROM posts"  # noqa: S608 -- the text is constant
            f" WHERE {matching} AND id < :before ORDER BY id DESC LIMIT :limit",
            given,
        ).fetchall()
        total = self._database.execute(
            f"SELECT count(*) FROM posts WHERE {matching}",  # noqa: S608 -- the text is constant
            given,
        ).fetchone()[0]
        posts = tuple(_post(row) for row in rows[:limit])
        return PostPage(posts, int(total), posts[-1].id if len(rows) > limit else None)

    def delete_all(self, receiver: str) -> int:
        """Forget what one receiver took; answers how many there were."""
        return int(
            self._database.execute("DELETE FROM posts WHERE receiver = ?", (receiver,)).rowcount
        )


def _post(row: tuple[int, str, str, str, str, str]) -> Post:
    number, receiver, name, received_at, headers, body = row
    return Post(
        id=number,
        receiver=receiver,
        name=name,
        received_at=datetime.fromisoformat(received_at),
        headers=json.loads(headers),
        body=body,
    )
