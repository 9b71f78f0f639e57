"""`openchair health-check` and `openchair test db connection`, with and without a database."""

import json

import pytest

from tests.cli.commands import openchair

NOWHERE = "postgresql://somebody:secret@127.0.0.1:9/nothing"


@pytest.mark.parametrize("verb", ["comprehensive", "full"])
def test_everything_is_looked_at_and_told(verb: str, database_url: str) -> None:
    done = openchair("health-check", verb, "--json", DATABASE_URL=database_url)
    assert done.returncode == 1, done.stderr  # neither mail server nor worker run here
    found = json.loads(done.stdout)
    assert found["status"] == "error"
    checks = found["checks"]
    for name in ("database", "storage", "queue", "budget", "clock"):
        assert checks[name]["status"] == "healthy", checks[name]
    assert checks["workers"]["status"] == checks["smtp"]["status"] == "error"
    assert ("schema" in checks) is (verb == "full")
    if verb == "full":
        assert checks["schema"]["status"] == checks["messages"]["status"] == "healthy"
        assert "connect" in checks["mail_steps"]["message"]


def test_without_a_database_it_says_so() -> None:
    done = openchair("health-check", "comprehensive", DATABASE_URL=NOWHERE)
    assert done.returncode == 1
    assert "The database refuses: Connection refused." in done.stdout
    assert "A file was written" in done.stdout
    assert "secret" not in done.stdout + done.stderr


def test_the_way_to_the_database(database_url: str) -> None:
    done = openchair("test", "db", "connection", "--json", DATABASE_URL=database_url)
    assert done.returncode == 0, done.stdout
    assert [step["name"] for step in json.loads(done.stdout)] == ["connect", "query", "pool"]
    done = openchair("test", "db", "connection", DATABASE_URL=NOWHERE)
    assert done.returncode == 1
    assert "Connection refused" in done.stdout
    assert "query" not in done.stdout
