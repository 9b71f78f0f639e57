"""Tries out the way to a mail server, step by step, as the worker would go it; sends nothing.

Called by `openchair test email config`. Each step says what it found or, when it failed, what an
operator can do; the steps behind a failed one are not tried.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

import aiosmtplib
from dns.exception import DNSException

from openchair.notifications.providers.email.check_advice import Problem, advice
from openchair.notifications.providers.email.dkim import current_key
from openchair.notifications.providers.email.dkim_record import is_published
from openchair.notifications.settings import ServerSettings
from openchair.platform.settings.files import BadSettings
from openchair.platform.steps import Step, StepState

CERTIFICATE_DAYS = 14
DNS_SECONDS = 5
LOCAL = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class _Found:
    words: str
    state: StepState = "ok"


class _Way:
    """The conversation with one server while it is tried out."""

    def __init__(self, server: ServerSettings, *, mail_from: str, timeout: float) -> None:
        self._server = server
        self._mail_from = mail_from
        self._timeout = timeout
        self._client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls == "on",
            start_tls=False,
            local_hostname=mail_from.rpartition("@")[2],
            timeout=timeout,
        )

    async def resolve(self) -> _Found:
        found = await asyncio.get_running_loop().getaddrinfo(self._server.host, self._server.port)
        addresses = [*dict.fromkeys(str(each[4][0]) for each in found)]
        return _Found(f"{self._server.host} is {', '.join(addresses[:4])}")

    async def connect(self) -> _Found:
        if self._server.tls == "on":  # only the wire; TLS is the next step
            _, writer = await asyncio.open_connection(self._server.host, self._server.port)
            writer.close()
            return _Found(f"port {self._server.port} is open")
        answer = await self._client.connect()
        return _Found(f"port {self._server.port} answers {answer.code} {answer.message}"[:200])

    async def secure(self) -> _Found:
        if self._server.tls == "off":
            if self._server.host in LOCAL:
                return _Found("off; the server is on this machine")
            return _Found("off: mails and password travel as readable text", "warning")
        if self._server.tls == "on":
            await self._client.connect()
        else:
            await self._client.starttls()
        return _certificate(self._client)

    async def log_in(self) -> _Found:
        await self._client.ehlo()
        if not self._server.username:
            return _Found("not asked for: no user name is set")
        password = self._server.password.get_secret_value()
        await self._client.login(self._server.username, password)
        return _Found(f"as {self._server.username}")

    async def sender(self) -> _Found:
        await self._client.mail(self._mail_from)
        await self._client.rset()
        return _Found(f"the server lets us send as {self._mail_from}")

    async def leave(self) -> None:
        if self._client.is_connected:
            try:
                await self._client.quit(timeout=2)
            except (aiosmtplib.SMTPException, OSError):
                self._client.close()


async def check_server(
    server: ServerSettings, *, mail_from: str, timeout_seconds: float
) -> AsyncIterator[Step]:
    """Resolve, connect, TLS, log in, sender; each as soon as it is known. Ends at the first that
    failed. Each waits `timeout_seconds` at most.
    """
    way = _Way(server, mail_from=mail_from, timeout=timeout_seconds)
    steps: tuple[tuple[Problem, Callable[[], Awaitable[_Found]]], ...] = (
        ("resolve", way.resolve),
        ("connect", way.connect),
        ("TLS", way.secure),
        ("log in", way.log_in),
        ("sender", way.sender),
    )
    try:
        for name, do in steps:
            began = monotonic()
            try:
                async with asyncio.timeout(timeout_seconds):
                    found = await do()
            except (aiosmtplib.SMTPException, OSError, ValueError) as error:
                words = advice(name, error, server=server, mail_from=mail_from)
                yield _step(name, _Found(words, "failed"), began)
                return
            yield _step(name, found, began)
    finally:
        await way.leave()


async def check_signature() -> Step:
    """Whether our mails are signed, and whether the DNS has the key that proves it."""
    began = monotonic()
    try:
        key = current_key()
    except BadSettings as error:
        return _step("DKIM", _Found(str(error), "failed"), began)
    if key is None:
        return _step("DKIM", _Found("mails are not signed: DKIM_DOMAIN is not set"), began)
    name = f"{key.selector}._domainkey.{key.domain}"
    try:
        published = await is_published(key, timeout_seconds=DNS_SECONDS)
    except DNSException as error:
        words = f"the DNS could not be asked for {name}: {type(error).__name__}"
        return _step("DKIM", _Found(words, "warning"), began)
    if not published:
        words = f"the DNS does not have the public half of this key at {name} (one TXT record)"
        return _step("DKIM", _Found(words, "failed"), began)
    return _step("DKIM", _Found(f"signed by {key.domain}; the DNS has its key at {name}"), began)


def _certificate(client: aiosmtplib.SMTP) -> _Found:
    secure = client.get_transport_info("ssl_object")
    certificate = secure.getpeercert() or {}
    words = f"{secure.version()}, {secure.cipher()[0]}"
    if "notAfter" not in certificate:
        return _Found(words)
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
    days = (ends - datetime.now(UTC)).days
    words += f"; its certificate ends on {ends:%Y-%m-%d}, in {days} days"
    return _Found(words, "warning" if days < CERTIFICATE_DAYS else "ok")


def _step(name: str, found: _Found, began: float) -> Step:
    passed = round((monotonic() - began) * 1000)
    return Step(name=name, state=found.state, milliseconds=passed, words=found.words)
