import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.outbound import clients
from openchair.platform.outbound.answer import Answer
from openchair.platform.outbound.call import call
from openchair.platform.outbound.clients import close_clients
from openchair.platform.outbound.errors import AddressRefused, NotSent
from tests.platform.outbound.conftest import breaker_of, logged
from tests.platform.outbound.http_server import HttpServer


async def webhook(database: Database, url: str) -> Answer:
    return await call(
        database, service="webhook", method="POST", url=url, public_only=True, retries=0
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]"])
async def test_this_machine_is_not_reached(
    database: Database, server: HttpServer, host: str
) -> None:
    with pytest.raises(AddressRefused):
        await webhook(database, f"http://{host}:{server.port}/hook")
    assert server.connections == 0
    (row,) = await logged(database)
    assert row["error"].startswith("address_refused")
    assert await breaker_of(database, "webhook") is None, "a wrong address is nobody's outage"


@pytest.mark.usefixtures("loopback_allowed")
async def test_the_operator_may_allow_it(database: Database, server: HttpServer) -> None:
    assert (await webhook(database, f"http://127.0.0.1:{server.port}/hook")).status_code == 200
    assert server.requests[0].headers["host"] == f"127.0.0.1:{server.port}"


async def test_connections_of_other_calls_are_not_used(
    database: Database, server: HttpServer
) -> None:
    url = f"http://127.0.0.1:{server.port}/hook"
    await call(database, service="x", method="POST", url=url)
    with pytest.raises(AddressRefused):
        await webhook(database, url)
    assert len(server.requests) == 1


async def test_a_name_that_changes_its_mind_gains_nothing(
    database: Database, server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look finds a public address, every later one loopback: only the first is used."""
    looks: list[str] = []
    loop = asyncio.get_running_loop()

    async def rebind(host: str, port: int, **_: Any) -> list[Any]:
        looks.append(host)
        address = "192.88.99.254" if len(looks) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(loop, "getaddrinfo", rebind)
    with pytest.raises(NotSent):
        await call(
            database,
            service="webhook",
            method="POST",
            url=f"http://rebinding.example:{server.port}/",
            public_only=True,
            retries=0,
            timeout_seconds=1,
        )
    assert looks[0] == "rebinding.example"
    assert server.connections == 0


async def test_one_private_address_among_public_ones_is_enough(
    database: Database, server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def both(_host: str, port: int, **_: Any) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("8.8.8.8", "127.0.0.1")
        ]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
    with pytest.raises(AddressRefused):
        await webhook(database, f"http://both.example:{server.port}/")


@pytest.mark.usefixtures("loopback_allowed", "_trusted")
async def test_tls_knows_the_name(database: Database, certificate: Path) -> None:
    async with tls_server(certificate) as (port, names, hosts):
        found = await webhook(database, f"https://localhost:{port}/hook")
        assert found.status_code == 200
        assert (names, hosts) == (["localhost"], [f"localhost:{port}"])
        with pytest.raises(NotSent) as raised:
            await webhook(database, f"https://127.0.0.1:{port}/hook")
        assert "certificate" in raised.value.words
        await close_clients()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for `localhost`, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(utc_now() - timedelta(days=1))
        .not_valid_after(utc_now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def _trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    clients._trust.cache_clear()
    yield
    clients._trust.cache_clear()


@asynccontextmanager
async def tls_server(certificate: Path) -> AsyncIterator[tuple[int, list[str], list[str]]]:
    """Its port, and what it will have seen: server names of TLS and Host headers."""
    names: list[str] = []
    hosts: list[str] = []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: names.append(name or "")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            writer.close()
            return
        lines = head.decode().lower().split("\r\n")
        hosts.extend(line.removeprefix("host: ") for line in lines if line.startswith("host:"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1], names, hosts
