"""Each fault of a mail server, as a client feels it."""

import asyncio
from collections.abc import AsyncIterator

import aiosmtplib
import pytest

from tests.sandbox_process import Sandbox, eventually, sandbox


@pytest.fixture(scope="module")
async def outside() -> AsyncIterator[Sandbox]:
    async with sandbox() as found:
        yield found


@pytest.fixture(autouse=True)
async def _all_well(outside: Sandbox) -> AsyncIterator[None]:
    yield
    await outside.clear()


async def client(outside: Sandbox, *, port: int | None = None) -> aiosmtplib.SMTP:
    found = aiosmtplib.SMTP(
        hostname="127.0.0.1", port=port or outside.smtp_port, start_tls=False, timeout=5
    )
    await found.connect()
    return found


async def send(to: str, *, by: aiosmtplib.SMTP) -> str:
    """The server's answer to the content; the Message-ID names the recipient."""
    await by.mail("salon@example.org")
    await by.rcpt(to)
    content = f"Message-ID: <{to}>\r\nSubject: Hello\r\n\r\nHello\r\n"
    return (await by.data(content.encode())).message


async def deliver(outside: Sandbox, to: str) -> str:
    """On a connection of its own."""
    return await send(to, by=await client(outside))


@pytest.mark.parametrize(
    ("fault", "code"), [("reject", 550), ("mailbox_full", 552), ("content", 554), ("auth", 530)]
)
async def test_a_refusal_keeps_nothing(outside: Sandbox, fault: str, code: int) -> None:
    await outside.fault("smtp", fault)
    with pytest.raises(aiosmtplib.SMTPException) as refused:
        await deliver(outside, f"{fault}@example.org")
    assert code in refused.value.args
    assert await outside.mails(message_id=f"{fault}@example.org") == []


async def test_a_fault_is_one_servers_own(outside: Sandbox) -> None:
    await outside.fault("smtp", "reject")
    await send("b@example.org", by=await client(outside, port=outside.smtp_backup_port))
    [mail] = await outside.mails(to="b@example.org")
    assert mail["server"] == "smtp-backup"
    assert await outside.mails(to="b@example.org", server="smtp") == []


async def test_a_wrong_password_is_535(outside: Sandbox) -> None:
    await outside.fault("smtp", "auth")
    with pytest.raises(aiosmtplib.SMTPAuthenticationError) as refused:
        await (await client(outside)).login("salon", "wrong")
    assert refused.value.code == 535
    await outside.clear("smtp")
    assert (await (await client(outside)).login("salon", "any")).code == 235


async def test_busy_is_heard_at_the_door_and_by_who_is_in_already(outside: Sandbox) -> None:
    inside = await client(outside)
    await outside.fault("smtp", "busy")
    with pytest.raises(aiosmtplib.SMTPConnectResponseError) as refused:
        await client(outside)
    assert refused.value.code == 421
    with pytest.raises(aiosmtplib.SMTPSenderRefused) as refused_inside:
        await inside.mail("salon@example.org")
    assert refused_inside.value.code == 421


async def test_greylisting_makes_wait_as_long_as_it_says(outside: Sandbox) -> None:
    await outside.fault("smtp", "greylist", seconds=0.5)
    for _ in range(2):
        with pytest.raises(aiosmtplib.SMTPRecipientRefused) as refused:
            await deliver(outside, "grey@example.org")
        assert refused.value.code == 451
    await asyncio.sleep(0.5)
    assert "queued" in await deliver(outside, "grey@example.org")
    with pytest.raises(aiosmtplib.SMTPRecipientRefused):
        await deliver(outside, "other@example.org")


async def test_an_answer_can_be_lost_with_the_mail_and_without_it(outside: Sandbox) -> None:
    for fault, kept in (("drop_after_data", 1), ("lose_after_data", 0)):
        await outside.fault("smtp", fault)
        with pytest.raises(aiosmtplib.SMTPServerDisconnected):
            await deliver(outside, f"{fault}@example.org")
        assert len(await outside.mails(to=f"{fault}@example.org")) == kept
        answer = await outside.client.get(f"/api/lookup/{fault}%40example.org")
        assert answer.status_code == (200 if kept else 404)


async def test_a_slow_answer_is_about_a_mail_that_is_kept(outside: Sandbox) -> None:
    await outside.fault("smtp", "slow", seconds=30)
    sending = asyncio.create_task(deliver(outside, "slow@example.org"))
    await eventually(lambda: outside.mails(to="slow@example.org"))
    assert not sending.done()
    sending.cancel()


async def test_a_refused_port_is_closed_and_opens_again(outside: Sandbox) -> None:
    inside = await client(outside)
    await outside.fault("smtp", "refuse")
    with pytest.raises(aiosmtplib.SMTPConnectError, match=r"Connect call failed|refused"):
        await client(outside)
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await inside.noop()
    await outside.clear("smtp")
    assert "queued" in await deliver(outside, "open@example.org")
    await outside.fault("smtp", "refuse", seconds=0.2)
    await asyncio.sleep(0.5)
    assert "queued" in await deliver(outside, "by-itself@example.org")


async def test_refusing_does_not_cut_a_content_that_is_coming_in(outside: Sandbox) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", outside.smtp_port)
    for line in ("EHLO a", "MAIL FROM:<a@b.example>", "RCPT TO:<half@b.example>", "DATA"):
        writer.write(f"{line}\r\n".encode())
        await asyncio.sleep(0.05)
    writer.write(b"Message-ID: <half@b.example>\r\n")
    await outside.fault("smtp", "refuse")
    writer.write(b"\r\nthe rest\r\n.\r\n")
    heard = (await asyncio.wait_for(reader.read(), 5)).decode()
    writer.close()
    assert "354" in heard
    assert "250 OK: queued as" in heard.splitlines()[-1]
    assert len(await outside.mails(message_id="half@b.example")) == 1


async def test_a_fault_strikes_as_often_as_told(outside: Sandbox) -> None:
    await outside.fault("smtp", "reject", times=2)
    for _ in range(2):
        with pytest.raises(aiosmtplib.SMTPRecipientRefused):
            await deliver(outside, "twice@example.org")
    assert "queued" in await deliver(outside, "twice@example.org")
    assert await outside.faults() == {}


async def test_a_share_of_the_tries_is_struck(outside: Sandbox) -> None:
    await outside.fault("smtp", "reject", share=0.5)
    refused = 0
    by = await client(outside)
    for _ in range(100):
        await by.rset()
        await by.mail("salon@example.org")
        try:
            await by.rcpt("half@example.org")
        except aiosmtplib.SMTPRecipientRefused:
            refused += 1
    assert 20 < refused < 80
    assert (await outside.faults())["smtp"]["struck"] == refused


async def test_a_fault_may_be_on_from_the_start() -> None:
    async with sandbox(fault=["smtp=refuse", "smtp-backup=reject"]) as other:
        with pytest.raises(aiosmtplib.SMTPConnectError):
            await client(other)
        await other.clear()
        assert "queued" in await deliver(other, "now@example.org")
