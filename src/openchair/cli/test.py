"""`openchair test`: tries things out as they really are. The way of mails, to the
database, and a client's whole way through the site.
"""

import asyncio
from contextlib import nullcontext
from time import monotonic
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.text import Text

from openchair.cli import test_db, test_smoke
from openchair.cli.steps import show_step
from openchair.cli.work import err, on_database, out, print_json
from openchair.notifications.providers.email.check import check_server, check_signature
from openchair.notifications.providers.email.lookup import look_up
from openchair.notifications.providers.provider import Known
from openchair.notifications.settings import MailSettings
from openchair.notifications.trial import Progress, put_trial, trial_progress
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.errors import NotFound
from openchair.platform.settings.base import load
from openchair.platform.steps import Step
from openchair.salons.queries import Salon, get_salon, list_salons

commands = typer.Typer(help="Tries things out as they really are.", no_args_is_help=True)
email = typer.Typer(
    help="The way of mails: the servers' configuration, and one real mail.",
    epilog="Example: openchair test email config",
    no_args_is_help=True,
)
commands.add_typer(email, name="email")
commands.add_typer(test_db.commands, name="db")
commands.command("smoke", epilog="Example: openchair test smoke")(test_smoke.smoke)

POLL_SECONDS = 0.3
CHECK_SECONDS = 10.0
NOBODY_SECONDS = 12.0
ENDED_BADLY = {"failed", "expired", "suppressed", "cancelled", "doubtful"}
JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]


@commands.callback()
def _noun() -> None:
    """Tries things out as they really are."""


# ------------------------------------------------------------------------- configuration


@email.command(epilog="Example: openchair test email config")
def config(as_json: JsonOption = False) -> None:
    """Resolve, connect, TLS, log in, sender: at each mail server; ends with 1 if one step fails.

    A step that found something worth a look, such as a certificate that ends soon, counts too.
    """
    checked = asyncio.run(_check(shown=not as_json))
    if as_json:
        print_json(checked)
    found = any(step.state != "ok" for steps in checked.values() for step in steps)
    raise typer.Exit(int(found))


async def _check(*, shown: bool) -> dict[str, list[Step]]:
    settings = load(MailSettings)
    seconds = min(CHECK_SECONDS, settings.mail_timeout_seconds)
    checked: dict[str, list[Step]] = {}
    for server in settings.servers:
        steps = checked[server.name] = list[Step]()
        _head(f"{server.name}  {server.host}:{server.port}, TLS {server.tls}", shown=shown)
        with err.status("asking the server") if shown else nullcontext():
            async for step in check_server(
                server, mail_from=settings.mail_from, timeout_seconds=seconds
            ):
                steps.append(step)
                _tell(step, shown=shown)
    _head("signature", shown=shown)
    checked["signature"] = [await check_signature()]
    _tell(checked["signature"][0], shown=shown)
    return checked


def _head(words: str, *, shown: bool) -> None:
    if shown:
        out.print(Text(words, style="bold"))


def _tell(step: Step, *, shown: bool) -> None:
    if shown:
        show_step(step)


# ------------------------------------------------------------------------- one real mail


@email.command(epilog="Example: openchair test email delivery --to me@example.org")
def delivery(
    to: Annotated[str, typer.Option(help="the address to send a test mail to")],
    salon: Annotated[str | None, typer.Option(help="from which salon; else the first")] = None,
    seconds: Annotated[
        int, typer.Option("--timeout", min=1, max=3600, help="how long to wait, in seconds")
    ] = 60,
    as_json: JsonOption = False,
) -> None:
    """Queue one mail, watch a worker send it, and where one can ask, see that it arrived.

    Ends with 1 if it did not leave, with 2 if nobody was there to send it.
    """

    async def work(database: Database) -> dict[str, Any]:
        found = await _salon(database, salon)
        async with database.transaction() as session:
            message_id = await put_trial(
                session, salon_id=found.id, salon_name=found.name, recipient=to, now=utc_now()
            )
        with err.status("waiting for a worker") if not as_json else nullcontext():
            return await _watch(
                database, found, message_id=message_id, seconds=seconds, shown=not as_json
            )

    told = on_database(work)
    if as_json:
        print_json(told)
    else:
        style = "green" if told["code"] == 0 else "red"
        out.print(Text(told["sentence"], style=style), soft_wrap=True)
    raise typer.Exit(told["code"])


