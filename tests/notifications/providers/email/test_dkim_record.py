"""The record of the DNS is looked up at a real name server, on this machine."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path

import dns.message
import dns.rcode
import dns.rrset
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from dns.asyncresolver import Resolver
from dns.resolver import LifetimeTimeout, NoNameservers

from openchair.notifications.providers.email import check
from openchair.notifications.providers.email.dkim import DkimKey, current_key
from openchair.notifications.providers.email.dkim_record import is_published, proves
from openchair.platform.settings.base import forget

PRIVATE, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
PEM = PRIVATE.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
KEY = DkimKey("schnittwerk.example", "salon", PEM)
NAME = "salon._domainkey.schnittwerk.example."


def public(
    key: rsa.RSAPrivateKey,
    form: serialization.PublicFormat = serialization.PublicFormat.SubjectPublicKeyInfo,
) -> str:
    return base64.b64encode(
        key.public_key().public_bytes(serialization.Encoding.DER, form)
    ).decode()


SPACED = f"{public(PRIVATE)[:60]} \t{public(PRIVATE)[60:]}"
RECORD = f"v=DKIM1; k=rsa; p={public(PRIVATE)}"


class NameServer(asyncio.DatagramProtocol):
    """Answers for `records`, each a list of texts of at most 255 characters; None is no answer."""

    def __init__(self) -> None:
        self.records: list[str] | None = []
        self.rcode = dns.rcode.NOERROR
        self.asked: list[str] = []

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        self.asked.append(query.question[0].to_text())
        if self.records is None:
            return
        answer = dns.message.make_response(query)
        answer.set_rcode(self.rcode)
        if self.records:
            name = query.question[0].name
            answer.answer = [dns.rrset.from_text_list(name, 300, "IN", "TXT", self.records)]
        self.transport.sendto(answer.to_wire(), addr)


@pytest.fixture
async def server() -> AsyncIterator[NameServer]:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(
        NameServer, local_addr=("127.0.0.1", 0)
    )
    yield protocol
    transport.close()


def resolver_of(server: NameServer) -> Resolver:
    resolver = Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = server.transport.get_extra_info("sockname")[1]
    return resolver


def in_pieces(record: str) -> str:
    """As a zone file has it: texts of at most 255 characters, which mean their sum."""
    return " ".join(f'"{record[at : at + 255]}"' for at in range(0, len(record), 255))


async def published(server: NameServer) -> bool:
    return await is_published(KEY, timeout_seconds=2, resolver=resolver_of(server))


async def test_the_record_is_found_in_its_pieces(server: NameServer) -> None:
    server.records = [in_pieces(RECORD)]
    assert await published(server)
    assert server.asked == [f"{NAME} IN TXT"]


async def test_none_somebody_elses_or_two_are_not_ours(server: NameServer) -> None:
    server.records = []
    assert not await published(server)
    server.rcode = dns.rcode.NXDOMAIN
    assert not await published(server)
    server.rcode = dns.rcode.NOERROR
    server.records = [in_pieces(f"p={public(OTHER)}")]
    assert not await published(server)
    server.records = [in_pieces(RECORD), '"v=spf1 -all"']
    assert not await published(server)


async def test_a_server_that_fails_or_is_silent_is_no_answer(server: NameServer) -> None:
    server.rcode = dns.rcode.SERVFAIL
    with pytest.raises(NoNameservers):
        await published(server)
    server.records = None
    with pytest.raises(LifetimeTimeout):
        await is_published(KEY, timeout_seconds=0.2, resolver=resolver_of(server))


@pytest.mark.parametrize(
    "record",
    [
        f"p={public(PRIVATE)}",
        f"v=DKIM1;k=rsa;t=y;n=ours;p={public(PRIVATE)};",
        f" v = DKIM1 ; h=sha1:sha256; s=other:email; p = {SPACED}",
        f"s=*; p={public(PRIVATE, serialization.PublicFormat.PKCS1)}",
    ],
)
def test_records_that_prove_our_mails(record: str) -> None:
    assert proves(record.encode(), key=KEY)


@pytest.mark.parametrize(
    "record",
    [
        "",
        "v=DKIM1; k=rsa; p=",
        "v=DKIM1; k=rsa; p=nothing",
        f"v=DKIM1; k=rsa; p={public(OTHER)}",
        f"v=DKIM2; p={public(PRIVATE)}",
        f"k=ed25519; p={public(PRIVATE)}",
        f"h=sha1; p={public(PRIVATE)}",
        f"s=chat; p={public(PRIVATE)}",
        f"v=spf1 -all {public(PRIVATE)}",
        "\x80\xff",
    ],
)
def test_records_that_do_not(record: str) -> None:
    assert not proves(record.encode("latin-1"), key=KEY)


# ------------------------------------------------------------------ as an operator reads it


@pytest.fixture
def signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Resolver], None]]:
    """The settings have the key; the DNS is asked at a given resolver."""
    path = tmp_path / "dkim.pem"
    path.write_bytes(PEM)
    monkeypatch.setenv("DKIM_DOMAIN", KEY.domain)
    monkeypatch.setenv("DKIM_SELECTOR", KEY.selector)
    monkeypatch.setenv("DKIM_PRIVATE_KEY_FILE", str(path))
    monkeypatch.setattr(check, "DNS_SECONDS", 0.3)
    forget()
    current_key.cache_clear()

    def ask(resolver: Resolver) -> None:
        monkeypatch.setattr(check, "is_published", partial(is_published, resolver=resolver))

    yield ask
    forget()
    current_key.cache_clear()


async def test_the_check_says_what_the_dns_has(
    server: NameServer, signed: Callable[[Resolver], None]
) -> None:
    signed(resolver_of(server))
    server.records = [in_pieces(RECORD)]
    there = await check.check_signature()
    server.records = []
    missing = await check.check_signature()
    server.records = None
    silent = await check.check_signature()
    assert (there.state, "the DNS has its key at" in there.words) == ("ok", True)
    assert (missing.state, f"{NAME[:-1]} (one TXT record)" in missing.words) == ("failed", True)
    assert (silent.state, "could not be asked" in silent.words) == ("warning", True)
