"""The command line: `openchair`, and the same as `python -m openchair`."""

import sys

from openchair.cli.app import build_commands
from openchair.platform.errors import Problem
from openchair.platform.settings.files import BadSettings
from openchair.platform.settings.registry import refuse_unknown_names

FAILED = 1
USED_WRONGLY = 2


def run() -> None:
    """Exit codes: 0 done, 1 failed, 2 used or set up wrongly."""
    try:
        refuse_unknown_names()
        _refuse_other_text()
        build_commands()()
    except BadSettings as error:
        print(error, file=sys.stderr)  # noqa: T201 -- a person waits at the terminal
        sys.exit(USED_WRONGLY)
    except Problem as problem:
        print(problem.message, file=sys.stderr)  # noqa: T201 -- as above
        sys.exit(FAILED)
    except OSError as error:  # a folder that is not ours, a full disk: the operator's to mend
        where = f"{error.filename}: " if error.filename else ""
        print(f"{where}{error.strerror or error}", file=sys.stderr)  # noqa: T201 -- as above
        sys.exit(FAILED)


def _refuse_other_text() -> None:
    """Raises `BadSettings` for arguments that are not UTF-8; neither files nor rows hold them."""
    for argument in sys.argv[1:]:
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise BadSettings(f"{argument!a} is not UTF-8 text.") from None


if __name__ == "__main__":
    run()
