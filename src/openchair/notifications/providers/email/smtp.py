"""Mail over one SMTP server (aiosmtplib) with a few reused connections. Called by `delivery.py`.

The conversation is led step by step, because what an answer means depends on the step: before
the content everything is safe to repeat; once it left, a lost answer is doubtful.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

import aiosmtplib

from openchair.notifications.errors import Doubtful, Permanent, Temporary
from openchair.notifications.providers.email.answers import readable, refused
from openchair.notifications.providers.email.compose import compose
from openchair.notifications.providers.email.dkim import current_key, sign
from openchair.notifications.providers.email.lookup import look_up
from openchair.notifications.providers.provider import (
    Accepted,
    Doubted,
    Finding,
    HandOver,
    Outgoing,
)
from openchair.notifications.settings import MailSettings, ServerSettings
from openchair.platform.clock import utc_now

IDLE_SECONDS = 15.0
JUST_NOW_SECONDS = 1.0


class SmtpProvider:
    """One SMTP server. Safe to share between tasks of one event loop."""

    def __init__(self, server: ServerSettings, settings: MailSettings) -> None:
        self.name = server.name
        self._server = server
        self._settings = settings
        self._places = asyncio.Semaphore(settings.smtp_connections)
        self._idle: list[tuple[aiosmtplib.SMTP, float]] = []

    def units(self, outgoing: Outgoing) -> int:  # noqa: ARG002 -- the port's signature
        """A mail is one."""
        return 1

    async def send(self, outgoing: Outgoing, *, hand_over: HandOver) -> Accepted:
        """Send one mail; see `Provider.send`. Each step waits `mail_timeout_seconds` at most."""
        content = compose(outgoing, mail_from=self._settings.mail_from, now=utc_now())
        if key := current_key():
            content = sign(content, key=key)
        async with self._connection(outgoing) as client:
            await hand_over()
            return Accepted(words=await self._content(client, content))

    async def look_up(self, doubted: Doubted) -> Finding:
        """Ask the address of `SMTP_LOOKUP_URL` for the Message-ID."""
        return await look_up(self._settings.lookup_url, message_id=doubted.message_id)

    async def close(self) -> None:
        """Say goodbye on the idle connections."""
        while self._idle:
            await _leave(self._idle.pop()[0])

    @asynccontextmanager
    async def _connection(self, outgoing: Outgoing) -> AsyncIterator[aiosmtplib.SMTP]:
        """A connection whose server has taken sender and recipient and waits for the content."""
        try:
            # All steps together: a server that is slow at each would outlast the lease, and the
            # message would look like one that kills its workers.
            async with asyncio.timeout(self._settings.mail_timeout_seconds):
                await self._places.acquire()
                try:
                    client = await self._addressed(outgoing)
                except BaseException:
                    self._places.release()
                    raise
        except TimeoutError as error:
            raise Temporary(
                "the mail server was not ready for the content in time",
                failure_type="timeout",
                provider_down=True,
            ) from error
        try:
            yield client
            self._idle.append((client, monotonic()))
        except BaseException:
            client.close()
            raise
        finally:
            self._places.release()

    async def _addressed(self, outgoing: Outgoing) -> aiosmtplib.SMTP:
        """A connection on which sender and recipient are taken. A used one may be gone by now,
        which says nothing about the server; what the server says is its answer on any.
        """
        while client := await self._reuse():
            try:
                return await self._taken(client, outgoing)
            except Temporary as failure:
                if failure.status_code is not None or failure.failure_type == "timeout":
                    raise
        return await self._taken(await self._connect(), outgoing)

    async def _taken(self, client: aiosmtplib.SMTP, outgoing: Outgoing) -> aiosmtplib.SMTP:
        """The same connection, with sender and recipient named; closed when they are refused."""
        try:
            await self._address(client, outgoing)
        except BaseException:
            client.close()
            raise
        return client

    async def _reuse(self) -> aiosmtplib.SMTP | None:
        while self._idle:
            client, since = self._idle.pop()
            if not client.is_connected:
                continue
            if monotonic() - since < JUST_NOW_SECONDS:
                return client
            if monotonic() - since > IDLE_SECONDS:
                await _leave(client)
                continue
            try:
                await client.rset()
            except (aiosmtplib.SMTPException, OSError):
                client.close()
                continue
            except asyncio.CancelledError:
                client.close()
                raise
            return client
        return None

    async def _connect(self) -> aiosmtplib.SMTP:
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username or None,
            password=server.password.get_secret_value() or None,
            use_tls=server.tls == "on",
            start_tls=server.tls == "starttls",
            local_hostname=self._settings.domain,
            timeout=self._settings.mail_timeout_seconds,
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            client.close()
            raise refused(error, step="connect") from error
        except asyncio.CancelledError:
            client.close()
            raise
        return client

    async def _address(self, client: aiosmtplib.SMTP, outgoing: Outgoing) -> None:
        options, encoding = [], "ascii"
        if not (outgoing.recipient.isascii() and self._settings.mail_from.isascii()):
            if not client.supports_extension("smtputf8"):
                raise Permanent(
                    "the mail server does not take addresses beyond ASCII (no SMTPUTF8)",
                    failure_type="validation_error",
                )
            options, encoding = ["SMTPUTF8"], "utf-8"
        try:
            await client.mail(self._settings.mail_from, options=options, encoding=encoding)
            await client.rcpt(outgoing.recipient, encoding=encoding)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise refused(error, step="address") from error

    async def _content(self, client: aiosmtplib.SMTP, content: bytes) -> str:
        try:
            answer = await client.data(content)
        except aiosmtplib.SMTPResponseException as error:
            raise refused(error, step="content") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Doubtful(
                readable(f"the mail server's answer to the content was lost: {error}"),
                failure_type="timeout" if isinstance(error, TimeoutError) else "provider_error",
                provider_down=True,
            ) from error
        return readable(f"{answer.code} {answer.message}")


async def _leave(client: aiosmtplib.SMTP) -> None:
    """Quit politely; a server that has gone already is as good."""
    try:
        await client.quit(timeout=2)
    except (aiosmtplib.SMTPException, OSError):
        client.close()
