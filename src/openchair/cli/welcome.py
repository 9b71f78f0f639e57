"""What `openchair up` says when everything runs: addresses, log-ins of the demo, how to end it."""

from pathlib import Path

import orjson
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from openchair.platform.settings.installation import InstallationSettings

DEMO_LOGINS = "demo-logins.json"


def welcome(settings: InstallationSettings, *, seconds: float) -> Panel:
    """The panel; `seconds` is how long the start took."""
    here = settings.address
    places = Table.grid(padding=(0, 2))
    places.add_row("Salons", f"[link={here}]{here}[/link]")
    places.add_row("Team", f"{here}/console")
    places.add_row("Operations", f"{here}/ops")
    places.add_row("Status page", settings.status_address)
    places.add_row("API", f"{here}/api/docs")
    if settings.sandbox:
        places.add_row("Sandbox", f"http://localhost:{settings.sandbox_port} (mail, SMS, faults)")
    places.add_row("Database", 'psql "$(bin/openchair db url)"')
    places.add_row("Logs", str(settings.home / "logs"))
    rows: list[Table | Text] = [places]
    if logins := _demo_logins(settings.home / DEMO_LOGINS):
        rows += [Text(), logins]
    if settings.host == "127.0.0.1":
        rows += [Text(), Text("For a phone in your network: OPENCHAIR_HOST=0.0.0.0", style="dim")]
    title = f"[bold]OpenChair is open[/bold] · {seconds:.1f} s"
    return Panel(Group(*rows), title=title, subtitle="Ctrl-C closes it", expand=False, padding=1)


def _demo_logins(path: Path) -> Table | None:
    """The log-ins that `openchair demo load` wrote down, or None without a demo."""
    if not path.exists():
        return None
    table = Table.grid(padding=(0, 2))
    salon = ""
    for login in orjson.loads(path.read_bytes()):
        if login["salon"] != salon:
            salon = login["salon"]
            table.add_row(Text(f"Log-ins of {salon}", style="bold"))
        table.add_row(Text(login["email"], no_wrap=True), Text(login["password"], no_wrap=True))
    return table
