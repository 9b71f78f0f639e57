"""What an operator can do about a step on the way to a mail server that failed. Pure."""

import socket
import ssl
from typing import Literal

import aiosmtplib

from openchair.notifications.settings import BACKUP, ServerSettings

Problem = Literal["resolve", "connect", "TLS", "log in", "sender"]


def advice(step: Problem, error: Exception, *, server: ServerSettings, mail_from: str) -> str:
    """One or two sentences: what is wrong, and which setting or person mends it."""
    prefix = "SMTP_BACKUP_" if server.name == BACKUP else "SMTP_"
    where = f"{server.host}:{server.port}"
    if isinstance(error, socket.gaierror):
        return f"There is no host {server.host}. Is {prefix}HOST spelled right, and is the DNS up?"
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return (
            f"The server refuses the log-in: {error.code} {error.message}. Check {prefix}USERNAME"
            f" and {prefix}PASSWORD; many providers want a password made for programs."
        )
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        return (
            f"The server does not let us send as {mail_from}: {error.code} {error.message}. Have"
            " the domain verified there, or set OPENCHAIR_MAIL_FROM to an address it knows."
        )
    if (tls := _about_tls(error)) is not None:
        return _tls_advice(tls, prefix=prefix, where=where)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return (
            f"The server says: {error.code} {error.message}. If it is busy (4xx), try again later."
        )
    if isinstance(error, TimeoutError) and server.port == 465 and server.tls != "on":
        return f"Port 465 speaks TLS from the first byte: set {prefix}TLS=on."
    if isinstance(error, TimeoutError):
        return (
            f"{where} did not answer in time. Is the port right ({prefix}PORT), and does a"
            " firewall let us out? Many networks block port 25; 587 and 465 are usual."
        )
    return _other(step, error, prefix=prefix, where=where)


def _other(step: Problem, error: Exception, *, prefix: str, where: str) -> str:
    words = str(error) or type(error).__name__
    if step == "log in":
        return (
            f"The server offers no log-in here: {words}. It may want TLS first: set {prefix}TLS to"
            " starttls or on."
        )
    if step == "TLS":
        return (
            f"The server offers no STARTTLS on {where}: {words}. Set {prefix}TLS=on with port 465,"
            " or off if the server is on this machine."
        )
    if step == "connect":
        return (
            f"Nobody takes mail at {where}: {words}. Is the server up, and is {prefix}PORT right?"
            " Usual are 465 (TLS on), 587 (starttls) and 25."
        )
    return f"The server went away: {words}. Try again; if it stays so, ask the provider."


def _about_tls(error: BaseException | None) -> ssl.SSLError | None:
    """The TLS error in a chain of errors; the SMTP library wraps it."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _tls_advice(error: ssl.SSLError, *, prefix: str, where: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"The certificate of {where} is not to be trusted: {error.verify_message}. Use the"
            f" host name that stands in it ({prefix}HOST), or have it renewed."
        )
    return (
        f"{where} does not speak TLS from the first byte ({error.reason or error}). Set"
        f" {prefix}TLS=starttls, usually with port 587."
    )
