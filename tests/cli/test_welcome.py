"""What the panel of `openchair up` names."""

from pathlib import Path

import pytest
from rich.console import Console

from openchair.cli.welcome import welcome
from openchair.platform.settings.installation import InstallationSettings


@pytest.mark.parametrize(
    ("status_url", "shown"),
    [("", "http://localhost:9004"), ("https://status.example.org", "https://status.example.org")],
)
def test_the_pages_of_the_operator_are_named(tmp_path: Path, status_url: str, shown: str) -> None:
    settings = InstallationSettings(port=9000, status_url=status_url, secret_key="k" * 32)
    settings = settings.model_copy(update={"home": tmp_path})
    console = Console(width=120, record=True)
    with console.capture() as said:
        console.print(welcome(settings, seconds=1.0))
    lines = [line.strip("│ ").split() for line in said.get().splitlines()]
    assert ["Operations", "http://localhost:9000/ops"] in lines
    assert ["Status", "page", shown] in lines
