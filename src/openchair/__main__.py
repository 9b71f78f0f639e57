"""The command line: `openchair`, and the same as `python -m openchair`."""

import sys

from openchair.cli.app import build_commands
from openchair.platform.errors import Conflict, Problem
from openchair.platform.settings.files import BadSettings
from openchair.platform.settings.registry import refuse_unknown_names

FOUND = 1
COULD_NOT_RUN = 2


def run() -> None:
    """Exit codes: 0 done, 1 found something, 2 could not run.

    `dlq list` in a script must not seem to have found letters when it found no database.
    What the state of things forbids is found; what was meant, or is out of reach, is not.
    """
    try:
        refuse_unknown_names()
        _refuse_other_text()
        build_commands()()
    except BadSettings as error:
        print(error, file=sys.stderr)  # noqa: T201 -- a person waits at the terminal
        sys.exit(COULD_NOT_RUN)
    except Problem as problem:
        print(problem.message, file=sys.stderr)  # noqa: T201 -- as above
        sys.exit(FOUND if isinstance(problem, Conflict) else COULD_NOT_RUN)
    except OSError as error:  # a folder that is not ours, a full disk: the operator's to mend
        where = f"{error.filename}: " if error.filename else ""
        print(f"{where}{error.strerror or error}", file=sys.stderr)  # noqa: T201 -- as above
        sys.exit(COULD_NOT_RUN)


def _refuse_other_text() -> None:
    """Raises `BadSettings` for arguments that are not UTF-8; neither files nor rows hold them."""
    for argument in sys.argv[1:]:
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise BadSettings(f"{argument!a} is not UTF-8 text.") from None


if __name__ == "__main__":
    run()
