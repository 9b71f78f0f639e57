"""The data folder and the two small files of settings in it. Knows no setting but the folder."""

import os
import re
import secrets
from pathlib import Path

HOME_VARIABLE = "OPENCHAIR_HOME"
SECRETS_FILE = "secrets.env"
GENERATED = ("OPENCHAIR_SECRET_KEY",)
SECRET_BYTES = 32
_LINE = re.compile(r"\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*")


class BadSettings(Exception):
    """A setting cannot be right; the sentences say which, why, and what would be."""


def home() -> Path:
    """The data folder: `OPENCHAIR_HOME`, else `.openchair` in the clone (or where we stand)."""
    if named := os.environ.get(HOME_VARIABLE):
        return Path(named).expanduser().absolute()
    clone = Path(__file__).resolve().parents[4]
    return (clone if (clone / "pyproject.toml").exists() else Path.cwd()) / ".openchair"


def make_home(folder: Path) -> None:
    """Make the data folder; others may pass through it (PostgreSQL does) but not look into it."""
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)


def read_env_file(path: Path) -> dict[str, str]:
    """`NAME=value` lines; blank lines and `#` comments are skipped, quotes taken off.

    Raises `BadSettings` for any other line. It is not repeated, as it may hold a password.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise BadSettings(f"{path} is not UTF-8 text; save it as UTF-8.") from None
    found = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if (match := _LINE.fullmatch(line)) is None:
            raise BadSettings(f"{path}, line {number} is not NAME=value.")
        found[match[1]] = match[2].strip("'\"")
    return found


def read_secrets(folder: Path) -> dict[str, str]:
    """The installation's secrets; made at the first call and readable by its owner alone."""
    path = folder / SECRETS_FILE
    if not path.exists():
        make_home(folder)
        fresh = folder / f".{SECRETS_FILE}.{os.getpid()}"
        lines = [f"{name}={secrets.token_urlsafe(SECRET_BYTES)}\n" for name in GENERATED]
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # the first process wins; the others read what it wrote
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return read_env_file(path)
