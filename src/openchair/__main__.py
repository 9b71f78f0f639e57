"""The command line: `openchair`, and the same as `python -m openchair`."""

import sys

from openchair.cli.app import build_commands
from openchair.platform.errors import Problem
from openchair.platform.settings.base import BadSettings
from openchair.platform.settings.registry import refuse_unknown_names

FAILED = 1
USED_WRONGLY = 2


def run() -> None:
    """Exit codes: 0 done, 1 failed, 2 used or set up wrongly."""
    try:
        refuse_unknown_names()
        build_commands()()
    except BadSettings as error:
        print(error, file=sys.stderr)  # noqa: T201 -- a person waits at the terminal
        sys.exit(USED_WRONGLY)
    except Problem as problem:
        print(problem.message, file=sys.stderr)  # noqa: T201 -- as above
        sys.exit(FAILED)


if __name__ == "__main__":
    run()
