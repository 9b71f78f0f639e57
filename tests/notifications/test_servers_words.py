"""Servers that answer in another alphabet than UTF-8, as many older ones do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from openchair.notifications.providers.email.answers import readable
from tests.notifications.conftest import Post, Put, attempts_of, row_of, smtp_provider
from tests.notifications.mail_server import MailServer


@asynccontextmanager
async def server_that_says(*, rcpt: bytes, content: bytes = b"250 OK") -> AsyncIterator[MailServer]:
    """A mail server of a few lines, whose words are bytes."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 old.example.org\r\n")
        in_content = False
        while line := await reader.readline():
            if in_content:
                if line != b".\r\n":
                    continue
                in_content, answer = False, content
            elif line.upper().startswith(b"DATA"):
                in_content, answer = True, b"354 go on"
            elif line.upper().startswith(b"RCPT"):
                answer = rcpt
            else:
                answer = b"250 OK"
            writer.write(answer + b"\r\n")
        writer.close()

    listening = await asyncio.start_server(converse, "127.0.0.1", 0)
    async with listening:
        yield MailServer(port=listening.sockets[0].getsockname()[1])


async def test_a_refusal_in_latin_1_is_a_refusal(post: Post, put: Put) -> None:
    message_id = await put()
    words = "550 5.1.1 Empfänger unbekannt".encode("latin-1")
    async with server_that_says(rcpt=words) as old:
        post.use(provider := smtp_provider(old))
        assert await post.deliver(message_id) == "failed"
        await provider.close()
    row = await row_of(post.database, message_id)
    assert (row["failure_type"], row["lost_leases"]) == ("hard_bounce", 0)
    assert row["error_message"] == "550 5.1.1 Empfänger unbekannt"


async def test_an_acceptance_in_latin_1_is_no_doubt(post: Post, put: Put) -> None:
    message_id = await put()
    words = "250 Nachricht übernommen\0".encode("latin-1")
    async with server_that_says(rcpt=b"250 OK", content=words) as old:
        post.use(provider := smtp_provider(old))
        assert await post.deliver(message_id) == "sent"
        await provider.close()
    [attempt] = await attempts_of(post.database, message_id)
    assert attempt["error_message"].startswith("250 Nachricht übernommen")


def test_words_are_bounded() -> None:
    assert len(readable("550 " + "no " * 1000)) == 500
