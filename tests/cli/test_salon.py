import json
from pathlib import Path

import pytest

from openchair.booking.salon_file.read import read_salon_file
from openchair.platform.db.embedded import Cluster
from tests.booking.salon_file.example import changed, example
from tests.cli.commands import openchair
from tests.databases import drop


@pytest.fixture
def kate(tmp_path: Path) -> Path:
    """The file of the page, as somebody saved it."""
    file = tmp_path / "kate.yaml"
    file.write_text(changed())
    return file


def test_a_real_salon_starts_today(database_url: str, kate: Path) -> None:
    assert openchair("salon", "list", DATABASE_URL=database_url).stdout.startswith("There is no")
    done = openchair("salon", "import", str(kate), "--yes", DATABASE_URL=database_url)
    assert (done.returncode, done.stderr) == (0, "")
    assert "A new salon" in done.stdout
    assert "kate@kate-and-co.example" in done.stdout.split("shown this once")[1]
    listed = json.loads(openchair("salon", "list", "--json", DATABASE_URL=database_url).stdout)
    assert [(each["slug"], each["city"]) for each in listed] == [("kate-and-co", "London")]
    exported = openchair("salon", "export", "kate-and-co", DATABASE_URL=database_url).stdout
    assert read_salon_file(exported.encode()) == example()
    kate.write_text(exported)
    again = openchair("salon", "import", str(kate), "--yes", DATABASE_URL=database_url)
    assert (again.returncode, "nothing to do" in again.stdout) == (0, True)


def test_faults_are_told_with_file_and_line_and_nothing_is_changed(
    database_url: str, kate: Path
) -> None:
    kate.write_text(changed(("price: 45.00", "prise: 45.00"), ("role: owner", "role: boss")))
    refused = openchair("salon", "import", str(kate), "--yes", DATABASE_URL=database_url)
    assert refused.returncode == 1
    assert f"{kate}:46  prise is not a known key; did you mean price?" in refused.stderr
    assert f"{kate}:81  role must be" in refused.stderr
    assert "Traceback" not in refused.stderr
    told = openchair("salon", "import", str(kate), "--json", DATABASE_URL=database_url)
    assert (told.returncode, json.loads(told.stdout)["error"]) == (1, "salon_file")
    assert json.loads(openchair("salon", "list", "--json", DATABASE_URL=database_url).stdout) == []


def test_a_plan_alone_changes_nothing(database_url: str, kate: Path) -> None:
    planned = openchair("salon", "import", str(kate), "--json", DATABASE_URL=database_url)
    answer = json.loads(planned.stdout)
    assert (planned.returncode, answer["new"], answer["applied"]) == (0, True, False)
    unasked = openchair("salon", "import", str(kate), DATABASE_URL=database_url)
    assert (unasked.returncode, "add --yes" in unasked.stderr) == (2, True)
    assert json.loads(openchair("salon", "list", "--json", DATABASE_URL=database_url).stdout) == []


def test_what_does_not_exist_is_told_in_a_sentence(database_url: str, tmp_path: Path) -> None:
    nobody = openchair("salon", "export", "nobody", DATABASE_URL=database_url)
    assert (nobody.returncode, nobody.stdout) == (2, "")
    assert "There is no salon" in nobody.stderr
    missing = openchair("salon", "import", str(tmp_path / "no.yaml"), DATABASE_URL=database_url)
    assert (missing.returncode, "Invalid value for 'file'" in missing.stderr) == (2, True)


def test_a_database_without_tables_is_told_in_a_sentence(cluster: Cluster) -> None:
    cluster.run_sql("CREATE DATABASE nothing_yet", database="postgres")
    empty = openchair("salon", "list", DATABASE_URL=cluster.url("nothing_yet"))
    drop(cluster, "nothing_yet")
    assert (empty.returncode, empty.stdout) == (2, "")
    assert "Start OpenChair once" in empty.stderr
    assert "Traceback" not in empty.stderr
