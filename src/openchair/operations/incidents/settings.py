"""Settings of incidents: what opens one by itself, how patient the clocks are, who is called."""

import re
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from openchair.platform.settings.base import RoomSettings

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


class IncidentSettings(RoomSettings):
    """Read by the watcher's step and by reports."""

    incident_alerts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("critical", "SignatureFailures", "LoginAnomaly"),
        description="alerts that open an incident by themselves, with commas: names of rules, or"
        " severities; `none` for none",
    )
    incident_slower_responses: bool = Field(
        default=False,
        description="somebody has to take an incident on within the first runbook's times (15 min,"
        " 1 h, 4 h, 24 h) instead of 5 min, 15 min, 1 h, 4 h",
    )
    incident_escalation: bool = Field(
        default=True,
        description="who is called next is told by itself when the runbook's time is over",
    )
    incident_group_minutes: int = Field(
        default=5,
        ge=1,
        le=60,
        description="alerts that fire within so many minutes of each other are one incident",
    )
    incident_quiet_minutes: int = Field(
        default=60,
        ge=5,
        le=1440,
        description="an incident that opened by itself is closed by itself when all its alerts have"
        " been over for so many minutes",
    )
    incident_horizon_hours: int = Field(
        default=12,
        ge=1,
        le=168,
        description="visits that begin within so many hours after now, or after an incident's end,"
        " are looked at for bookings at risk",
    )

    @field_validator("incident_alerts", mode="before")
    @classmethod
    def split(cls, value: object) -> object:
        """`critical, LoginAnomaly` → names, each once."""
        if not isinstance(value, str):
            return value
        names = dict.fromkeys(part.strip() for part in value.split(",") if part.strip())
        return tuple(each for each in names if each != "none")

    @field_validator("incident_alerts")
    @classmethod
    def must_be_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Names of rules as they may look; whether there is such a rule only the rules know."""
        if len(value) > 100 or not all(_NAME.fullmatch(each) for each in value):
            raise ValueError("names of alerts with commas between, such as critical,LoginAnomaly")
        return value
