"""A stand-in for jq where it is not installed: `.`, `.a.b` and `-r`, which is all that the runbooks
ask of it. Anything else ends with 3, as jq does for what it cannot compile.
"""

import json
import re
import sys
from typing import Any


def main(words: list[str]) -> int:
    raw = "-r" in words
    [program] = [word for word in words if word != "-r"]
    if not re.fullmatch(r"\.|(\.\w+)+", program):
        sys.stderr.write(f"jq: error: cannot compile {program}\n")
        return 3
    found: Any = json.load(sys.stdin)
    for name in filter(None, program.split(".")):
        found = None if found is None else found.get(name)
    shown = found if raw and isinstance(found, str) else json.dumps(found, indent=2)
    sys.stdout.write(f"{shown}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
