"""`python -m openchair_sandbox`: the outside world's stand-in, on this machine alone.

Started by `openchair up` and by tests as a process of its own; it never imports openchair.
"""

import argparse
from dataclasses import fields
from pathlib import Path

import uvloop

from openchair_sandbox.app import Options
from openchair_sandbox.credentials import Credentials
from openchair_sandbox.faults.board import Unfitting, fault_of_option
from openchair_sandbox.run import run


def main() -> None:
    """Read the command line and serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="openchair_sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--http-port", type=int, required=True, help="port of pages and HTTP APIs")
    parser.add_argument("--smtp-port", type=int, required=True, help="port of the mail server")
    parser.add_argument(
        "--smtp-backup-port", type=int, required=True, help="port of the backup mail server"
    )
    parser.add_argument("--data", type=Path, required=True, help="folder for what was received")
    parser.add_argument("--keep", type=int, default=20_000, help="mails kept; older ones go")
    parser.add_argument(
        "--callback-delay",
        type=float,
        default=0.2,
        metavar="SECONDS",
        help="time between the steps of an SMS",
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        type=_fault,
        metavar="TARGET=FAULT",
        help="a fault that is on from the start; may be repeated",
    )
    for each in fields(Credentials):
        parser.add_argument(f"--{each.name.replace('_', '-')}", default=each.default)
    given = parser.parse_args()
    given.data.mkdir(parents=True, exist_ok=True)
    options = Options(
        host=given.host,
        http_port=given.http_port,
        smtp_ports={"smtp": given.smtp_port, "smtp-backup": given.smtp_backup_port},
        data=given.data,
        keep=given.keep,
        callback_delay=given.callback_delay,
        faults=tuple(given.fault),
        credentials=Credentials(
            **{each.name: getattr(given, each.name) for each in fields(Credentials)}
        ),
    )
    uvloop.run(run(options))


def _fault(text: str) -> tuple[str, str]:
    try:
        return fault_of_option(text)
    except Unfitting as error:
        raise argparse.ArgumentTypeError(str(error)) from None


if __name__ == "__main__":
    main()
