"""What is looked at only when a person asks (`openchair health-check full`): it takes longer, or
leaves the house. Probes like the others, but not declared: nobody runs them in the background.
"""

import asyncio
from collections.abc import Mapping
from time import monotonic

import asyncpg
import httpx
from alembic.script import ScriptDirectory

from openchair.notifications.invariants import find_violations
from openchair.notifications.providers.email.check import check_server, check_signature
from openchair.notifications.settings import MailSettings
from openchair.platform.db.migrate import config
from openchair.platform.errors import Unavailable
from openchair.platform.probes import Finding, Look, Probe, ProbeContext, State
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

THOROUGH_SECONDS = 15.0
STEP_SECONDS = 4.0
SLOW_SECONDS = 1.0
LONGEST = 100


async def pages(_: ProbeContext) -> Finding:
    """The pages, as a visitor on this machine gets them."""
    address = f"http://127.0.0.1:{load(InstallationSettings).port}/"
    began = monotonic()
    try:
        async with httpx.AsyncClient(timeout=STEP_SECONDS, trust_env=False) as caller:
            answer = await caller.get(address)
    except httpx.HTTPError as error:
        return Finding(
            state=State.ERROR,
            message=f"Nobody answers at {address}: {type(error).__name__}. Is it up? openchair up",
        )
    passed = monotonic() - began
    slow = State.WARNING if passed > SLOW_SECONDS else State.HEALTHY
    return Finding(
        state=State.ERROR if answer.status_code >= 500 else slow,
        message=f"{address} answers {answer.status_code} within {passed * 1000:.0f} ms.",
    )


async def schema(context: ProbeContext) -> Finding:
    """Whether the database has the schema of this release."""
    script = ScriptDirectory.from_config(config(context.database.url))
    head = script.get_current_head()
    try:
        row = await context.kept.fetchrow(REVISION)
    except asyncpg.UndefinedTableError:
        return Finding(
            state=State.ERROR, message="The database has no tables of ours yet: openchair up"
        )
    if row["revision"] == head:
        return Finding(state=State.HEALTHY, message=f"At revision {head}, as this release is.")
    return Finding(
        state=State.ERROR,
        message=f"At revision {row['revision']}, this release is at {head}: restart openchair up",
    )


async def mail_steps(_: ProbeContext) -> Finding:
    """Resolve, connect, TLS, log in, sender at each mail server; and the signature's key. What to
    do is told by `openchair test email config`.
    """
    settings = load(MailSettings)
    found = {
        server.name: [
            step
            async for step in check_server(
                server, mail_from=settings.mail_from, timeout_seconds=STEP_SECONDS
            )
        ]
        for server in settings.servers
    }
    found["signature"] = [await check_signature()]
    told = [
        f"{name}, {step.name}: {step.words.split('. ')[0][:LONGEST]}"
        for name, steps in found.items()
        for step in steps
        if step.state != "ok"
    ]
    failed = any(step.state == "failed" for steps in found.values() for step in steps)
    return Finding(
        state=State.ERROR if failed else State.WARNING if told else State.HEALTHY,
        message="; ".join(told) or "Every step to every server works.",
    )


async def messages(context: ProbeContext) -> Finding:
    """Whether every message of the last two days is in exactly one state (invariant N)."""
    try:
        async with asyncio.timeout(THOROUGH_SECONDS), context.database.transaction() as session:
            violations = await find_violations(session)
    except Unavailable as error:
        return Finding(state=State.ERROR, message=f"Not known: {error.message}")
    if not violations:
        return Finding(state=State.HEALTHY, message="Every message is in exactly one state.")
    return Finding(
        state=State.ERROR,
        message="; ".join(f"{each.count}: {each.meaning}" for each in violations),
        details={each.rule: [str(one) for one in each.examples] for each in violations},
    )


def _thorough(**looks: Look) -> dict[str, Probe]:
    return {
        name: Probe(
            name=name, look=look, every=60.0, timeout=THOROUGH_SECONDS, vital=False, public=False
        )
        for name, look in looks.items()
    }


THOROUGH: Mapping[str, Probe] = _thorough(
    pages=pages, schema=schema, mail_steps=mail_steps, messages=messages
)

REVISION = "SELECT max(version_num) AS revision FROM alembic_version"
