import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def openchair(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "openchair", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **settings},
    )


def test_the_url_is_what_psql_takes(database_url: str, tmp_path: Path) -> None:
    assert openchair("db", "url", DATABASE_URL=database_url).stdout.strip() == database_url
    own = openchair("db", "url", OPENCHAIR_HOME=str(tmp_path)).stdout.strip()
    assert own == f"postgresql://openchair@/openchair?host={tmp_path}/postgres"


def test_a_statement_answers_as_a_table_and_as_json(database_url: str) -> None:
    statement = "SELECT 7 AS seats, NULL AS nothing, 'Zürich' AS place, true AS open"
    table = openchair("db", "shell", "--command", statement, DATABASE_URL=database_url)
    assert (table.returncode, "Zürich" in table.stdout) == (0, True)
    rows = openchair("db", "shell", "-c", statement, "--json", DATABASE_URL=database_url)
    assert json.loads(rows.stdout) == [
        {"seats": 7, "nothing": None, "place": "Zürich", "open": True}
    ]


@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_a_wrong_statement_fails_with_what_postgresql_says(
    database_url: str, as_json: tuple[str, ...]
) -> None:
    wrong = openchair("db", "shell", "-c", "SELEKT", *as_json, DATABASE_URL=database_url)
    assert wrong.returncode == 2
    assert 'syntax error at or near "SELEKT"' in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_json_without_a_statement_is_wrong_use(database_url: str) -> None:
    assert openchair("db", "shell", "--json", DATABASE_URL=database_url).returncode == 2


def test_a_database_out_of_reach_is_told_in_a_sentence(tmp_path: Path) -> None:
    nowhere = f"postgresql://openchair@/openchair?host={tmp_path}"
    failed = openchair("db", "shell", "-c", "SELECT 1", "--json", DATABASE_URL=nowhere)
    assert failed.returncode == 2
    assert "cannot be reached" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_the_embedded_server_runs_only_while_it_is_needed(run_folder: Path) -> None:
    home = run_folder / "shell"
    done = openchair("db", "shell", "-c", "SELECT 6 * 7", "--json", OPENCHAIR_HOME=str(home))
    assert json.loads(done.stdout) == [{"?column?": 42}]
    assert not (home / "postgres" / "postmaster.pid").exists()
