"""Brings a database to the newest schema. Called by `openchair up`, the tests and operators."""

import re
from pathlib import Path

from alembic import command
from alembic.config import Config

SCRIPTS = Path(__file__).resolve().parents[4] / "migrations"


def config(url: str) -> Config:
    """Alembic's configuration for a libpq URL; there is no ini file."""
    settings = Config()
    settings.set_main_option("script_location", str(SCRIPTS))
    settings.attributes["url"] = sqlalchemy_url(url)
    return settings


def sqlalchemy_url(url: str) -> str:
    """The same database for SQLAlchemy's asyncpg dialect."""
    return re.sub(r"^postgres(ql)?://", "postgresql+asyncpg://", url)


def upgrade(url: str, revision: str = "head") -> None:
    """Apply every migration up to `revision`; does nothing when there is none to apply."""
    command.upgrade(config(url), revision)


def print_sql() -> None:
    """Print what all migrations would run, for the linter of SQL; needs no database."""
    command.upgrade(config("postgresql://nowhere"), "head", sql=True)


if __name__ == "__main__":
    print_sql()
