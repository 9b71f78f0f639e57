"""`openchair operator`, run as a process."""

import json
import os

from tests.cli.commands import openchair


def test_an_operator_is_added_listed_reset_and_removed(database_url: str) -> None:
    email = f"marek-{os.urandom(4).hex()}@salon.example"

    def run(*arguments: str) -> tuple[int, str, str]:
        done = openchair("operator", *arguments, DATABASE_URL=database_url)
        return done.returncode, done.stdout, done.stderr

    code, answer, _ = run("add", email, "--name", "Marek Nowak", "--json")
    assert code == 0
    assert len(json.loads(answer)["password"]) >= 20
    code, answer, _ = run("add", email, "--role", "owner")
    assert (code, "Password" in answer) == (0, False)
    listed = {each["email"]: each for each in json.loads(run("list", "--json")[1])}
    assert (listed[email]["role"], listed[email]["has_second_factor"]) == ("owner", False)
    assert run("remove", email)[0] == 2, "nobody can be asked"
    assert "There was none" in run("reset-second-factor", email, "--yes")[2]
    assert run("remove", email, "--yes")[0] == 0
    assert email not in run("list", "--json")[1]
    code, _, words = run("remove", email, "--yes")
    assert (code, "is no operator" in words) == (2, True)
