"""The sandbox as a process of its own, for drills, benchmarks and soak tests.

async with sandbox() as outside:
    await outside.fault("smtp", "greylist", seconds=2)
    ...
    assert len(await outside.mails()) == 1
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx

from openchair.cli.processes import die_with_parent
from tests.served import five_free_ports

Found = TypeVar("Found")
START_SECONDS = 30
CREDENTIALS = {
    "TWILIO_ACCOUNT_SID": "ACsandbox".ljust(34, "0"),
    "TWILIO_AUTH_TOKEN": "sandbox-token",
    "VONAGE_API_KEY": "sandbox",
    "VONAGE_API_SECRET": "sandbox-secret",
    "VONAGE_SIGNATURE_SECRET": "sandbox-signature",
}
TWILIO_FROM = "+15005550006"
VONAGE_FROM = "OpenChair"


@dataclass(frozen=True, kw_only=True)
class Sandbox:
    """A running sandbox. Addresses have no trailing slash; all but `client` is plain data."""

    http_port: int
    smtp_port: int
    smtp_backup_port: int
    data: Path
    process: asyncio.subprocess.Process
    client: httpx.AsyncClient

    @property
    def http_url(self) -> str:
        """Pages, providers and JSON."""
        return f"http://127.0.0.1:{self.http_port}"

    async def fault(self, target: str, fault: str, **more: Any) -> None:
        """Switch a fault on: `times=3`, `seconds=2`, `share=0.5`. When it returns, it is there."""
        answer = await self.client.put(f"/api/faults/{target}", json={"fault": fault, **more})
        assert answer.status_code == 200, answer.text

    async def clear(self, target: str = "") -> None:
        """Switch the fault of `target` off, or all of them."""
        answer = await self.client.delete(f"/api/faults/{target}" if target else "/api/faults")
        assert answer.status_code == 200, answer.text

    async def faults(self) -> dict[str, Any]:
        """What is on, by target; `struck` says how often."""
        found: dict[str, Any] = (await self._get("/api/faults", {}))["faults"]
        return found

    async def mails(self, **query: str) -> list[dict[str, Any]]:
        """Every mail kept, newest first; `to=`, `message_id=`, `server=` narrow it.

        Each is taken apart, which is slow by the thousand: `brief="1"` or `accepted` is not.
        """
        return await self._pages("/api/mails", "mails", {"limit": "200", **query})

    async def accepted(self) -> list[dict[str, Any]]:
        """What the servers took, in order: `id`, `server`, `received_at`, `message_id` each."""
        found: list[dict[str, Any]] = []
        after: int | None = 0
        while after is not None:
            page = await self._get("/api/accepted", {"after": str(after), "limit": "10000"})
            found += page["accepted"]
            after = page["next_after"]
        return found

    async def sms(self, **query: str) -> list[dict[str, Any]]:
        """Every SMS, newest first, with its callbacks; `to=`, `q=`, `provider=` narrow it."""
        return await self._pages("/api/sms", "sms", {"limit": "1000", **query})

    async def webhooks(self, **query: str) -> list[dict[str, Any]]:
        """Every webhook, newest first; `name=` and `q=` narrow it."""
        return await self._pages("/api/webhooks", "webhooks", {"limit": "200", **query})

    async def slack(self, **query: str) -> list[dict[str, Any]]:
        """Every Slack message, newest first."""
        return await self._pages("/api/slack", "slack", {"limit": "200", **query})

    async def heartbeats(self) -> dict[str, int]:
        """How often each name was heard."""
        found = await self._get("/api/heartbeats", {})
        return {each["name"]: each["count"] for each in found["heartbeats"]}

    async def post_callbacks(self, sms: str, *, times: int = 1) -> list[str]:
        """Post the callbacks of an SMS again, `times` times at once; what came of each."""
        answer = await self.client.post(f"/api/callbacks/{sms}", params={"times": times})
        assert answer.status_code == 200, answer.text
        answers: list[str] = answer.json()["answers"]
        return answers

    def environment(self) -> dict[str, str]:
        """Settings that point the product at this sandbox."""
        return {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.smtp_port),
            "SMTP_BACKUP_HOST": "127.0.0.1",
            "SMTP_BACKUP_PORT": str(self.smtp_backup_port),
            "SMTP_LOOKUP_URL": f"{self.http_url}/api/lookup/{{message_id}}",
            "TWILIO_FROM": TWILIO_FROM,
            "TWILIO_BASE_URL": f"{self.http_url}/twilio",
            "VONAGE_FROM": VONAGE_FROM,
            "VONAGE_BASE_URL": f"{self.http_url}/vonage",
            **CREDENTIALS,
        }

    async def _pages(self, path: str, key: str, query: dict[str, str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        before: dict[str, str] = {}
        while True:
            page = await self._get(path, {**query, **before})
            found += page[key]
            if page["next_before"] is None:
                return found
            before = {"before": str(page["next_before"])}

    async def _get(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        answer = await self.client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page


async def eventually(
    check: Callable[[], Awaitable[Found]], *, seconds: float = 10, pause: float = 0.02
) -> Found:
    """The first answer of `check` that is true; fails when there is none within `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := await check()):
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(pause)
    return found


@asynccontextmanager
async def sandbox(**options: Any) -> AsyncIterator[Sandbox]:
    """Start it on free ports in a folder of its own, kill it at the end.

    Options are those of the command line: `keep=100`, `callback_delay=0.05`,
    `fault=["twilio=slow"]`, `twilio_auth_token="other"`, `data=folder`, `http_port=…`.
    """
    async with AsyncExitStack() as ending:
        folder = ending.enter_context(tempfile.TemporaryDirectory(prefix="openchair-sandbox-"))
        first = five_free_ports()
        options = {
            "data": folder,
            "http_port": first,
            "smtp_port": first + 1,
            "smtp_backup_port": first + 2,
            **options,
        }
        output = Path(folder) / "sandbox.out"
        with output.open("wb") as stream:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "openchair_sandbox", *_words(options)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                preexec_fn=partial(die_with_parent, os.getpid()),
            )
        ending.push_async_callback(_kill, process)
        client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{options['http_port']}", timeout=60, trust_env=False
        )
        await ending.enter_async_context(client)
        await _until_open(client, process=process, output=output)
        yield Sandbox(
            http_port=options["http_port"],
            smtp_port=options["smtp_port"],
            smtp_backup_port=options["smtp_backup_port"],
            data=Path(options["data"]),
            process=process,
            client=client,
        )


def _words(options: dict[str, Any]) -> list[str]:
    words = []
    for name, value in options.items():
        for each in value if isinstance(value, list | tuple) else [value]:
            words += [f"--{name.replace('_', '-')}", str(each)]
    return words


async def _until_open(
    client: httpx.AsyncClient, *, process: asyncio.subprocess.Process, output: Path
) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.returncode is None:
        try:
            if (await client.get("/api/health")).status_code == 200:
                return
        except httpx.TransportError:
            await asyncio.sleep(0.05)
    words = await asyncio.to_thread(output.read_text)
    raise AssertionError(f"the sandbox did not open:\n{words}")


async def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()
