"""`python -m openchair_sandbox`: the outside world's stand-in, on this machine alone.

Started by `openchair up` and by tests as a process of its own; it never imports openchair.
"""

import argparse
import asyncio
from pathlib import Path

from openchair_sandbox.run import run


def main() -> None:
    """Read the command line and serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="openchair_sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--http-port", type=int, required=True, help="port of the mailbox page")
    parser.add_argument("--smtp-port", type=int, required=True, help="port of the SMTP server")
    parser.add_argument("--data", type=Path, required=True, help="folder for what was received")
    parser.add_argument("--keep", type=int, default=5000, help="mails kept; older ones go")
    options = parser.parse_args()
    options.data.mkdir(parents=True, exist_ok=True)
    asyncio.run(
        run(
            host=options.host,
            http_port=options.http_port,
            smtp_port=options.smtp_port,
            data=options.data,
            keep=options.keep,
        )
    )


if __name__ == "__main__":
    main()
