"""The table of roles in docs/people.md, made from what the code decides by.

`python -m tests.web.console.people_table` writes it anew; `test_people_doc.py` compares.
"""

from pathlib import Path

from openchair.identity.accounts.permissions import PERMISSIONS, ROLES, Reach, reach

DOC = Path(__file__).parents[3] / "docs" / "people.md"
BEGIN, END = "<!-- roles: begin -->\n", "<!-- roles: end -->\n"
SIGNS = {Reach.SALON: "yes", Reach.OWN: "own", None: "–"}


def table() -> str:
    """One line a permission, one column a role."""
    head = ["permission", *ROLES]
    lines = [
        [f"`{action}`", *(SIGNS[reach(role=role, action=action)] for role in ROLES)]
        for action in PERMISSIONS
    ]
    rows = [head, ["---"] * len(head), *lines]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def parts(text: str) -> tuple[str, str, str]:
    """What stands before the table, the table, what stands behind it."""
    before, _, rest = text.partition(BEGIN)
    kept, _, after = rest.partition(END)
    return before + BEGIN, kept, END + after


if __name__ == "__main__":
    first, _old, last = parts(DOC.read_text(encoding="utf-8"))
    DOC.write_text(first + table() + last, encoding="utf-8")
