"""How a room declares its settings and how a process reads them.

A room's `settings.py` holds one frozen class on `RoomSettings`; `load(TheClass)` reads it once
from the environment, then `$OPENCHAIR_HOME/settings.env`, then the generated `secrets.env`.
"""

import logging
import os
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from openchair.platform.settings.files import BadSettings, home, read_env_file, read_secrets

PREFIX = "OPENCHAIR_"
OPERATORS_FILE = "settings.env"

log = logging.getLogger(__name__)


class RoomSettings(BaseSettings):
    """The parent of every settings class. A field `hold_minutes` is `OPENCHAIR_HOLD_MINUTES`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", populate_by_name=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- the parent's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, environment, the operator's file, the generated secrets; in that order. What
        none of them sets may stand under the setting's old name.
        """
        return (init_settings, env_settings, HomeFiles(settings_cls), OldNames(settings_cls))


class HomeFiles(PydanticBaseSettingsSource):
    """Values from the two files in the data folder."""

    def get_field_value(
        self,
        field: FieldInfo,  # noqa: ARG002 -- the parent's signature
        field_name: str,
    ) -> tuple[Any, str, bool]:
        """Not asked for: `__call__` answers for all fields at once."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """The fields that a file sets; secrets are read, and made, only when one is needed."""
        names = {variable(name, field): name for name, field in fields_of(self.settings_cls)}
        written = read_env_file(home() / OPERATORS_FILE)
        found = {name: written[key] for key, name in names.items() if key in written}
        wanted = (
            {name for name, field in fields_of(self.settings_cls) if is_secret(field)}
            - found.keys()
            - self.current_state.keys()
        )
        if wanted:
            secrets = read_secrets(home())
            found |= {
                name: secrets[key]
                for key, name in names.items()
                if name in wanted and key in secrets
            }
        return found


class OldNames(PydanticBaseSettingsSource):
    """Values under the names that the runbooks once gave, from the environment and the operator's
    file; a warning for each.
    """

    def get_field_value(
        self,
        field: FieldInfo,  # noqa: ARG002 -- the parent's signature
        field_name: str,
    ) -> tuple[Any, str, bool]:
        """Not asked for: `__call__` answers for all fields at once."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """The fields that nothing else sets."""
        given: Mapping[str, str] | None = None
        found: dict[str, Any] = {}
        for name, field in fields_of(self.settings_cls):
            old, known = old_name(field), variable(name, field)
            if old is None or not self.current_state.keys().isdisjoint({name, known}):
                continue
            if given is None:
                given = {**read_env_file(home() / OPERATORS_FILE), **os.environ}
            if given.get(old):
                log.warning("%s still works, but is called %s now: please rename it", old, known)
                found[name] = given[old]
        return found


Settings = TypeVar("Settings", bound=RoomSettings)

_loaded: dict[type[RoomSettings], RoomSettings] = {}


def load(kind: type[Settings]) -> Settings:
    """The settings of one room, read once. Raises `BadSettings`, a sentence a wrong value."""
    if kind not in _loaded:
        try:
            _loaded[kind] = kind()
        except ValidationError as error:
            raise BadSettings("\n".join(sentences(kind, error))) from None
    return cast("Settings", _loaded[kind])


def forget() -> None:
    """Read everything anew from now on; for tests that change the environment."""
    _loaded.clear()


def sentences(kind: type[RoomSettings], error: ValidationError) -> list[str]:
    """What is wrong, in the words of the person who set it.

    Neither secrets nor DATABASE_URL, which may hold a password, are repeated: the latter is
    located by its alias and so finds no field.
    """
    told = []
    for problem in error.errors(include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        field = kind.model_fields.get(name)
        shown = variable(name, field) if field else name
        reason = problem["msg"].removeprefix("Value error, ").removeprefix("Input ")
        hidden = field is None or is_secret(field) or field.annotation is SecretStr
        value = "" if hidden else f" is {problem['input']!r}, which"
        told.append(f"{shown}{value} is not right: {reason}.")
    return told


def fields_of(kind: type[BaseSettings]) -> list[tuple[str, FieldInfo]]:
    """Each field with its name, in the order of the class."""
    return list(kind.model_fields.items())


def variable(name: str, field: FieldInfo) -> str:
    """The environment variable of a field."""
    return str(field.validation_alias) if field.validation_alias else PREFIX + name.upper()


def old_name(field: FieldInfo) -> str | None:
    """The name that a field had before and that still works: its `old_name` in
    `json_schema_extra`.
    """
    extra = field.json_schema_extra
    return str(extra["old_name"]) if isinstance(extra, dict) and "old_name" in extra else None


def is_secret(field: FieldInfo) -> bool:
    """Whether the value is generated at the first start and never shown."""
    return bool(field.json_schema_extra) and "secret_bytes" in str(field.json_schema_extra)
