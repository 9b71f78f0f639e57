"""Probe of the mail servers: each is greeted (EHLO), and its breaker is looked at.

A server is greeted once a minute at most, whoever asks; nothing is ever sent.
"""

import asyncio
from dataclasses import dataclass
from time import monotonic

import aiosmtplib

from openchair.notifications.settings import MailSettings, ServerSettings
from openchair.platform.breakers.probes import open_breakers
from openchair.platform.probes import Finding, ProbeContext, State, probe
from openchair.platform.settings.base import load

GREET_EVERY_SECONDS = 60.0
ANSWER_SECONDS = 1.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """What a server said to EHLO, when (monotonic seconds), and how long that took."""

    answers: bool
    words: str
    milliseconds: int
    at: float


_greetings: dict[ServerSettings, Greeting] = {}
_greeting: dict[ServerSettings, asyncio.Task[Greeting]] = {}


@probe("smtp")
async def smtp(context: ProbeContext) -> Finding:
    """Error when no server takes mail, a warning when one of them does not."""
    settings = load(MailSettings)
    servers = settings.servers
    greetings, opened = await asyncio.gather(
        asyncio.gather(*(greeting_of(each, domain=settings.domain) for each in servers)),
        open_breakers(context, [each.name for each in servers]),
    )
    by_name = dict(zip((each.name for each in servers), greetings, strict=True))
    closed = set(by_name) - set(opened or ())
    takes = [name for name, greeting in by_name.items() if greeting.answers and name in closed]
    state = State.HEALTHY if len(takes) == len(servers) else State.WARNING
    return Finding(
        state=state if takes else State.ERROR,
        message=_words(by_name, opened or []),
        details={
            name: {
                "answers": greeting.answers,
                "said": greeting.words,
                "milliseconds": greeting.milliseconds,
                "asked_seconds_ago": round(monotonic() - greeting.at),
                "breaker": "unknown" if opened is None else "open" if name in opened else "closed",
            }
            for name, greeting in by_name.items()
        },
        measures={
            "mail-servers": float(len(takes)),
            "mail-breakers-closed": float(len(closed)),
        },
    )


async def greeting_of(server: ServerSettings, *, domain: str) -> Greeting:
    """The last greeting, or a new one when it is a minute old; one at a time for each server."""
    last = _greetings.get(server)
    if last is not None and monotonic() - last.at < GREET_EVERY_SECONDS:
        return last
    task = _greeting.get(server)
    if task is None or task.done():
        task = _greeting[server] = asyncio.create_task(_greet(server, domain=domain))
    _greetings[server] = found = await asyncio.shield(task)
    return found


async def _greet(server: ServerSettings, *, domain: str) -> Greeting:
    began = monotonic()
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.tls == "on",
        start_tls=False,
        local_hostname=domain,
        timeout=ANSWER_SECONDS,
    )
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await client.connect()
            answer = await client.ehlo()
        answers, words = True, f"{answer.code}"
    except (TimeoutError, aiosmtplib.SMTPTimeoutError):
        answers, words = False, f"no answer within {ANSWER_SECONDS:g} s"
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        answers, words = False, _why(error)
    finally:
        client.close()
    return Greeting(
        answers=answers,
        words=words,
        milliseconds=round((monotonic() - began) * 1000),
        at=monotonic(),
    )


def _why(error: BaseException) -> str:
    """Without the server's address, since everybody may ask for our health."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"answers {error.code}"
    if isinstance(error, aiosmtplib.SMTPConnectError | ConnectionError):
        return "cannot be reached"
    return type(error).__name__


def _words(greetings: dict[str, Greeting], opened: list[str]) -> str:
    told = [f"{name}: {each.words}" for name, each in greetings.items() if not each.answers]
    told += [f"{name} is left alone after failures" for name in opened]
    return ("; ".join(told) if told else "Every mail server answers") + "."
