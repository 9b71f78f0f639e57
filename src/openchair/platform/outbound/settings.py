"""Settings of the calls to other people's services."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from openchair.platform.settings.base import RoomSettings


class OutboundSettings(RoomSettings):
    """How long we wait for others, and whom in our own network they may make us call."""

    outbound_timeout_seconds: float = Field(
        default=30,
        ge=1,
        le=120,
        description="longest time one call to another service may take, from connecting to the end"
        " of its answer; retries begin anew",
    )
    outbound_private_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        default=(),
        description="addresses or networks that are not public, with commas, which outgoing"
        " webhooks may reach all the same; `127.0.0.0/8` lets them reach the sandbox",
    )
    api_log_days: int = Field(
        default=30, ge=1, le=3650, description="days that `api_logs` keeps calls to other services"
    )

    @field_validator("outbound_private_networks", mode="before")
    @classmethod
    def split_networks(cls, value: object) -> object:
        """`10.0.0.1, 10.1.0.0/16` → networks."""
        if not isinstance(value, str):
            return value
        return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
