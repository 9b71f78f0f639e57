"""`openchair test smoke`: a client's whole way through a running site, taken back at the end."""

import asyncio
from contextlib import nullcontext
from dataclasses import asdict
from typing import Annotated, Any

import httpx
import orjson
import typer
from rich.text import Text

from openchair.booking.demo.load import SALONS, demo_file, demo_logins
from openchair.cli.steps import show_step
from openchair.cli.welcome import DEMO_LOGINS
from openchair.cli.work import err, out, print_json
from openchair.operations.diagnostics.own_site import address_of_site
from openchair.operations.diagnostics.smoke import LogIn, walk
from openchair.platform.clock import utc_now
from openchair.platform.errors import Invalid, NotFound, Unavailable
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.platform.steps import Step

ADDRESS = "smoke-test@example.org"
SECONDS = 5.0


def smoke(
    *,
    salon: Annotated[
        str | None, typer.Option(help="the salon's address; else the first one of the demo")
    ] = None,
    email: Annotated[
        str | None, typer.Option(help="who is told of the booking; a real salon needs one")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="answer with one JSON document")] = False,
) -> None:
    """Log in, find a time three weeks ahead, hold it, book it, cancel it, on the running site.

    Without --salon only a salon of the demo is taken, whose public log-in is used. What was booked
    is cancelled, so a cancelled visit of "Smoke test" is what stays. Ends with 1 if a step fails.
    """
    raise typer.Exit(asyncio.run(_run(salon=salon, email=email, as_json=as_json)))


async def _run(*, salon: str | None, email: str | None, as_json: bool) -> int:
    settings = load(InstallationSettings)
    address = address_of_site(settings)
    slug, who = await _chosen(address, settings, salon)
    if email is None and not settings.sandbox:
        raise Invalid("Mails are real here: say who may get those of the test by --email.")
    _plan(slug, who, address)
    steps: list[Step] = []
    with err.status("asking") if not as_json else nullcontext():
        async for step in walk(
            address, salon=slug, email=email or ADDRESS, who=who, today=utc_now().date()
        ):
            steps.append(step)
            if not as_json:
                show_step(step)
    good = all(step.state == "ok" for step in steps)
    if as_json:
        print_json({"ok": good, "salon": slug, "steps": [asdict(step) for step in steps]})
    else:
        words = "A client can book." if good else "A client cannot book."
        out.print(Text(words, style="bold green" if good else "bold red"))
    return int(not good)


async def _chosen(
    address: str, settings: InstallationSettings, wanted: str | None
) -> tuple[str, LogIn | None]:
    """The salon, and a log-in of the demo for it."""
    listed: list[dict[str, Any]] = []
    try:
        async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as asking:
            answer = await asking.get(f"{address}/api/v1/salons")
            answer.raise_for_status()
            listed = answer.json()["salons"]
    except httpx.HTTPError as error:
        raise Unavailable(
            f"{address} does not answer ({type(error).__name__}). Start it with: openchair up"
        ) from error
    logins = _logins(settings)
    known = [each for each in listed if each["name"] in logins]
    if wanted is None and not known:
        raise NotFound("There is no salon of the demo; choose one by --salon.")
    slug = wanted or known[0]["slug"]
    name = next((each["name"] for each in listed if each["slug"] == slug), None)
    if name is None:
        raise NotFound(f"There is no salon {slug}.")
    return slug, logins.get(name)


def _logins(settings: InstallationSettings) -> dict[str, LogIn]:
    """Of the demo, by the salon's name: as they were written down when it was loaded, else, beside
    the sandbox, those it has in every installation.
    """
    path = settings.home / DEMO_LOGINS
    if path.exists():
        known = orjson.loads(path.read_bytes())
    else:
        files = (demo_file(slug) for slug in SALONS if settings.sandbox)
        known = [asdict(login) for file in files for login in demo_logins(file)]
    return {
        each["salon"]: LogIn(email=each["email"], password=each["password"])
        for each in reversed(known)
    }


def _plan(slug: str, who: LogIn | None, address: str) -> None:
    login = f"log in as {who.email}, " if who else ""
    err.print(
        f"At {address}, salon {slug}: {login}find a time, hold it, book it as"
        ' "Smoke test", cancel it.',
        style="dim",
        markup=False,
        soft_wrap=True,
    )
