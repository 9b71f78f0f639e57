"""`openchair account`, run as a process."""

import json
import os

from tests.cli.commands import openchair


def test_a_lost_second_factor_is_reset_after_a_question(database_url: str) -> None:
    email = f"lena-{os.urandom(4).hex()}@salon.example"

    def run(*arguments: str) -> tuple[int, str, str]:
        done = openchair(*arguments, DATABASE_URL=database_url)
        return done.returncode, done.stdout, done.stderr

    assert run("operator", "add", email)[0] == 0
    assert run("account", "reset-second-factor", email)[0] == 2, "nobody can be asked"
    code, answer, _ = run(
        "account", "reset-second-factor", email, "--with-passkeys", "--yes", "--json"
    )
    assert code == 0
    assert json.loads(answer) == {"email": email, "second_factor": False, "passkeys": 0}
    code, _, words = run("account", "reset-second-factor", "nobody@salon.example", "--yes")
    assert (code, "There is no account" in words) == (2, True)
