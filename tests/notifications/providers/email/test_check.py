"""The way to a mail server, tried out against real ones: with TLS, log-in, and what goes wrong."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from openchair.notifications.providers.email.check import check_server, check_signature
from openchair.notifications.providers.email.dkim import current_key
from openchair.notifications.settings import BACKUP, PRIMARY, ServerSettings
from openchair.platform.steps import Step

FROM = "appointments@salon.example"


class Handler:
    async def handle_MAIL(  # noqa: N802 -- the name is aiosmtpd's
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address != FROM:
            return "550 we do not know this sender"
        envelope.mail_from = address
        return "250 OK"


def authenticate(
    _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any
) -> AuthResult:
    right = isinstance(given, LoginPassword) and given.password == b"right"
    return AuthResult(success=right, handled=False)


def certificate(folder: Path, *, days: int = 90, host: str = "127.0.0.1") -> ssl.SSLContext:
    """A server's TLS context; its certificate lies in `folder/trusted.pem`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), False)  # noqa: FBT003
        .sign(key, hashes.SHA256())
    )
    trusted, private = folder / "trusted.pem", folder / "private.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(trusted, private)
    return context


Serve = Callable[..., AbstractAsyncContextManager[ServerSettings]]


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Serve:
    @asynccontextmanager
    async def listening(tls: str, *, days: int = 90) -> AsyncIterator[ServerSettings]:
        context = certificate(tmp_path, days=days)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
        loop = asyncio.get_running_loop()

        def conversation() -> SMTP:
            return SMTP(
                Handler(),
                hostname="mx.test",
                loop=loop,
                authenticator=authenticate,
                auth_require_tls=tls == "starttls",
                tls_context=context if tls == "starttls" else None,
            )

        server = await loop.create_server(
            conversation, "127.0.0.1", 0, ssl=context if tls == "on" else None
        )
        try:
            yield settings_for(server.sockets[0].getsockname()[1], tls=tls)
        finally:
            server.close()

    return listening


def settings_for(port: int, *, tls: str = "off", name: str = PRIMARY) -> ServerSettings:
    return ServerSettings(
        name=name,
        host="127.0.0.1",
        port=port,
        username="salon",
        password=SecretStr("right"),
        tls=tls,  # type: ignore[arg-type]
    )


async def steps(server: ServerSettings, *, mail_from: str = FROM, seconds: float = 5) -> list[Step]:
    return [
        step async for step in check_server(server, mail_from=mail_from, timeout_seconds=seconds)
    ]


ALL = ["resolve", "connect", "TLS", "log in", "sender"]


@pytest.mark.parametrize("tls", ["starttls", "on"])
async def test_every_step_is_gone_with_its_time(serve: Serve, tls: str) -> None:
    async with serve(tls) as server:
        found = await steps(server)
    assert [(step.name, step.state) for step in found] == [(name, "ok") for name in ALL]
    assert all(0 <= step.milliseconds < 5000 for step in found)
    assert found[2].words.startswith("TLSv1.3")
    assert "in 90 days" in found[2].words
    assert found[3].words == "as salon"
    assert "right" not in " ".join(step.words for step in found[3:4])


async def test_a_certificate_that_ends_soon_is_worth_a_look(serve: Serve) -> None:
    async with serve("starttls", days=13) as server:
        found = await steps(server)
    assert [step.state for step in found] == ["ok", "ok", "warning", "ok", "ok"]


async def failed(server: ServerSettings, **more: Any) -> Step:
    """The last step, which failed; those before it did not."""
    found = await steps(server, **more)
    assert [step.state for step in found] == ["ok"] * (len(found) - 1) + ["failed"]
    assert [step.name for step in found] == ALL[: len(found)]
    return found[-1]


async def test_a_wrong_password_names_its_setting(serve: Serve) -> None:
    async with serve("starttls") as server:
        step = await failed(replace(server, password=SecretStr("wrong")))
        backup = await failed(replace(server, password=SecretStr("wrong"), name=BACKUP))
    assert step.name == "log in"
    assert "SMTP_PASSWORD" in step.words
    assert "SMTP_BACKUP_PASSWORD" in backup.words
    assert "wrong" not in step.words


async def test_a_certificate_of_somebody_else_is_refused(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve("starttls") as server:
        monkeypatch.delenv("SSL_CERT_FILE")
        step = await failed(server)
    assert step.name == "TLS"
    assert "is not to be trusted" in step.words


async def test_tls_where_there_is_none(serve: Serve) -> None:
    async with serve("off") as server:
        at_once = await failed(replace(server, tls="on"))
        later = await failed(replace(server, tls="starttls"))
    assert (at_once.name, "SMTP_TLS=starttls" in at_once.words) == ("TLS", True)
    assert (later.name, "offers no STARTTLS" in later.words) == ("TLS", True)


async def test_a_log_in_that_wants_tls_first(serve: Serve) -> None:
    async with serve("starttls") as server:
        step = await failed(replace(server, tls="off"))
    assert (step.name, "SMTP_TLS" in step.words) == ("log in", True)


async def test_a_sender_that_the_server_does_not_know(serve: Serve) -> None:
    async with serve("on") as server:
        step = await failed(server, mail_from="else@salon.example")
    assert (step.name, "OPENCHAIR_MAIL_FROM" in step.words) == ("sender", True)


async def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for tls in ("off", "on"):
        step = await failed(settings_for(port, tls=tls))
        assert (step.name, "SMTP_PORT" in step.words) == ("connect", True)


async def test_no_such_host() -> None:
    step = await failed(replace(settings_for(25), host="mx.invalid"))
    assert (step.name, "SMTP_HOST" in step.words) == ("resolve", True)


async def test_a_server_that_says_nothing_is_not_waited_for_long() -> None:
    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2)
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    try:
        step = await failed(settings_for(server.sockets[0].getsockname()[1]), seconds=0.5)
    finally:
        server.close()
        await asyncio.sleep(2)
    assert (step.name, "did not answer in time" in step.words) == ("connect", True)


async def test_without_a_key_the_signature_is_no_fault() -> None:
    current_key.cache_clear()
    step = await check_signature()
    assert (step.state, "not signed" in step.words) == ("ok", True)