async def _salon(database: Database, slug: str | None) -> Salon:
    async with database.transaction() as session:
        if slug is None:
            first = await list_salons(session, limit=1)
            if not first:
                raise NotFound(
                    "There is no salon yet. Begin with: openchair salon import FILE.yaml"
                )
            slug = first[0].slug
        return await get_salon(session, slug=slug)


async def _watch(
    database: Database, salon: Salon, *, message_id: UUID, seconds: int, shown: bool
) -> dict[str, Any]:
    began, before = monotonic(), ""
    while True:
        async with database.transaction() as session:
            now = await trial_progress(session, salon_id=salon.id, message_id=message_id)
        passed = monotonic() - began
        if now.status != before and shown:
            err.print(f"  {passed:5.1f} s  {now.status}", style="dim")
        before = now.status
        if now.status == "sent":
            return await _see_arrive(now, message_id, began=began, seconds=seconds, shown=shown)
        nobody = not now.alive and now.tries == 0 and passed > NOBODY_SECONDS
        if now.status in ENDED_BADLY or passed > seconds or nobody:
            return _told(now, message_id, began=began, **_why_not(now, seconds))
        await asyncio.sleep(POLL_SECONDS)


async def _see_arrive(
    now: Progress, message_id: UUID, *, began: float, seconds: int, shown: bool
) -> dict[str, Any]:
    """The server took it. Where it can be asked, it has to say so too."""
    url = load(MailSettings).lookup_url
    taken = f"Sent by {now.provider} after {now.tries} tries." if now.tries > 1 else ""
    taken = taken or f"Sent by {now.provider}."
    if not url:
        words = f"{taken} Whether it arrived is for you to see: no SMTP_LOOKUP_URL is set."
        return _told(now, message_id, began=began, code=0, sentence=words, arrived=None)
    while True:
        finding = await look_up(url, message_id=now.message_id)
        if finding.known is Known.TAKEN:
            if shown:
                err.print(f"  {monotonic() - began:5.1f} s  found at the server", style="dim")
            return _told(
                now,
                message_id,
                began=began,
                code=0,
                sentence=f"{taken} The server has it.",
                arrived=True,
            )
        if monotonic() - began > seconds:
            words = f"{taken} But asked for it, the server did not confirm: {finding.words}."
            return _told(now, message_id, began=began, code=1, sentence=words, arrived=False)
        await asyncio.sleep(POLL_SECONDS)


def _why_not(now: Progress, seconds: int) -> dict[str, Any]:
    if now.status in ENDED_BADLY:
        return {"code": 1, "sentence": f"It did not leave: {now.status}. {now.words or ''}"}
    if not now.alive and now.tries == 0:
        return {
            "code": 2,
            "sentence": "No worker runs, so nobody sends it. Start one with: openchair up",
        }
    return {
        "code": 1,
        "sentence": f"Not sent within {seconds} s; {_what_next(now)}. {now.words or ''}",
    }


def _what_next(now: Progress) -> str:
    if now.left_alone.issuperset(server.name for server in load(MailSettings).servers):
        return (
            "every mail server failed too often and is left alone for a while, then it is tried"
            " again. What is wrong with them: openchair test email config"
        )
    if now.next_attempt_at <= utc_now():
        return "it is due and goes out as soon as a worker comes to it"
    return f"it is tried again at {now.next_attempt_at:%H:%M:%S} UTC"


def _told(
    now: Progress,
    message_id: UUID,
    *,
    began: float,
    code: int,
    sentence: str,
    arrived: bool | None = None,
) -> dict[str, Any]:
    return {
        "id": message_id,
        "message_id": now.message_id,
        "status": now.status,
        "provider": now.provider,
        "tries": now.tries,
        "arrived": arrived,
        "seconds": round(monotonic() - began, 1),
        "sentence": sentence.strip(),
        "code": code,
    }
