"""What a mail server answers, stage by stage, and where its faults show. One for each server."""

import asyncio
from time import monotonic
from typing import cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from openchair_sandbox.faults.board import FaultBoard
from openchair_sandbox.mailbox.store import MailStore

BUSY = "421 4.3.2 Too busy, please come back later"
MAX_GREYLISTED = 100_000


class Conversation:
    """Answers of the server called `name`; the method names are aiosmtpd's hooks."""

    def __init__(self, *, name: str, store: MailStore, faults: FaultBoard) -> None:
        self._name = name
        self._store = store
        self._faults = faults
        self._first_seen: dict[tuple[str, str], float] = {}

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, _data: object
    ) -> AuthResult:
        """Any user and password will do, unless the fault says otherwise (535)."""
        if self._faults.strike(self._name, "auth"):
            return AuthResult(success=False, handled=False)
        return AuthResult(success=True)

    async def handle_MAIL(  # noqa: N802 -- the name is aiosmtpd's
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept every sender."""
        if self._faults.strike(self._name, "busy"):
            asyncio.get_running_loop().call_soon(_transport(server).close)  # after the answer left
            return BUSY
        if self._faults.strike(self._name, "auth"):
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 -- the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept every recipient; an open mailbox is the point of a sandbox."""
        if self._faults.strike(self._name, "reject"):
            return f"550 5.1.1 <{address}>: no such mailbox"
        if self._faults.strike(self._name, "mailbox_full"):
            return f"552 5.2.2 <{address}>: mailbox full"
        if wait := self._greylisted(envelope.mail_from or "", address):
            return f"451 4.7.1 Greylisted, please try again in {wait:.0f} seconds"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 -- the name is aiosmtpd's
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Store the mail, then answer 250: an accepted mail survives a kill of this process."""
        if self._faults.strike(self._name, "content"):
            return "554 5.7.1 The content was refused as spam"
        if self._faults.strike(self._name, "lose_after_data"):
            _transport(server).abort()
            return "451 lost"  # nobody hears it
        mail_id = self._keep(envelope)
        if self._faults.strike(self._name, "drop_after_data"):
            _transport(server).abort()
        elif slow := self._faults.strike(self._name, "slow"):
            await asyncio.sleep(slow.seconds or 0)
        return f"250 OK: queued as {mail_id}"

    def _keep(self, envelope: Envelope) -> int:
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else bytes(content or b"")
        return self._store.add(
            server=self._name,
            sender=envelope.mail_from or "",
            recipients=list(envelope.rcpt_tos),
            raw=raw,
        )

    def _greylisted(self, sender: str, recipient: str) -> float:
        """Seconds still to wait, at least one when it has to wait at all."""
        if not self._faults.is_on(self._name, "greylist"):
            self._first_seen.clear()
            return 0
        fault = self._faults.present(self._name)
        if fault is None:
            return 0
        now = monotonic()
        if len(self._first_seen) >= MAX_GREYLISTED:
            self._first_seen.pop(next(iter(self._first_seen)))
        since = self._first_seen.setdefault((sender, recipient), now)
        left = since + (fault.seconds or 0) - now
        if since == now or left > 0:
            return max(left, 1) if self._faults.strike(self._name, "greylist") else 0
        return 0


def _transport(server: SMTP) -> asyncio.Transport:
    return cast("asyncio.Transport", server.transport)
